package io.weir.model.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.model.alert.AlertRule;
import io.weir.model.alert.AlertRule.Condition;
import io.weir.model.alert.AlertRule.Kind;
import io.weir.model.alert.AlertRule.NoData;
import io.weir.model.alert.AlertRule.Severity;
import io.weir.model.metric.Aggregation;
import io.weir.model.validation.FieldError;
import io.weir.model.validation.InvalidRecordException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertRuleJsonTest {

  @Test
  void readsTheRuleOfTheContract() {
    AlertRule rule =
        decode(
            """
            {"metric":"error_rate","condition":">","threshold":"1%","duration_s":150,
             "notification_channel":"pagerduty"}
            """);

    assertThat(rule)
        .isEqualTo(
            new AlertRule(
                null,
                null,
                Kind.THRESHOLD,
                "error_rate",
                null,
                null,
                null,
                false,
                Condition.GREATER,
                0.01,
                150,
                60,
                30,
                0,
                Aggregation.AVG,
                Map.of(),
                List.of(),
                NoData.OK,
                0,
                Severity.WARNING,
                Map.of(),
                Map.of(),
                "pagerduty"));
    assertThat(rule.requiredEvaluations()).isEqualTo(5);
    assertThat(rule.displayName()).isEqualTo("error_rate > 0.01");
    assertThat(rule.denominator()).isNull();
  }

  @Test
  void readsEveryMember() {
    AlertRule rule =
        decode(
            """
            {"id":"r-1","name":"Errors","kind":"threshold","metric":"http.errors/http.requests",
             "condition":"gte","threshold":0.5,"duration_s":31,"window_s":300,
             "evaluate_every_s":15,"aggregation":"rate","tags":{"service.name":"payments"},
             "group_by":["host.name","region"],"no_data":"keep","keep_firing_for_s":600,
             "severity":"critical","labels":{"team":"money"},
             "annotations":{"summary":"{{ $value }}"},"notification_channel":"slack-money"}
            """);

    assertThat(rule)
        .isEqualTo(
            new AlertRule(
                "r-1",
                "Errors",
                Kind.THRESHOLD,
                "http_errors / http_requests",
                null,
                null,
                null,
                false,
                Condition.GREATER_OR_EQUAL,
                0.5,
                31,
                300,
                15,
                0,
                Aggregation.RATE,
                Map.of("service_name", "payments"),
                List.of("host_name", "region"),
                NoData.KEEP,
                600,
                Severity.CRITICAL,
                Map.of("team", "money"),
                Map.of("summary", "{{ $value }}"),
                "slack-money"));
    assertThat(rule.numerator()).isEqualTo("http_errors");
    assertThat(rule.denominator()).isEqualTo("http_requests");
    assertThat(rule.requiredEvaluations()).isEqualTo(3);
    assertThat(rule.displayName()).isEqualTo("Errors");
    assertThat(rule.withId("r-2").id()).isEqualTo("r-2");
    assertThat(rule.withId("r-1")).isEqualTo(rule);
  }

  @Test
  void readsTheOtherKinds() {
    AlertRule absence =
        decode(
            "{\"kind\":\"absence\",\"query\":\"service:cron done\",\"duration_s\":3600,"
                + "\"group_by\":[\"fields.job\"],\"notification_channel\":\"c\"}");
    AlertRule logMatch =
        decode(
            "{\"kind\":\"log_match\",\"query\":\"level:ERROR\",\"threshold\":10,"
                + "\"window_s\":300,\"notification_channel\":\"c\"}");
    AlertRule sequence =
        decode(
            "{\"kind\":\"sequence\",\"first\":\"started\",\"without\":\"finished\","
                + "\"within_s\":600,\"group_by\":[\"request_id\"],\"notification_channel\":\"c\"}");

    assertThat(absence.displayName()).isEqualTo("no service:cron done for 3600 s");
    assertThat(absence.groupBy()).containsExactly("job");
    assertThat(absence.windowSeconds()).isZero();
    assertThat(logMatch.displayName()).isEqualTo("level:ERROR > 10.0");
    assertThat(logMatch.windowSeconds()).isEqualTo(300);
    assertThat(logMatch.aggregation()).isNull();
    assertThat(sequence.thenAbsent()).isTrue();
    assertThat(sequence.displayName()).isEqualTo("started without finished within 600 s");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"metric\":\"a/b/c\" | metric: must be one name or a ratio a / b",
        "\"metric\":\"a/\" | metric: must be a name with a letter or digit",
        "\"metric\":7 | metric: must be a string",
        "\"condition\":\"=>\" | condition: must be one of > >= < <= == !=",
        "\"threshold\":\"high\" | threshold: must be a number, or a percentage such as \"1%\"",
        "\"threshold\":\"x%\" | threshold: must be a number",
        "\"threshold\":\"NaN%\" | threshold: must be a number",
        "\"duration_s\":-1 | duration_s: must be between 0 and 604800",
        "\"duration_s\":1.5 | duration_s: must be a whole number",
        "\"duration_s\":\"150\" | duration_s: must be a whole number",
        "\"duration_s\":99999999999999999999 | duration_s: must be a whole number",
        "\"evaluate_every_s\":20 | evaluate_every_s: must be a multiple of 15",
        "\"window_s\":10 | window_s: must be between 15 and 86400",
        "\"aggregation\":\"median\" | aggregation: must be one of avg, sum, min, max, count, last,",
        "\"no_data\":\"ignore\" | no_data: must be one of ok, alert, keep",
        "\"severity\":\"bad\" | severity: must be one of info, warning, critical",
        "\"tags\":{\"__x\":\"y\"} | tags.__x: is no name that can be used here",
        "\"tags\":{\"x\":1} | tags.x: must be a string",
        "\"tags\":{\"a.b\":\"1\",\"a-b\":\"2\"} | tags.a-b: is the same name as another one: a_b",
        "\"tags\":[] | tags: must be an object",
        "\"group_by\":[\"a\",\"a\"] | group_by[1]: stands twice: a",
        "\"group_by\":[7] | group_by[0]: is no name that can be used here",
        "\"group_by\":\"a\" | group_by: must be a list of at most 10 names",
        "\"labels\":{\"alertname\":\"x\"} | labels.alertname: is no name that can be used here",
        "\"labels\":{\"a.b\":\"x\"} | labels.a.b: is no name that can be used here",
        "\"id\":\"a b\" | id: must be letters, digits, - and _",
        "\"name\":\" \" | name: must have 1 to 200 characters",
        "\"notification_channel\":\"a b\" | notification_channel: must be letters, digits",
        "\"query\":\"x\" | query: has no meaning for kind threshold",
        "\"within_s\":5 | within_s: has no meaning for kind threshold",
        "\"treshold\":5 | treshold: is unknown; known are kind,",
        "\"kind\":\"magic\" | kind: must be one of threshold, absence, log_match, sequence",
      })
  void namesTheFieldThatIsWrong(String member, String message) {
    String name = member.substring(0, member.indexOf(':') + 1);
    StringBuilder json = new StringBuilder("{").append(member);
    for (String other :
        List.of(
            "\"metric\":\"m\"",
            "\"condition\":\">\"",
            "\"threshold\":1",
            "\"duration_s\":60",
            "\"notification_channel\":\"c\"")) {
      if (!other.startsWith(name)) {
        json.append(',').append(other);
      }
    }

    assertRefused(json.append('}').toString(), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | metric: is missing; condition: is missing; threshold: is missing; duration_s: is"
            + " missing",
        "{\"kind\":\"absence\"} | duration_s: is missing; metric: must be given, or query",
        "{\"kind\":\"absence\",\"duration_s\":0} | duration_s: must be between 1 and",
        "{\"kind\":\"absence\",\"metric\":\"a\",\"query\":\"b\"} | metric: must be given, or query,"
            + " and not both",
        "{\"kind\":\"absence\",\"metric\":\"a/b\"} | metric: must be one name, a ratio has no"
            + " meaning here",
        "{\"kind\":\"log_match\"} | query: is missing; threshold: is missing",
        "{\"kind\":\"log_match\",\"query\":\"a)\"} | query: unexpected ')' at 1",
        "{\"kind\":\"log_match\",\"query\":\"a status:>=500\"} | query: 'status' is a structured"
            + " field without an order at 2",
        "{\"kind\":\"absence\",\"query\":\"status:[500 TO 599]\"} | query: 'status' is a structured"
            + " field without an order at 0",
        "{\"kind\":\"sequence\",\"first\":\"message:>a\"} | first: 'message' takes words and"
            + " phrases, no range at 0",
        "{\"kind\":\"log_match\",\"query\":\"a\",\"group_by\":[\"host\",\"__\"]} | group_by[1]: is"
            + " no name that can be used here",
        "{\"kind\":\"log_match\",\"tags\":{}} | tags: has no meaning for kind log_match",
        "{\"kind\":\"sequence\"} | first: is missing; within_s: is missing; then: must be given, or"
            + " without, and not both",
        "{\"kind\":\"sequence\",\"then\":\"a\",\"without\":\"b\"} | then: must be given, or"
            + " without",
        "[] | an alert rule is a JSON object",
        "{ | not JSON",
        "{}{} | not JSON",
        "{\"a\":1,\"a\":2} | not JSON: Duplicate field",
      })
  void namesWhatAKindOfRuleNeeds(String json, String message) {
    assertRefused(json, message);
  }

  @Test
  void namesEverythingThatIsWrongAtOnce() {
    assertThatThrownBy(
            () ->
                decode(
                    "{\"metric\":\"!\",\"condition\":\"~\",\"threshold\":[],\"duration_s\":-1,"
                        + "\"evaluate_every_s\":1,\"x\":1}"))
        .isInstanceOfSatisfying(
            InvalidRecordException.class,
            e ->
                assertThat(e.errors())
                    .extracting(FieldError::field)
                    .containsExactlyInAnyOrder(
                        "metric",
                        "condition",
                        "threshold",
                        "duration_s",
                        "evaluate_every_s",
                        "notification_channel",
                        "x"));
  }

  @Test
  void skipsMembersOfLaterVersionsWhereTold() {
    AlertRule rule =
        AlertRuleJson.decode(
            bytes(
                "{\"metric\":\"m\",\"condition\":\"<\",\"threshold\":1,\"duration_s\":0,"
                    + "\"notification_channel\":\"c\",\"from_the_future\":{}}"),
            UnknownMembers.IGNORE);

    assertThat(rule.condition()).isEqualTo(Condition.LESS);
    assertThat(rule.requiredEvaluations()).isEqualTo(1);
  }

  @Test
  void comparesAsWritten() {
    assertThat(Condition.GREATER.holds(2, 1)).isTrue();
    assertThat(Condition.GREATER.holds(1, 1)).isFalse();
    assertThat(Condition.GREATER_OR_EQUAL.holds(1, 1)).isTrue();
    assertThat(Condition.LESS.holds(1, 1)).isFalse();
    assertThat(Condition.LESS_OR_EQUAL.holds(1, 1)).isTrue();
    assertThat(Condition.EQUAL.holds(1, 1)).isTrue();
    assertThat(Condition.NOT_EQUAL.holds(1, 1)).isFalse();
    assertThat(Condition.NOT_EQUAL.holds(1, 2)).isTrue();
    for (Condition condition : Condition.values()) {
      assertThat(condition.holds(Double.NaN, 1)).isFalse();
    }
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void readsBackWhatItWrites(@ForAll("rules") AlertRule rule) {
    assertThat(AlertRuleJson.decode(AlertRuleJson.encode(rule), UnknownMembers.REJECT))
        .isEqualTo(rule);
  }

  @Property
  void anyBytesAreARuleOrAnError(@ForAll byte[] json) {
    try {
      assertThat(AlertRuleJson.decode(json, UnknownMembers.IGNORE)).isNotNull();
    } catch (InvalidRecordException e) {
      assertThat(e.errors()).isNotEmpty();
    }
  }

  @Provide
  Arbitrary<AlertRule> rules() {
    Arbitrary<String> names = Arbitraries.strings().withChars("abz").ofMinLength(1).ofMaxLength(4);
    Arbitrary<String> texts = TestingEvents.texts().filter(t -> !t.isBlank());
    Arbitrary<Map<String, String>> maps =
        Arbitraries.maps(names, TestingEvents.texts()).ofMaxSize(3);
    Arbitrary<List<String>> common =
        Combinators.combine(names.injectNull(0.5), texts.injectNull(0.5), names)
            .as(
                (id, name, channel) -> {
                  List<String> values = new ArrayList<>();
                  values.add(id);
                  values.add(name);
                  values.add(channel);
                  return values;
                });
    Arbitrary<long[]> times =
        Combinators.combine(
                Arbitraries.longs().between(1, 604_800),
                Arbitraries.longs().between(1, 100).map(n -> n * 15),
                Arbitraries.longs().between(1, 200).map(n -> n * 15))
            .as((duration, window, every) -> new long[] {duration, window, every});
    Arbitrary<double[]> thresholds =
        Arbitraries.doubles().filter(Double::isFinite).map(d -> new double[] {d});
    return Combinators.combine(
            common,
            Arbitraries.of(Kind.class),
            times,
            thresholds,
            Combinators.combine(Arbitraries.of(Condition.class), Arbitraries.of(Aggregation.class))
                .as((c, a) -> new Enum<?>[] {c, a}),
            Combinators.combine(Arbitraries.of(NoData.class), Arbitraries.of(Severity.class))
                .as((n, s) -> new Enum<?>[] {n, s}),
            Combinators.combine(maps, maps).as((a, b) -> List.of(a, b)),
            Combinators.combine(
                    names.set().ofMaxSize(3).map(List::copyOf), Arbitraries.of(true, false))
                .as((g, b) -> new Object[] {g, b}))
        .as(AlertRuleJsonTest::rule);
  }

  @SuppressWarnings("unchecked")
  private static AlertRule rule(
      List<String> common,
      Kind kind,
      long[] times,
      double[] threshold,
      Enum<?>[] comparison,
      Enum<?>[] policy,
      List<Map<String, String>> maps,
      Object[] grouping) {
    boolean flag = (Boolean) grouping[1];
    boolean isThreshold = kind == Kind.THRESHOLD;
    boolean isLogMatch = kind == Kind.LOG_MATCH;
    boolean isSequence = kind == Kind.SEQUENCE;
    boolean isAbsence = kind == Kind.ABSENCE;
    return new AlertRule(
        common.get(0),
        common.get(1),
        kind,
        isThreshold ? (flag ? "a / b" : "m") : isAbsence && flag ? "m" : null,
        isLogMatch || (isAbsence && !flag) ? "level:ERROR \"a b\"" : null,
        isSequence ? "a" : null,
        isSequence ? "b" : null,
        isSequence && flag,
        isThreshold || isLogMatch ? (Condition) comparison[0] : null,
        isThreshold || isLogMatch ? threshold[0] : 0,
        isSequence ? 0 : times[0],
        isThreshold || isLogMatch ? times[1] : 0,
        times[2],
        isSequence ? 60 : 0,
        isThreshold ? (Aggregation) comparison[1] : null,
        isThreshold || isAbsence ? maps.get(0) : Map.of(),
        (List<String>) grouping[0],
        (NoData) policy[0],
        times[0] / 2,
        (Severity) policy[1],
        maps.get(1),
        maps.get(0),
        common.get(2));
  }

  private static void assertRefused(String json, String message) {
    assertThatThrownBy(() -> decode(json))
        .isInstanceOf(InvalidRecordException.class)
        .hasMessageContaining(message);
  }

  private static AlertRule decode(String json) {
    return AlertRuleJson.decode(bytes(json), UnknownMembers.REJECT);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void hasFewLabelsBecauseAnAlertHasMore() {
    String labels =
        java.util.stream.IntStream.range(0, 33)
            .mapToObj(i -> "\"l" + i + "\":\"x\"")
            .collect(java.util.stream.Collectors.joining(","));

    assertThatThrownBy(
            () ->
                decode(
                    """
                    {"metric":"m","condition":">","threshold":1,"duration_s":0,"labels":{%s},
                     "notification_channel":"c"}
                    """
                        .formatted(labels)))
        .hasMessageContaining("labels: must be an object of at most 32 strings");
  }
}
