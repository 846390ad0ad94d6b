package io.weir.gateway.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.TestingClock;
import io.weir.gateway.auth.ServiceAccess;
import io.weir.gateway.config.TestingConfig;
import io.weir.model.log.LogLevel;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ContextServiceTest {
  private static final long T10 = Times.nanos(Instant.parse("2026-03-29T10:00:00Z"));

  private final TestingLogStore store = new TestingLogStore();
  private final ContextService service =
      new ContextService(
          store, TestingConfig.with().search(), new TestingClock("2026-03-29T10:10:00Z"));

  @Test
  void showsTheLinesOfTheSameServiceAndHostAroundTheEventOldestFirst() {
    LogHit event = null;
    for (int i = 0; i < 20; i++) {
      LogHit added = store.add(T10 + i / 5, i, "payments", "web-1", LogLevel.INFO);
      store.add(T10 + i / 5, 100 + i, "payments", "web-2", LogLevel.INFO);
      store.add(T10 + i / 5, 200 + i, "checkout", "web-1", LogLevel.INFO);
      if (i == 10) {
        event = added;
      }
    }
    ContextService.Context context = context(event, 3, 2).orElseThrow();
    assertThat(offsets(context.before())).containsExactly(7L, 8L, 9L);
    assertThat(context.event()).isEqualTo(event);
    assertThat(offsets(context.after())).containsExactly(11L, 12L);
    assertThat(context.moreBefore()).isTrue();
    assertThat(context.moreAfter()).isTrue();
    ContextService.Context all = context(event, 50, 50).orElseThrow();
    assertThat(all.before()).hasSize(10);
    assertThat(all.after()).hasSize(9);
    assertThat(all.moreBefore()).isFalse();
  }

  @Test
  void looksNoFurtherThanItsWindow() {
    store.add(T10 - Duration.ofHours(2).toNanos(), 1, "payments", "web", LogLevel.INFO);
    LogHit event = store.add(T10, 2, "payments", "web", LogLevel.INFO);
    assertThat(context(event, 5, 5).orElseThrow().before()).isEmpty();
  }

  @Test
  void takesEventsWithoutHostTogether() {
    store.add(T10, 1, "payments", "web", LogLevel.INFO);
    LogHit event = store.add(T10 + 1, 2, "payments", null, LogLevel.INFO);
    store.add(T10 + 2, 3, "payments", null, LogLevel.INFO);
    ContextService.Context context = context(event, 5, 5).orElseThrow();
    assertThat(context.before()).isEmpty();
    assertThat(offsets(context.after())).containsExactly(3L);
  }

  @Test
  void tellsAnUnknownEventFromAnIdThatIsNone() {
    String unknown = io.weir.model.kafka.EventId.encode("abcde", 0, 77);
    assertThat(
            service.context(unknown, Optional.empty(), 1, 1, ServiceAccess.ALL, new Cancellation()))
        .isEmpty();
    assertThatThrownBy(
            () ->
                service.context(
                    "nonsense", Optional.empty(), 1, 1, ServiceAccess.ALL, new Cancellation()))
        .hasMessageStartingWith("id: 'nonsense' is not an event id");
    assertThatThrownBy(
            () ->
                service.context(
                    unknown, Optional.of("soon"), 1, 1, ServiceAccess.ALL, new Cancellation()))
        .hasMessageStartingWith("timestamp: 'soon' is not a time");
  }

  private Optional<ContextService.Context> context(LogHit event, int before, int after) {
    return service.context(
        event.eventId(), Optional.empty(), before, after, ServiceAccess.ALL, new Cancellation());
  }

  private static List<Long> offsets(List<LogHit> hits) {
    return hits.stream().map(hit -> hit.position().offset()).toList();
  }
}
