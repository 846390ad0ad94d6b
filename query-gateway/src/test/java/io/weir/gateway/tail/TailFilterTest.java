package io.weir.gateway.tail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.search.LogFilter;
import io.weir.model.kafka.RecordOrigin;
import io.weir.model.log.JsonLogParser;
import io.weir.model.log.LogLevel;
import io.weir.model.log.LogLimits;
import io.weir.model.query.QueryParser;
import io.weir.model.query.match.MatchedEvent;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TailFilterTest {
  @Test
  void everyListAndTheQueryHaveToMatch() {
    TailFilter filter =
        filter(Set.of("a", "b"), Set.of("web"), Set.of(LogLevel.ERROR), "\"out of memory\"");
    assertThat(matches(filter, "a", "web", "ERROR", "ran Out of Memory")).isTrue();
    assertThat(matches(filter, "c", "web", "ERROR", "out of memory")).isFalse();
    assertThat(matches(filter, "a", "db", "ERROR", "out of memory")).isFalse();
    assertThat(matches(filter, "a", "web", "WARN", "out of memory")).isFalse();
    assertThat(matches(filter, "a", "web", "ERROR", "out of disk memory")).isFalse();
  }

  @Test
  void knowsTheServicesOfParameterAndQuery() {
    assertThat(filter(Set.of(), Set.of(), Set.of(), "level:ERROR").services()).isEmpty();
    assertThat(filter(Set.of(), Set.of(), Set.of(), "service:a x").services())
        .isEqualTo(Optional.of(Set.of("a")));
    assertThat(filter(Set.of("a", "b"), Set.of(), Set.of(), "service:(b OR c)").services())
        .isEqualTo(Optional.of(Set.of("b")));
    assertThat(filter(Set.of("a"), Set.of(), Set.of(), "service:b").services())
        .isEqualTo(Optional.of(Set.of()));
  }

  @Test
  void whatEventsCannotBeAskedIsRefusedWithItsPlace() {
    assertThatThrownBy(() -> filter(Set.of(), Set.of(), Set.of(), "x latency_ms:>100"))
        .isInstanceOfSatisfying(
            InvalidRequestException.class,
            e -> {
              assertThat(e.errors().get(0).field()).isEqualTo("q");
              assertThat(e.errors().get(0).position()).isEqualTo(Optional.of(2));
            });
  }

  private static TailFilter filter(
      Set<String> services, Set<String> hosts, Set<LogLevel> levels, String q) {
    return TailFilter.of(new LogFilter(services, hosts, levels, QueryParser.parse(q)));
  }

  private static boolean matches(
      TailFilter filter, String service, String host, String level, String message) {
    String json =
        "{\"service\":\"%s\",\"host\":\"%s\",\"level\":\"%s\",\"message\":\"%s\"}"
            .formatted(service, host, level, message);
    return filter.matches(
        new MatchedEvent()
            .of(
                new JsonLogParser(LogLimits.DEFAULT)
                    .parse(
                        json.getBytes(StandardCharsets.UTF_8),
                        new RecordOrigin("logs", "00001", 0, 0, 0))
                    .event()));
  }
}
