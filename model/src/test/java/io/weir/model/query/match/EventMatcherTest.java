package io.weir.model.query.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.model.log.LogEvent;
import io.weir.model.log.LogFlags;
import io.weir.model.log.LogLevel;
import io.weir.model.log.Timestamps;
import io.weir.model.query.QuerySyntaxException;
import io.weir.model.query.UnanswerableQueryException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventMatcherTest {
  private static final String MESSAGE =
      "Connection REFUSED by db-1.internal:5432 after 3 retries; user's card_no isn't set: ÄRGER 東京";
  private static final String FIELDS =
      """
      {"user_id":42,"ok":true,"none":null,"name":"Jane Doe","a":{"b":{"c":"deep"},"list":[1,"two"]},\
      "path":"/a:b","esc":"tab\\there","service":"shadow","pi":3.10,"eq=key":"x"}""";

  private final MatchedEvent event = new MatchedEvent();

  private static LogEvent event(String service, LogLevel level, String message, String fields) {
    return new LogEvent(
        Timestamps.parse("2026-03-29T10:00:00.123456789Z"),
        service,
        "web-1",
        null,
        level,
        message,
        fields,
        "p-17",
        null,
        LogFlags.LEVEL_INFERRED,
        "logs",
        "0a1b2",
        3,
        77,
        1_774_778_400_000L);
  }

  private boolean matches(String query) {
    return EventMatcher.parse(query)
        .matches(event.of(event("payments", LogLevel.WARN, MESSAGE, FIELDS)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "",
        "refused",
        "REFUSED",
        "\"connection refused\"",
        "\"CONNECTION refused by\"",
        "connection-refused",
        "db",
        "\"db 1.internal 5432\"",
        "\"db-1.internal:5432\"",
        "1.internal",
        "internal",
        "3",
        "user's",
        "card_no",
        "isn't",
        "ärger",
        "ÄRGER",
        "東",
        "東京",
        "\"京\"",
        "conn*",
        "CONN*",
        "är*",
        "message:refused",
        "message:\"connection refused\"",
        "msg:conn*",
        "message:*",
        "service:payments",
        "service.name:payments",
        "service:pay*",
        "service:[pa TO pb]",
        "service:>=payments",
        "service:<=payments",
        "host:web-*",
        "host:*",
        "level:WARN",
        "level:warning",
        "severity:warn",
        "level:>=WARN",
        "level:[INFO TO ERROR]",
        "level:<ERROR",
        "level:W*",
        "level:*",
        "id:p-17",
        "id:*",
        "flags:level_inferred",
        "flags:level*",
        "flags:*",
        "kafka_topic:logs",
        "kafka_partition:3",
        "kafka_offset:[77 TO 77]",
        "kafka_offset:>76",
        "kafka_offset:*",
        "timestamp:\"2026-03-29T10:00:00.123456789Z\"",
        "timestamp:>2026-03-29T10:00:00.123456788Z",
        "timestamp:[2026-03-29 TO 2026-03-30}",
        "user_id:42",
        "fields.user_id:42",
        "user_id:4*",
        "user_id:*",
        "ok:true",
        "pi:3.10",
        "name:\"Jane Doe\"",
        "name:Jane*",
        "a.b.c:deep",
        "a.list:1",
        "a.list:two",
        "a:*",
        "a.b:*",
        "a.b.c:*",
        "path:/a:b",
        "esc:\"tab\\there\"",
        "fields.service:shadow",
        "eq:key=x",
        "refused level:WARN user_id:42",
        "nothing OR refused",
        "refused -health",
        "NOT health",
        "-level:INFO",
        "-region:eu",
        "(level:ERROR OR level:WARN) (nothing OR (refused AND retries))"
      })
  void finds(String query) {
    assertThat(matches(query)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "connect",
        "efused",
        "\"refused connection\"",
        "\"connection by\"",
        "\"--\"",
        "\"refused after\"",
        "db-1.internal:5432",
        "retri",
        "user",
        "isn",
        "message:health",
        "service:Payments",
        "service:pay",
        "service:{payments TO q]",
        "service:[a TO payments}",
        "host:web",
        "region:*",
        "region:eu*",
        "-host:*",
        "level:ERROR",
        "level:>WARN",
        "level:E*",
        "id:17",
        "flags:timestamp_missing",
        "flags:field_terms_truncated",
        "kafka_topic:log",
        "kafka_partition:4",
        "kafka_offset:>77",
        "timestamp:\"2026-03-29T10:00:00.123456788Z\"",
        "timestamp:<2026-03-29",
        "user_id:4",
        "user_id:042",
        "none:*",
        "none:null",
        "name:Jane",
        "name:\"jane doe\"",
        "pi:3.1",
        "a.b:deep",
        "a.list:*x",
        "a.li:*",
        "service:shadow",
        "ok:false",
        "refused level:ERROR",
        "nothing OR health",
        "-refused",
        "NOT (refused OR nothing)"
      })
  void doesNotFind(String query) {
    boolean isQuery = !query.endsWith("*x");
    if (isQuery) {
      assertThat(matches(query)).isFalse();
    } else {
      assertThatThrownBy(() -> matches(query)).isInstanceOf(QuerySyntaxException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "user_id:[1 TO 50], user_id, order",
    "a.b:>3, a.b, order",
    "refused OR (level:WARN user_id:<7), user_id, order"
  })
  void refusesWhatTheIndexRefuses(String query, String field, String reason) {
    assertThatThrownBy(() -> EventMatcher.parse(query))
        .isInstanceOf(UnanswerableQueryException.class)
        .hasMessageContaining(field)
        .hasMessageContaining(reason);
  }

  @Test
  void looksAtOneEventAfterTheOther() {
    EventMatcher refused = EventMatcher.parse("refused user_id:42");

    assertThat(refused.matches(event.of(event("a", LogLevel.INFO, "refused", FIELDS)))).isTrue();
    assertThat(refused.matches(event.of(event("a", LogLevel.INFO, "accepted", FIELDS)))).isFalse();
    assertThat(refused.matches(event.of(event("a", LogLevel.INFO, "refused", "{}")))).isFalse();
  }

  @Test
  void aTokenLongerThanTheIndexTakesIsCutAsThere() {
    String longWord = "x".repeat(300);
    LogEvent longEvent = event("a", LogLevel.INFO, longWord + " end", "{}");

    assertThat(EventMatcher.parse("x".repeat(255)).matches(event.of(longEvent))).isTrue();
    assertThat(EventMatcher.parse("x".repeat(45)).matches(event.of(longEvent))).isTrue();
    assertThat(EventMatcher.parse(longWord).matches(event.of(longEvent))).isTrue();
    assertThat(EventMatcher.parse("x".repeat(299)).matches(event.of(longEvent))).isFalse();
  }

  @Test
  void whatTheIndexIgnoresForItsLengthIsNotFound() {
    String longValue = "v".repeat(300);
    LogEvent longField = event("a", LogLevel.INFO, "m", "{\"k\":\"" + longValue + "\"}");
    LogEvent longService = event("s".repeat(1025), LogLevel.INFO, "m", "{}");

    assertThat(EventMatcher.parse("k:*").matches(event.of(longField))).isFalse();
    assertThat(EventMatcher.parse("flags:field_terms_truncated").matches(event.of(longField)))
        .isTrue();
    assertThat(EventMatcher.parse("service:*").matches(event.of(longService))).isFalse();
  }

  @Test
  void keywordsAreOrderedByCodePoint() {
    LogEvent emoji = event("\uD83D\uDE00", LogLevel.INFO, "m", "{}");
    LogEvent privateUse = event("\uFFFD", LogLevel.INFO, "m", "{}");

    EventMatcher range = EventMatcher.parse("service:>\"\uFFFD\"");
    assertThat(range.matches(event.of(emoji))).isTrue();
    assertThat(range.matches(event.of(privateUse))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "service, payments",
    "host, web-1",
    "region,",
    "level, WARN",
    "id, p-17",
    "kafka_offset, 77",
    "flags, level_inferred",
    "timestamp, 2026-03-29T10:00:00.123456789Z",
    "user_id, 42",
    "name, Jane Doe",
    "a.b.c, deep",
    "a.list, 1",
    "a.b,",
    "none,",
    "fields.service, shadow"
  })
  void givesTheValueOfAField(String field, String value) {
    assertThat(event.of(event("payments", LogLevel.WARN, MESSAGE, FIELDS)).value(field))
        .isEqualTo(value);
  }

  @Test
  void knowsTheServicesToWhichAQueryIsRestricted() {
    assertThat(services("service:a refused")).isEqualTo(Set.of("a"));
    assertThat(services("service:(a OR b) (service:b OR level:WARN)")).isEqualTo(Set.of("a", "b"));
    assertThat(services("service:a service:b")).isEmpty();
    assertThat(services("service:(a OR b) service:b")).isEqualTo(Set.of("b"));
    assertThat(services("service:a OR refused")).isNull();
    assertThat(services("-service:a")).isNull();
    assertThat(services("service:a*")).isNull();
  }

  private static Set<String> services(String query) {
    return EventMatcher.parse(query).services();
  }
}
