package io.weir.model.deadletter;

import io.weir.model.kafka.RecordOrigin;
import java.util.Arrays;
import java.util.Objects;

/**
 * A record that could not go where it belongs, kept with everything needed to understand and to
 * repair it.
 *
 * @param origin where the record stands in Kafka
 * @param stage the step that gave up
 * @param store the store that lacks the event because of it
 * @param reason short code in snake case, stable, for counting: {@code not_json}, {@code
 *     missing_service}, {@code mapping_rejected}, ...
 * @param detail one sentence with the field and the cause, or the rejecting system's own words
 * @param payloadKind what the payload is
 * @param payload the bytes; empty where the reason needs none (a duplicate)
 */
public record DeadLetter(
    RecordOrigin origin,
    Stage stage,
    Store store,
    String reason,
    String detail,
    PayloadKind payloadKind,
    byte[] payload) {

  /** The step that gave up on the record. */
  public enum Stage {
    PARSE,
    DEDUPLICATE,
    WRITE
  }

  /** The store that lacks the event. */
  public enum Store {
    /** Every store: the record never became an event. */
    ALL,
    ELASTICSEARCH,
    ARCHIVE
  }

  /** What the payload holds. */
  public enum PayloadKind {
    /** The record's value as it stood in Kafka, perhaps cut at a stated size. */
    RECORD,
    /** The document as it was sent to Elasticsearch. */
    DOCUMENT,
    NONE
  }

  public DeadLetter {
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(stage, "stage");
    Objects.requireNonNull(store, "store");
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(detail, "detail");
    Objects.requireNonNull(payloadKind, "payloadKind");
    Objects.requireNonNull(payload, "payload");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DeadLetter that
        && origin.equals(that.origin)
        && stage == that.stage
        && store == that.store
        && reason.equals(that.reason)
        && detail.equals(that.detail)
        && payloadKind == that.payloadKind
        && Arrays.equals(payload, that.payload);
  }

  @Override
  public int hashCode() {
    return Objects.hash(origin, stage, store, reason, detail) * 31 + Arrays.hashCode(payload);
  }

  @Override
  public String toString() {
    return "DeadLetter[" + origin + " " + stage + " " + store + " " + reason + ": " + detail + "]";
  }
}
