package io.weir.operators.audit;

import io.weir.model.audit.HourTally;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;

/**
 * Which hour of which partition a tally is about.
 *
 * @param topic name of the topic
 * @param partition Kafka partition
 * @param hourMillis when the hour began, epoch milliseconds
 */
public record HourKey(String topic, int partition, long hourMillis) {

  /** Reads the key of a tally. */
  public static final class Of
      implements KeySelector<HourTally, HourKey>, ResultTypeQueryable<HourKey> {
    private static final long serialVersionUID = 1;

    @Override
    public HourKey getKey(HourTally tally) {
      return new HourKey(tally.topic(), tally.partition(), tally.hourMillis());
    }

    @Override
    public TypeInformation<HourKey> getProducedType() {
      return TypeInformation.of(HourKey.class);
    }
  }
}
