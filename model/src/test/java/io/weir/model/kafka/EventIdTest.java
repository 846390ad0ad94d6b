package io.weir.model.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class EventIdTest {

  @Test
  void hasAFixedForm() {
    assertThat(EventId.encode("0a1b2", 3, 42)).isEqualTo("0a1b20003000000000001a");
    assertThat(new RecordOrigin("logs", "0a1b2", 3, 42, 0).eventId())
        .isEqualTo("0a1b20003000000000001a")
        .hasSize(EventId.LENGTH);
  }

  @Property
  void givesBackWhatItWasMadeOf(
      @ForAll @IntRange(max = (1 << 20) - 1) int partition,
      @ForAll @LongRange(max = Long.MAX_VALUE) long offset) {
    String id = EventId.encode("vvvvv", partition, offset);

    assertThat(id).hasSize(EventId.LENGTH);
    assertThat(EventId.topicCode(id)).isEqualTo("vvvvv");
    assertThat(EventId.partition(id)).isEqualTo(partition);
    assertThat(EventId.offset(id)).isEqualTo(offset);
  }

  @Property
  void sortsAsOffsetsDo(
      @ForAll @LongRange(max = Long.MAX_VALUE) long a,
      @ForAll @LongRange(max = Long.MAX_VALUE) long b) {
    int byId = EventId.encode("00000", 1, a).compareTo(EventId.encode("00000", 1, b));

    assertThat(Integer.signum(byId)).isEqualTo(Long.compare(a, b));
  }

  @Test
  void refusesWhatCannotBeAnId() {
    assertThatThrownBy(() -> EventId.encode("0a1", 0, 0)).hasMessageContaining("0a1");
    assertThatThrownBy(() -> EventId.encode("0a1b2", -1, 0)).hasMessageContaining("partition -1");
    assertThatThrownBy(() -> EventId.encode("0a1b2", 1 << 20, 0)).hasMessageContaining("partition");
    assertThatThrownBy(() -> EventId.encode("0a1b2", 0, -1)).hasMessageContaining("offset -1");
    assertThatThrownBy(() -> EventId.offset("short")).hasMessageContaining("is not an event id");
    assertThatThrownBy(() -> EventId.offset("0a1b20003000000000001z"))
        .hasMessageContaining("'z' at 21 is not a base-32 digit");
  }

  @Test
  void tellsIncarnationsOfATopicApart() {
    Set<String> codes = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      UUID topicId = UUID.nameUUIDFromBytes(new byte[] {(byte) i});
      String code =
          TopicCode.of(topicId.getMostSignificantBits(), topicId.getLeastSignificantBits());
      assertThat(code).hasSize(TopicCode.LENGTH).matches("[0-9a-v]+");
      assertThat(TopicCode.of(topicId.getMostSignificantBits(), topicId.getLeastSignificantBits()))
          .isEqualTo(code);
      codes.add(code);
    }
    assertThat(codes).hasSize(100);
  }
}
