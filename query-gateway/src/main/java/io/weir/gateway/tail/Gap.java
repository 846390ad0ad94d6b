package io.weir.gateway.tail;

import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * Records of one partition that a client asked for and does not get.
 *
 * @param from the first of them; empty if that is not known
 * @param to the one behind the last, where the stream goes on
 */
record Gap(int partition, OptionalLong from, long to) {
  Gap {
    Objects.requireNonNull(from, "from");
  }

  /** Why. */
  enum Reason {
    EXPIRED("Kafka's retention has removed these records"),
    TOO_OLD("these records are older than the longest span that a stream goes back"),
    TOPIC_RECREATED("the topic was deleted and created again; what the old one held is gone"),
    AHEAD("the id lies behind the end of the log, which has been cut off since"),
    NO_POSITION("the id says nothing of these partitions; the filter or the placing has changed");

    private final String detail;

    Reason(String detail) {
      this.detail = detail;
    }

    String detail() {
      return detail;
    }

    String lowerCase() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
