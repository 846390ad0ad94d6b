package io.weir.harness.generate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LogStreamTest {
  private static final Instant START = Instant.parse("2026-03-29T10:00:00Z");
  private final ObjectMapper mapper = new ObjectMapper();

  @Test
  void sameSeedAndTimesGiveTheSameBytes() {
    LogStream one = stream(LogStream.Plan.of("a", 7));
    LogStream two = stream(LogStream.Plan.of("a", 7));
    LogStream other = stream(LogStream.Plan.of("a", 8));
    int different = 0;
    for (int i = 0; i < 1000; i++) {
      byte[] value = one.next().value();
      assertThat(two.next().value()).isEqualTo(value);
      different += java.util.Arrays.equals(other.next().value(), value) ? 0 : 1;
    }
    assertThat(different).isGreaterThan(990);
  }

  @Test
  void numbersEverySourceFromZeroWithoutGaps() {
    LogStream stream = stream(new LogStream.Plan("run", 1, 10, 3, 50));
    Map<String, Long> next = new HashMap<>();
    for (int i = 0; i < 5000; i++) {
      GeneratedLog log = stream.next();
      if (log.poison() == null) {
        assertThat(log.sequence()).isEqualTo(next.getOrDefault(log.source(), 0L));
        next.merge(log.source(), 1L, Long::sum);
      }
    }
    assertThat(next).containsOnlyKeys("run-0", "run-1", "run-2");
    assertThat(next.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(4900);
  }

  @Test
  void agentsSendTheSameBytesAgainUnderTheSameId() throws IOException {
    LogStream stream = stream(new LogStream.Plan("run", 1, 10, 3, 0).withRepeatEvery(20));
    Map<String, GeneratedLog> known = new HashMap<>();
    int repeats = 0;
    for (int i = 0; i < 2_000; i++) {
      GeneratedLog log = stream.next();
      String id = mapper.readTree(log.value()).get("id").textValue();
      assertThat(id).isEqualTo(log.source() + "-" + log.sequence());
      GeneratedLog before = known.put(id, log);
      assertThat(log.repeat()).isEqualTo(before != null);
      if (before != null) {
        repeats++;
        assertThat(before.repeat()).as("sent a third time").isFalse();
        assertThat(log.value()).isEqualTo(before.value());
        assertThat(log.key()).isEqualTo(before.key());
      }
    }
    assertThat(repeats).isBetween(90, 100);
  }

  @Test
  void everyEventIsSoundJsonWhoseChecksumHolds() throws IOException {
    LogStream stream = stream(LogStream.Plan.of("a", 1));
    for (int i = 0; i < 5000; i++) {
      GeneratedLog log = stream.next();
      JsonNode json = mapper.readTree(log.value());
      Instant time = Instant.parse(json.get("timestamp").textValue());
      List<Map.Entry<String, String>> fields = new ArrayList<>();
      json.get("fields")
          .properties()
          .forEach(field -> fields.add(Map.entry(field.getKey(), field.getValue().asText())));
      assertThat(fields).hasSizeBetween(3, 6);
      assertThat(json.get("fields").get("checksum").textValue())
          .isEqualTo(
              EventChecksum.of(
                  time.getEpochSecond() * 1_000_000_000L + time.getNano(),
                  json.get("service").textValue(),
                  json.get("host").textValue(),
                  json.get("region").textValue(),
                  json.get("level").textValue(),
                  json.get("message").textValue(),
                  fields));
      assertThat(json.get("fields").get("source").textValue()).isEqualTo(log.source());
      assertThat(json.get("fields").get("seq").longValue()).isEqualTo(log.sequence());
    }
  }

  @Test
  void looksLikeAFleet() throws IOException {
    LogStream stream = stream(LogStream.Plan.of("a", 1));
    Map<String, Integer> levels = new HashMap<>();
    Set<String> services = new HashSet<>();
    long bytes = 0;
    int count = 50_000;
    for (int i = 0; i < count; i++) {
      GeneratedLog log = stream.next();
      levels.merge(log.level(), 1, Integer::sum);
      services.add(mapper.readTree(log.value()).get("service").textValue());
      bytes += log.value().length;
    }
    assertThat(services).hasSize(100);
    assertThat(bytes / count).isBetween(350L, 420L);
    assertThat(levels.get("INFO")).isBetween(count * 70 / 100, count * 82 / 100);
    assertThat(levels).containsOnlyKeys("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL");
  }

  @Test
  void messagesCanBeMadeLong() throws IOException {
    LogStream stream = stream(LogStream.Plan.of("a", 1).withMessageLength(880));
    long bytes = 0;
    for (int i = 0; i < 1_000; i++) {
      GeneratedLog log = stream.next();
      bytes += log.value().length;
      assertThat(mapper.readTree(log.value()).get("message").textValue())
          .hasSizeGreaterThanOrEqualTo(880)
          .contains("; ");
    }
    assertThat(bytes / 1_000).isBetween(1_100L, 1_300L);
  }

  @Test
  void spreadsEveryKindOfPoisonInTurn() {
    LogStream stream = stream(LogStream.Plan.of("a", 1).withPoisonEvery(10));
    Set<Poison> seen = EnumSet.noneOf(Poison.class);
    for (int i = 1; i <= 10 * Poison.values().length; i++) {
      GeneratedLog log = stream.next();
      assertThat(log.poison() != null).as("record " + i).isEqualTo(i % 10 == 0);
      if (log.poison() != null) {
        seen.add(log.poison());
      }
    }
    assertThat(seen).containsExactlyInAnyOrder(Poison.values());
  }

  private static LogStream stream(LogStream.Plan plan) {
    return new LogStream(plan, EventTimes.steps(START, Duration.ofNanos(1_234_567)));
  }
}
