package io.weir.operators.counts;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.kafka.EventId;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLevel;
import io.weir.model.metric.MetricPoint;
import io.weir.operators.rules.RuleRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CountLogsTest {
  private static final long START = 1_774_778_400_000L;
  private static final Duration TELL_EVERY = Duration.ofSeconds(5);

  private final List<Extraction> extractions = new ArrayList<>();
  private TwoInputStreamOperatorTestHarness<LogEvent, RuleRecord, MetricPoint> harness;
  private long offset;

  @BeforeEach
  void open() throws Exception {
    restore(null);
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  private TwoInputStreamOperatorTestHarness<LogEvent, RuleRecord, MetricPoint> harness(
      int parallelism, int subtask) throws Exception {
    return new TwoInputStreamOperatorTestHarness<>(
        new CountLogs(
            new CountSettings(
                extractions, TELL_EVERY, Duration.ofSeconds(60), Duration.ofHours(1))),
        720,
        parallelism,
        subtask);
  }

  private void restore(OperatorSubtaskState state) throws Exception {
    if (harness != null) {
      harness.close();
    }
    harness = harness(1, 0);
    if (state != null) {
      harness.initializeState(state);
    }
    harness.setProcessingTime(START);
    harness.open();
  }

  private void log(int partition, String service, LogLevel level, String message, double seconds)
      throws Exception {
    log(partition, service, level, message, "{}", seconds);
  }

  private void log(
      int partition, String service, LogLevel level, String message, String fields, double seconds)
      throws Exception {
    long append = START + Math.round(seconds * 1000);
    harness.processElement1(
        new StreamRecord<>(
            new LogEvent(
                (append - 100) * 1_000_000,
                service,
                "web-1",
                null,
                level,
                message,
                fields,
                null,
                null,
                0,
                "logs",
                "0a1b2",
                partition,
                offset++,
                append)));
  }

  private void rule(String id, long version, String json) throws Exception {
    byte[] rule = json == null ? null : json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    harness.processElement2(new StreamRecord<>(new RuleRecord(id, version, rule)));
  }

  private void caughtUp() throws Exception {
    harness.processElement2(new StreamRecord<>(RuleRecord.caughtUp()));
  }

  private void after(double seconds) throws Exception {
    harness.setProcessingTime(START + Math.round(seconds * 1000));
  }

  /** A 0 at the very end of a window, from which a counter is told to have begun. */
  private static boolean isBeginning(MetricPoint point) {
    return point.value() == 0 && Math.floorMod(point.timestampMillis() + 1, 15_000) == 0;
  }

  /**
   * Points that came out since the last call: metric, tags, value, seconds; without totals and
   * without beginnings.
   */
  private List<String> told() {
    List<String> told = new ArrayList<>();
    for (MetricPoint point : harness.extractOutputValues()) {
      if (!point.metric().equals("log_events_total") && !isBeginning(point)) {
        told.add(text(point));
      }
    }
    harness.getOutput().clear();
    return told;
  }

  private List<String> toldTotals() {
    List<String> told =
        harness.extractOutputValues().stream()
            .filter(point -> point.metric().equals("log_events_total") && !isBeginning(point))
            .map(CountLogsTest::text)
            .toList();
    harness.getOutput().clear();
    return told;
  }

  private static String text(MetricPoint point) {
    return point.series().replace("\"", "")
        + " "
        + point.value()
        + " @"
        + (point.timestampMillis() - START) / 1000.0;
  }

  private static String match(String query, String more) {
    return "{'kind':'log_match','query':'"
        + query
        + "','threshold':5,'notification_channel':'ops'"
        + more
        + "}";
  }

  @Test
  void countsEventsByServiceLevelAndPartition() throws Exception {
    log(0, "a", LogLevel.INFO, "x", 1);
    log(0, "a", LogLevel.INFO, "x", 2);
    log(0, "a", LogLevel.ERROR, "x", 3);
    log(1, "b", LogLevel.INFO, "x", 4);
    assertThat(toldTotals()).isEmpty();

    after(5);

    assertThat(toldTotals())
        .containsExactlyInAnyOrder(
            "log_events_total{level=INFO,producer=logs-0,service=a} 2.0 @3.0",
            "log_events_total{level=ERROR,producer=logs-0,service=a} 1.0 @3.0",
            "log_events_total{level=INFO,producer=logs-1,service=b} 1.0 @4.0");
  }

  @Test
  void tellsWhatChangedAndEverythingNowAndThenWhileTheClockGoesOn() throws Exception {
    log(0, "a", LogLevel.INFO, "x", 1);
    log(0, "b", LogLevel.INFO, "x", 1);
    after(5);
    toldTotals();
    log(0, "a", LogLevel.INFO, "x", 7);
    after(10);
    assertThat(toldTotals())
        .containsExactly("log_events_total{level=INFO,producer=logs-0,service=a} 2.0 @7.0");

    after(15);
    assertThat(toldTotals()).isEmpty();
    after(60);
    after(65);

    assertThat(toldTotals())
        .containsExactlyInAnyOrder(
            "log_events_total{level=INFO,producer=logs-0,service=a} 2.0 @62.0",
            "log_events_total{level=INFO,producer=logs-0,service=b} 1.0 @62.0");
  }

  @Test
  void tellsAtTheEndOfEachWindowOfAppendTimeWhileItCatchesUp() throws Exception {
    for (int i = 0; i < 40; i++) {
      log(0, "a", LogLevel.INFO, "x", i);
    }

    assertThat(toldTotals())
        .containsExactly(
            "log_events_total{level=INFO,producer=logs-0,service=a} 15.0 @14.0",
            "log_events_total{level=INFO,producer=logs-0,service=a} 30.0 @29.0");
  }

  @Test
  void answersARuleFromZeroOnAndInEveryWindow() throws Exception {
    log(0, "a", LogLevel.INFO, "x", 1);
    rule("r", 7, match("refused", ""));
    after(5);
    assertThat(told())
        .containsExactly(
            "weir_rule_log_matches_total{producer=logs-0,rule_id=r,rule_version=7} 0.0 @1.0");

    log(0, "a", LogLevel.INFO, "connection refused", 6);
    log(0, "a", LogLevel.INFO, "accepted", 6);
    after(10);
    assertThat(told())
        .containsExactly(
            "weir_rule_log_matches_total{producer=logs-0,rule_id=r,rule_version=7} 1.0 @6.0");

    after(20);
    after(25);
    assertThat(told())
        .containsExactly(
            "weir_rule_log_matches_total{producer=logs-0,rule_id=r,rule_version=7} 1.0 @16.0");
  }

  @Test
  void groupsTheMatchesOfARule() throws Exception {
    rule("r", 1, match("service:a level:ERROR", ",'group_by':['host','user.id','level']"));
    log(0, "a", LogLevel.ERROR, "x", "{\"user\":{\"id\":7}}", 1);
    log(0, "a", LogLevel.ERROR, "x", 1);
    log(0, "b", LogLevel.ERROR, "x", 1);
    after(5);

    assertThat(told())
        .containsExactlyInAnyOrder(
            "weir_rule_log_matches_total{host=web-1,level=ERROR,producer=logs-0,rule_id=r,"
                + "rule_version=1,user_id=7} 1.0 @1.0",
            "weir_rule_log_matches_total{host=web-1,level=ERROR,producer=logs-0,rule_id=r,"
                + "rule_version=1} 1.0 @1.0");
  }

  @Test
  void everyCounterBeginsAtZeroInTheWindowBeforeItsFirstEvent() throws Exception {
    rule("r", 1, match("x", ",'group_by':['host']"));
    log(0, "a", LogLevel.INFO, "x", 20);
    log(0, "a", LogLevel.INFO, "x", 21);
    after(25);

    assertThat(harness.extractOutputValues())
        .extracting(CountLogsTest::text)
        .containsExactlyInAnyOrder(
            "log_events_total{level=INFO,producer=logs-0,service=a} 0.0 @14.999",
            "log_events_total{level=INFO,producer=logs-0,service=a} 2.0 @21.0",
            "weir_rule_log_matches_total{host=web-1,producer=logs-0,rule_id=r,rule_version=1}"
                + " 0.0 @14.999",
            "weir_rule_log_matches_total{host=web-1,producer=logs-0,rule_id=r,rule_version=1}"
                + " 2.0 @21.0");
  }

  @Test
  void aCounterThatWasForgottenBeginsAgainAtZeroAfterAllThatWasToldOfIt() throws Exception {
    rule("r", 1, match("x", ",'group_by':['host']"));
    log(0, "a", LogLevel.INFO, "x", 1);
    log(0, "a", LogLevel.INFO, "x", 1);
    after(5);
    log(0, "a", LogLevel.INFO, "other", 7200);
    after(7205);
    told();
    log(0, "a", LogLevel.INFO, "x", 7201);
    after(7210);

    assertThat(told())
        .containsExactly(
            "weir_rule_log_matches_total{host=web-1,producer=logs-0,rule_id=r,rule_version=1}"
                + " 0.0 @7200.0",
            "weir_rule_log_matches_total{host=web-1,producer=logs-0,rule_id=r,rule_version=1}"
                + " 1.0 @7201.0");
  }

  @Test
  void matchesOfMoreGroupsThanARuleMayHaveAreNotCountedForAnyGroup() throws Exception {
    rule("r", 1, match("x", ",'group_by':['user']"));
    for (int i = 0; i < 1_003; i++) {
      log(0, "a", LogLevel.INFO, "x", "{\"user\":\"u" + i + "\"}", 1);
    }
    after(5);

    assertThat(told())
        .hasSize(1_000)
        .noneMatch(point -> point.contains("__other__"))
        .noneMatch(point -> point.contains("u1000"));
  }

  @Test
  void aTopicThatWasMadeAnewIsBelievedThoughItsOffsetsAreLower() throws Exception {
    rule("r", 500, match("old", ""));
    rule("s", 501, match("x", ""));
    OperatorSubtaskState state = harness.snapshot(1, 1);

    restore(state);
    rule("r", 3, match("new", ""));
    rule("s", 501, match("x", ""));
    caughtUp();
    log(0, "a", LogLevel.INFO, "new x", 1);
    log(0, "a", LogLevel.INFO, "old", 1);
    after(5);

    assertThat(told())
        .containsExactlyInAnyOrder(
            "weir_rule_log_matches_total{producer=logs-0,rule_id=r,rule_version=3} 1.0 @1.0",
            "weir_rule_log_matches_total{producer=logs-0,rule_id=s,rule_version=501} 1.0 @1.0");
  }

  @Test
  void tellsEachEventOfASequenceAtItsOwnTimeByItsId() throws Exception {
    rule(
        "s",
        2,
        "{'kind':'sequence','first':'started','without':'finished','within_s':60,"
            + "'group_by':['service'],'notification_channel':'ops'}");
    log(3, "a", LogLevel.INFO, "job started", 1);
    log(3, "a", LogLevel.INFO, "job finished", 2);

    assertThat(told())
        .containsExactly(
            "weir_rule_log_event{event="
                + EventId.encode("0a1b2", 3, 0)
                + ",rule_id=s,rule_version=2,service=a,step=first} 1.0 @0.9",
            "weir_rule_log_event{event="
                + EventId.encode("0a1b2", 3, 1)
                + ",rule_id=s,rule_version=2,service=a,step=then} 1.0 @1.9");
  }

  @Test
  void aNewVersionOfARuleCountsAnewAndAnOldOneIsIgnored() throws Exception {
    rule("r", 5, match("x", ""));
    log(0, "a", LogLevel.INFO, "x", 1);
    rule("r", 3, match("y", ""));
    log(0, "a", LogLevel.INFO, "x", 2);
    rule("r", 9, match("x OR y", ""));
    log(0, "a", LogLevel.INFO, "x", 3);
    after(5);
    assertThat(told())
        .containsExactly(
            "weir_rule_log_matches_total{producer=logs-0,rule_id=r,rule_version=9} 1.0 @3.0");

    rule("r", 10, null);
    log(0, "a", LogLevel.INFO, "x", 6);
    after(10);
    assertThat(told()).isEmpty();
  }

  @Test
  void aRuleThatCannotBeAnsweredIsSkippedAndTheOthersGoOn() throws Exception {
    rule("broken", 1, "{");
    rule("range", 2, match("status:>500", ""));
    rule("group", 3, match("x", ",'group_by':['__']"));
    rule(
        "metric",
        4,
        "{'metric':'m','condition':'>','threshold':1,'duration_s':60,"
            + "'notification_channel':'ops'}");
    rule("good", 5, match("x", ""));
    log(0, "a", LogLevel.INFO, "x", 1);
    after(5);

    assertThat(told()).singleElement().asString().contains("rule_id=good");
  }

  @Test
  void countsGoOnAfterARestoreExactlyWhereTheyStood() throws Exception {
    rule("r", 7, match("x", ""));
    log(0, "a", LogLevel.INFO, "x", 1);
    log(1, "a", LogLevel.INFO, "x", 1);
    OperatorSubtaskState state = harness.snapshot(1, 1);
    log(0, "a", LogLevel.INFO, "x", 2);

    restore(state);
    log(0, "a", LogLevel.INFO, "x", 2);
    after(5);

    assertThat(told())
        .containsExactly(
            "weir_rule_log_matches_total{producer=logs-0,rule_id=r,rule_version=7} 2.0 @2.0");
  }

  @Test
  void forgetsARuleThatVanishedFromItsTopicWhileTheJobWasDown() throws Exception {
    rule("stays", 1, match("x", ""));
    rule("vanished", 2, match("x", ""));
    OperatorSubtaskState state = harness.snapshot(1, 1);

    restore(state);
    rule("stays", 1, match("x", ""));
    caughtUp();
    log(0, "a", LogLevel.INFO, "x", 1);
    after(5);

    assertThat(told()).singleElement().asString().contains("rule_id=stays");
  }

  @Test
  void totalsSurviveEveryChangeOfParallelismAlsoOfPartitionsThatAreSilent() throws Exception {
    for (int partition = 0; partition < 6; partition++) {
      for (int i = 0; i <= partition; i++) {
        log(partition, "a", LogLevel.INFO, "x", 1);
      }
    }
    OperatorSubtaskState one = harness.snapshot(1, 1);

    // To three subtasks; only partition 0 is read there, by the last of them, and then back to one.
    List<OperatorSubtaskState> three = new ArrayList<>();
    for (int subtask = 0; subtask < 3; subtask++) {
      try (TwoInputStreamOperatorTestHarness<LogEvent, RuleRecord, MetricPoint> part =
          harness(3, subtask)) {
        part.initializeState(
            AbstractStreamOperatorTestHarness.repartitionOperatorState(one, 720, 1, 3, subtask));
        part.open();
        if (subtask == 2) {
          harness.close();
          harness = part;
          log(0, "a", LogLevel.INFO, "x", 2);
        }
        three.add(part.snapshot(2, 2));
      }
    }
    harness = harness(1, 0);
    harness.initializeState(
        AbstractStreamOperatorTestHarness.repartitionOperatorState(
            AbstractStreamOperatorTestHarness.repackageState(
                three.toArray(OperatorSubtaskState[]::new)),
            720,
            3,
            1,
            0));
    harness.setProcessingTime(START);
    harness.open();
    for (int partition = 0; partition < 6; partition++) {
      log(partition, "a", LogLevel.INFO, "x", 3);
    }
    after(5);

    assertThat(toldTotals())
        .containsExactlyInAnyOrder(
            total(0, 3), total(1, 3), total(2, 4), total(3, 5), total(4, 6), total(5, 7));
  }

  private static String total(int partition, int count) {
    return "log_events_total{level=INFO,producer=logs-"
        + partition
        + ",service=a} "
        + count
        + ".0 @3.0";
  }

  @Test
  void countsAndObservesWhatIsConfigured() throws Exception {
    extractions.add(new Extraction("slow_total", "slow", null, List.of("service", "zone"), 2));
    extractions.add(new Extraction("latency_ms", "took_ms:*", "took_ms", List.of("service"), 2));
    restore(null);

    log(0, "a", LogLevel.INFO, "slow", "{\"zone\":\"z1\",\"took_ms\":12.5}", 1);
    log(0, "b", LogLevel.INFO, "slow", "{\"took_ms\":\"7\"}", 1);
    log(0, "c", LogLevel.INFO, "slow", "{\"took_ms\":\"long\"}", 1);
    log(0, "d", LogLevel.INFO, "slow", "{\"took_ms\":1e3}", 1);
    log(0, "a", LogLevel.INFO, "fast", 1);
    assertThat(told())
        .containsExactly(
            "latency_ms{service=a} 12.5 @1.0",
            "latency_ms{service=b} 7.0 @1.0",
            "latency_ms{service=__other__} 1000.0 @1.0");
    after(5);

    assertThat(told())
        .containsExactlyInAnyOrder(
            "slow_total{producer=logs-0,service=a,zone=z1} 1.0 @1.0",
            "slow_total{producer=logs-0,service=b} 1.0 @1.0",
            "slow_total{producer=logs-0,service=__other__,zone=__other__} 2.0 @1.0");
  }

  @Test
  void anExtractionWithAnotherMeaningBeginsAnew() throws Exception {
    extractions.add(new Extraction("n", "x", null, List.of(), 2));
    restore(null);
    log(0, "a", LogLevel.INFO, "x y", 1);
    OperatorSubtaskState state = harness.snapshot(1, 1);
    extractions.set(0, new Extraction("n", "y", null, List.of(), 2));

    restore(state);
    log(0, "a", LogLevel.INFO, "x y", 1);
    after(5);

    assertThat(told()).containsExactly("n{producer=logs-0} 1.0 @1.0");
  }
}
