package io.weir.operators.kafka;

import java.util.List;

/** A job wants to go on at offsets that Kafka no longer has. */
public final class ExpiredOffsetsException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ExpiredOffsetsException(List<String> gone) {
    super(
        "Kafka no longer has what comes next: "
            + String.join("; ", gone)
            + ". Nothing was skipped. To go on at the earliest offsets and count the gap, set"
            + " kafka.expired-offsets: earliest");
  }
}
