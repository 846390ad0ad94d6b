package io.weir.operators.alerts;

import static io.weir.operators.alerts.Rules.ERRORS;
import static io.weir.operators.alerts.Rules.TEN;
import static io.weir.operators.alerts.Rules.change;
import static io.weir.operators.alerts.Rules.snapshot;
import static io.weir.operators.alerts.Rules.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.MetricType;
import io.weir.model.metric.RuleMetrics;
import io.weir.operators.alerts.RoutedPoint.Role;
import io.weir.operators.alerts.RoutedPoint.Shape;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.util.BroadcastOperatorTestHarness;
import org.apache.flink.streaming.util.ProcessFunctionTestHarnesses;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutePointsTest {
  private static final String LOG_MATCH =
      """
      {"id":"a","kind":"log_match","query":"level:ERROR","threshold":1,"group_by":["user.id"],
       "notification_channel":"ops"}
      """;

  private BroadcastOperatorTestHarness<MetricPoint, Control, RoutedPoint> harness;

  @BeforeEach
  void open() throws Exception {
    harness =
        ProcessFunctionTestHarnesses.forBroadcastProcessFunction(
            new RoutePoints(), AlertStates.RULES);
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  @Test
  void onlyPointsThatARuleNeedsGoOn() throws Exception {
    rules(
        snapshot(
            update(1, ERRORS.replace("\"window_s\"", "\"tags\":{\"env\":\"prod\"},\"window_s\""))));
    point("other", MetricType.GAUGE, Map.of("env", "prod"));
    point("error_rate", MetricType.GAUGE, Map.of("env", "test", "service", "x"));
    point("error_rate", MetricType.GAUGE, Map.of("env", "prod", "service", "x", "host", "y"));

    assertThat(routed())
        .singleElement()
        .satisfies(
            point -> {
              assertThat(point.key()).isEqualTo(new AlertKey("a", 1, "{service=\"x\"}"));
              assertThat(point.shape()).isEqualTo(Shape.PLAIN);
              assertThat(point.timestampMillis()).isEqualTo(TEN);
            });
  }

  @Test
  void everyRuleAndSideOfARatioGetsItsCopy() throws Exception {
    String ratio = ERRORS.replace("error_rate", "error_rate / error_rate");
    rules(snapshot(update(1, ERRORS), update(2, ratio.replace("\"a\"", "\"b\""))));
    point("error_rate", MetricType.GAUGE, Map.of());

    assertThat(routed())
        .extracting(point -> point.key().ruleId() + point.role())
        .containsExactlyInAnyOrder("aVALUE", "bVALUE", "bDENOMINATOR");
  }

  @ParameterizedTest
  @CsvSource({
    "rate,COUNTER,COUNTER,4",
    "rate,GAUGE,COUNTER,4",
    "rate,DELTA,PLAIN,4",
    "rate,DISTRIBUTION,PLAIN,1",
    "p99,GAUGE,QUANTILES,4",
    "max,COUNTER,PLAIN,4"
  })
  void pointsAreKeptAsTheAggregationNeedsThem(
      String aggregation, MetricType type, Shape shape, double value) throws Exception {
    rules(
        snapshot(
            update(
                1,
                ERRORS.replace(
                    "\"window_s\"", "\"aggregation\":\"" + aggregation + "\",\"window_s\""))));
    point("error_rate", type, Map.of());

    assertThat(routed().get(0).shape()).isEqualTo(shape);
    assertThat(routed().get(0).value()).isEqualTo(value);
    assertThat(routed().get(0).series()).isEqualTo(shape == Shape.COUNTER ? "error_rate" : "");
  }

  @Test
  void aRuleThatIsDeletedNeedsNothing() throws Exception {
    rules(snapshot(update(1, ERRORS)));
    rules(change(new RuleUpdate("a", 2, null)));
    point("error_rate", MetricType.GAUGE, Map.of());

    assertThat(routed()).isEmpty();
  }

  @Test
  void aRuleWithoutGroupsIsAnnouncedWhenItBegins() throws Exception {
    String alone = ERRORS.replace("\"group_by\":[\"service\"],", "");
    rules(snapshot(update(1, alone)));
    rules(snapshot(update(1, alone)));
    rules(change(update(2, alone.replace("\"threshold\":1", "\"threshold\":2"))));

    assertThat(routed())
        .singleElement()
        .satisfies(
            point -> {
              assertThat(point.role()).isEqualTo(Role.ANNOUNCEMENT);
              assertThat(point.key()).isEqualTo(new AlertKey("a", 1, "{}"));
            });
  }

  @Test
  void answersToALogRuleCountForWhatItMeansNow() throws Exception {
    rules(snapshot(update(5, LOG_MATCH)));
    matches("a", "4", "u1");
    matches("a", "6", "u2");
    matches("b", "6", "u3");
    matches("a", "six", "u4");

    assertThat(routed())
        .extracting(point -> point.key().group())
        .containsExactly("{user_id=\"u2\"}");
    assertThat(routed().get(0).shape()).isEqualTo(Shape.COUNTER);
    assertThat(routed().get(0).fromZero()).as("nobody knows when it began").isFalse();
  }

  @Test
  void eventsOfSequencesGoTheirOwnWay() throws Exception {
    rules(
        change(
            update(
                5,
                """
                {"id":"a","kind":"sequence","first":"x","without":"y","within_s":7200,
                 "notification_channel":"ops"}
                """)));
    point(
        RuleMetrics.LOG_EVENT,
        MetricType.GAUGE,
        Map.of(
            RuleMetrics.RULE_ID, "a",
            RuleMetrics.RULE_VERSION, "5",
            RuleMetrics.STEP, "then",
            RuleMetrics.EVENT, "e1"));

    assertThat(routed()).isEmpty();
    assertThat(harness.getSideOutput(RoutePoints.SEQUENCE_EVENTS))
        .singleElement()
        .satisfies(
            record ->
                assertThat(record.getValue())
                    .isEqualTo(
                        new SequenceEvent(
                            new AlertKey("a", 5, "{}"),
                            SequenceEvent.Step.THEN,
                            "e1",
                            TEN,
                            7_200_000,
                            true,
                            Span.LONG)));
  }

  @Test
  void whatAnswersAnotherKindOfRuleIsNotTakenForAnAnswer() throws Exception {
    rules(snapshot(update(5, LOG_MATCH)));
    // Of a later version that this task has not heard of yet, which is a sequence.
    point(
        RuleMetrics.LOG_EVENT,
        MetricType.GAUGE,
        Map.of(
            RuleMetrics.RULE_ID, "a",
            RuleMetrics.RULE_VERSION, "6",
            RuleMetrics.STEP, "first",
            RuleMetrics.EVENT, "e1"));

    assertThat(harness.getSideOutput(RoutePoints.SEQUENCE_EVENTS)).isNull();
  }

  private void matches(String rule, String version, String user) throws Exception {
    point(
        RuleMetrics.LOG_MATCHES_TOTAL,
        MetricType.COUNTER,
        Map.of(
            RuleMetrics.RULE_ID,
            rule,
            RuleMetrics.RULE_VERSION,
            version,
            RuleMetrics.PRODUCER,
            "0",
            "user_id",
            user));
  }

  private void rules(Control control) throws Exception {
    harness.processBroadcastElement(control, 0);
  }

  private void point(String metric, MetricType type, Map<String, String> tags) throws Exception {
    harness.processElement(new MetricPoint(metric, 4, TEN, tags, type), TEN + 999);
  }

  private List<RoutedPoint> routed() {
    return harness.extractOutputValues();
  }
}
