package io.weir.sinks.prometheus;

import java.util.Locale;

/** Why a sample was not written and never will be. */
enum DropReason {
  /** Older than the receiver still takes: before Prometheus' out-of-order window. */
  TOO_OLD,
  /** Older than the latest sample of its series, at a receiver that takes no such samples. */
  OUT_OF_ORDER,
  /** The series has another value at that time, its newest; that one stays. */
  DUPLICATE_TIMESTAMP,
  /** Outside of the times that the receiver has room for. */
  OUT_OF_BOUNDS,
  /** Labels that no Prometheus takes; found before sending, or by the receiver. */
  INVALID_LABELS,
  /** Larger than the sink or the receiver takes, alone. */
  TOO_LARGE,
  /** Refused in words that are none of the above. */
  REJECTED;

  /** Returns the value of the metrics' label {@code reason}. */
  String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
