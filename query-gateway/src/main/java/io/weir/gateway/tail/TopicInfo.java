package io.weir.gateway.tail;

import java.util.Objects;

/**
 * A topic as it is now.
 *
 * @param code short code of its incarnation, see {@link io.weir.model.kafka.TopicCode}
 * @param partitions how many it has
 */
public record TopicInfo(String name, String code, int partitions) {
  public TopicInfo {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(code, "code");
  }
}
