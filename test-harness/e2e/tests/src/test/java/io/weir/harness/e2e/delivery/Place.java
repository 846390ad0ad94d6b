package io.weir.harness.e2e.delivery;

/**
 * Where a record stands in its topic: what identifies an event in every store.
 *
 * @param partition Kafka partition
 * @param offset Kafka offset
 */
public record Place(int partition, long offset) {
  @Override
  public String toString() {
    return partition + "@" + offset;
  }
}
