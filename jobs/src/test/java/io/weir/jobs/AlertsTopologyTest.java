package io.weir.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.weir.model.alert.AlertRule;
import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertStatus;
import io.weir.model.alert.AlertTransition;
import io.weir.model.alert.AlertTransition.Reason;
import io.weir.model.json.AlertRuleJson;
import io.weir.model.json.UnknownMembers;
import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.MetricType;
import io.weir.model.metric.ParsedMetric;
import io.weir.model.metric.RuleMetrics;
import io.weir.operators.alerts.AlertMetrics;
import io.weir.operators.alerts.Control;
import io.weir.operators.alerts.RuleUpdate;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.java.typeutils.runtime.kryo.KryoSerializer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamEdge;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AlertsTopologyTest {
  private static final InMemoryReporter REPORTER = InMemoryReporter.create();

  @RegisterExtension
  private static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setConfiguration(withReporter())
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  /** A whole minute, and half a minute. */
  private static final long TEN = 1_774_778_400_000L;

  @TempDir private Path folder;

  private static final String ERROR_RATE =
      """
      {"name":"errors","metric":"http_error_rate","condition":">","threshold":"1%","duration_s":150,
       "window_s":30,"evaluate_every_s":30,"group_by":["service"],"severity":"critical",
       "notification_channel":"ops","annotations":{"summary":"{{ $labels.service }}: {{ $value }}"}}
      """;

  private static final String SHOW = "show-";
  private static final String SHOWN =
      """
      {"metric":"show","condition":">","threshold":0,"duration_s":0,"group_by":["x"],
       "notification_channel":"ops"}
      """;

  private final ScriptedSource<ParsedMetric> points = new ScriptedSource<>(ParsedMetric.class);
  private final ScriptedSource<Control> rules = new ScriptedSource<>(Control.class);
  private final CollectingSink<AlertState> states = new CollectingSink<>();
  private final CollectingSink<AlertTransition> history = new CollectingSink<>();
  private final CollectingSink<AlertState> notified = new CollectingSink<>();
  private final List<RuleUpdate> said = new ArrayList<>();
  private long offset;
  private int rulesKnown;
  private JobClient job;

  private static Configuration withReporter() {
    Configuration configuration = new Configuration();
    REPORTER.addToConfiguration(configuration);
    return configuration;
  }

  @BeforeEach
  void start() throws Exception {
    StreamExecutionEnvironment env = environment(2);
    build(env);
    job = env.executeAsync();
    rules.say(Control.snapshot(List.of(), TEN));
  }

  @AfterEach
  void stop() throws Exception {
    if (!job.getJobStatus().get().isGloballyTerminalState()) {
      job.cancel().get();
    }
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              try {
                return job.getJobStatus().get().isGloballyTerminalState();
              } catch (Exception e) {
                return true;
              }
            });
  }

  @Test
  void firesOnTheFifthBreachingEvaluationInARowAndResolves() {
    rule("a", ERROR_RATE);
    long second = TEN + 30_000;
    for (int i = 0; i < 4; i++) {
      errorRate("payments", second + i * 30_000 - 1_000, 0.02);
    }
    pass(second + 3 * 30_000);

    awaitStates(4);
    assertThat(statuses()).containsExactly(AlertStatus.PENDING);

    errorRate("payments", second + 4 * 30_000 - 1_000, 0.03);
    pass(second + 4 * 30_000);
    awaitTransitions(2);
    AlertState firing = history.collected().get(1).state();
    assertThat(firing.status()).isEqualTo(AlertStatus.FIRING);
    assertThat(firing.sinceMillis()).isEqualTo(second);
    assertThat(firing.startsAtMillis()).isEqualTo(second + 4 * 30_000);
    assertThat(firing.value()).isEqualTo(0.03);
    assertThat(firing.group()).containsExactly(Map.entry("service", "payments"));
    assertThat(firing.labels())
        .containsEntry("alertname", "errors")
        .containsEntry("service", "payments")
        .containsEntry("severity", "critical")
        .containsEntry("notification_channel", "ops");
    assertThat(firing.annotations()).containsEntry("summary", "payments: 0.03000");

    errorRate("payments", second + 5 * 30_000 - 1_000, 0.001);
    pass(second + 5 * 30_000);
    awaitTransitions(3);
    AlertState resolved = history.collected().get(2).state();
    assertThat(resolved.status()).isEqualTo(AlertStatus.RESOLVED);
    assertThat(resolved.endsAtMillis()).isEqualTo(second + 5 * 30_000);
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> assertThat(notified.collected()).hasSize(7).isEqualTo(states.collected()));
  }

  @Test
  void inputThatFlapsDoesNotFire() {
    rule("a", ERROR_RATE);
    for (int i = 1; i <= 20; i++) {
      errorRate("payments", TEN + i * 30_000 - 1_000, i % 5 == 0 ? 0.001 : 0.02);
    }
    pass(TEN + 20 * 30_000);

    awaitTransitions(8);
    assertThat(statuses()).containsOnly(AlertStatus.PENDING, AlertStatus.INACTIVE);
  }

  @Test
  void groupsAreJudgedApart() {
    rule("a", ERROR_RATE);
    for (int i = 1; i <= 5; i++) {
      errorRate("payments", TEN + i * 30_000 - 1_000, 0.02);
      errorRate("search", TEN + i * 30_000 - 1_000, 0.002);
    }
    pass(TEN + 5 * 30_000);

    awaitTransitions(2);
    assertThat(history.collected())
        .allMatch(transition -> transition.state().group().get("service").equals("payments"));
  }

  @Test
  void anEditOfTheThresholdKeepsTheRun() {
    rule("a", ERROR_RATE);
    for (int i = 1; i <= 3; i++) {
      errorRate("payments", TEN + i * 30_000 - 1_000, 0.02);
    }
    pass(TEN + 3 * 30_000);
    awaitStates(3);

    edit("a", ERROR_RATE.replace("1%", "1.5%"));
    for (int i = 4; i <= 5; i++) {
      errorRate("payments", TEN + i * 30_000 - 1_000, 0.02);
    }
    pass(TEN + 5 * 30_000);

    awaitTransitions(2);
    assertThat(history.collected().get(1).state().startsAtMillis()).isEqualTo(TEN + 5 * 30_000);
    assertThat(history.collected().get(1).state().ruleVersion()).isEqualTo(2);
  }

  @Test
  void aRuleThatIsDeletedAndCreatedAgainWhilePendingStartsAnew() {
    rule("a", ERROR_RATE);
    for (int i = 1; i <= 3; i++) {
      errorRate("payments", TEN + i * 30_000 - 1_000, 0.02);
    }
    pass(TEN + 3 * 30_000);
    awaitStates(3);

    delete("a");
    awaitTransitions(2);
    assertThat(history.collected().get(1).reason()).isEqualTo(Reason.RULE_DELETED);
    assertThat(history.collected().get(1).state().status()).isEqualTo(AlertStatus.INACTIVE);

    rule("a", ERROR_RATE);
    for (int i = 4; i <= 8; i++) {
      errorRate("payments", TEN + i * 30_000 - 1_000, 0.02);
    }
    pass(TEN + 8 * 30_000);
    awaitTransitions(4);
    assertThat(history.collected().get(3).state().startsAtMillis()).isEqualTo(TEN + 8 * 30_000);
  }

  @Test
  void anEditOfWhatIsMeasuredEndsTheAlert() {
    rule("a", ERROR_RATE.replace("150", "0"));
    errorRate("payments", TEN + 29_000, 0.02);
    pass(TEN + 30_000);
    awaitTransitions(2);

    edit("a", ERROR_RATE.replace("150", "0").replace("\"window_s\":30", "\"window_s\":60"));

    awaitTransitions(3);
    assertThat(history.collected().get(2).reason()).isEqualTo(Reason.RULE_CHANGED);
    assertThat(history.collected().get(2).state().status()).isEqualTo(AlertStatus.RESOLVED);
  }

  @Test
  void aPointThatComesOutOfOrderCounts() {
    rule("a", ERROR_RATE.replace("150", "0"));
    errorRate("payments", TEN + 20_000, 0.0);
    errorRate("search", TEN + 31_000, 0.0);
    errorRate("payments", TEN + 22_000, 0.5);
    pass(TEN + 30_000);

    awaitTransitions(2);
    assertThat(history.collected().get(1).state().value()).isEqualTo(0.25);
  }

  @Test
  void aRatioMeetsOnTheEndOfTheWindow() {
    rule(
        "r",
        """
        {"metric":"errors / requests","condition":">","threshold":0.1,"duration_s":0,"window_s":60,
         "aggregation":"rate","notification_channel":"ops"}
        """);
    for (int i = 0; i <= 4; i++) {
      for (String host : List.of("web-1", "web-2")) {
        counter("errors", host, TEN + i * 15_000, 10 + i * 15.0);
        counter("requests", host, TEN + i * 15_000, 1000 + i * 100.0);
      }
    }
    pass(TEN + 60_000);

    awaitTransitions(2);
    AlertState firing = history.collected().get(1).state();
    assertThat(firing.value()).isCloseTo(0.15, within(1e-9));
    assertThat(firing.group()).isEmpty();
  }

  @Test
  void silenceFiresThoughNoPointEverCame() {
    rule(
        "s",
        """
        {"kind":"absence","metric":"heartbeat","duration_s":60,"notification_channel":"ops"}
        """);
    // The group is announced by another way than that of ticks: those before it do not count for
    // it.
    AtomicLong wall = new AtomicLong(TEN);
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              rules.say(Control.tick(wall.addAndGet(5_000), 5_000, true));
              assertThat(history.collected()).hasSize(2);
            });
    assertThat(history.collected().get(1).state().status()).isEqualTo(AlertStatus.FIRING);
  }

  @Test
  void nobodyIsMissedWhileTheJobIsCatchingUp() {
    rule(
        "s",
        """
        {"kind":"absence","metric":"heartbeat","duration_s":60,"notification_channel":"ops"}
        """);
    rule("a", ERROR_RATE.replace("150", "0"));
    for (int i = 0; i < 100; i++) {
      rules.say(Control.tick(TEN + i * 5_000, 5_000, false));
    }
    errorRate("payments", TEN + 29_000, 0.02);
    pass(TEN + 30_000);

    awaitTransitions(2);
    assertThat(history.collected())
        .allMatch(transition -> transition.state().alertId().equals("a"));
  }

  @Test
  void logMatchesAreCountedFromZero() {
    rule(
        "l",
        """
        {"kind":"log_match","query":"level:ERROR","threshold":2,"window_s":60,
         "group_by":["service"],"notification_channel":"ops"}
        """);
    matches("l", TEN + 1_000, 2);
    pass(TEN + 30_000);
    matches("l", TEN + 31_000, 3);
    pass(TEN + 60_000);

    awaitTransitions(2);
    AlertState firing = history.collected().get(1).state();
    assertThat(firing.startsAtMillis()).isEqualTo(TEN + 60_000);
    assertThat(firing.value()).isEqualTo(3);
    assertThat(firing.group()).containsExactly(Map.entry("service", "payments"));
  }

  @Test
  void aSequenceFiresOnceForTheSecondEventThatFollowsInTime() {
    rule(
        "q",
        """
        {"kind":"sequence","first":"deploy","then":"level:ERROR","within_s":60,
         "notification_channel":"ops"}
        """);
    event("q", "first", "e1", TEN + 1_000);
    event("q", "then", "e2", TEN + 62_000); // too late
    event("q", "first", "e3", TEN + 70_000);
    event("q", "then", "e4", TEN + 130_000);
    event("q", "then", "e4", TEN + 130_000); // again, after a restart
    pass(TEN + 200_000);

    awaitTransitions(1);
    AlertState firing = history.collected().get(0).state();
    assertThat(firing.status()).isEqualTo(AlertStatus.FIRING);
    assertThat(firing.sinceMillis()).isEqualTo(TEN + 70_000);
    assertThat(firing.startsAtMillis()).isEqualTo(TEN + 130_000);
  }

  @Test
  void aSequenceFiresWhereTheSecondEventFailsToAppear() {
    rule(
        "q",
        """
        {"kind":"sequence","first":"started","without":"finished","within_s":60,
         "notification_channel":"ops"}
        """);
    event("q", "then", "e2", TEN + 50_000);
    event("q", "first", "e1", TEN + 47_000); // out of order
    event("q", "first", "e3", TEN + 70_000);
    pass(TEN + 200_000);

    awaitTransitions(1);
    assertThat(history.collected().get(0).state().startsAtMillis()).isEqualTo(TEN + 130_000);
    assertThat(history.collected().get(0).state().sinceMillis()).isEqualTo(TEN + 70_000);
  }

  @Test
  void aRunGoesOnInTheNextVersionOfTheJob() throws Exception {
    rule("a", ERROR_RATE);
    for (int i = 1; i <= 3; i++) {
      errorRate("payments", TEN + i * 30_000 - 1_000, 0.02);
    }
    pass(TEN + 3 * 30_000);
    awaitStates(3);
    List<RuleUpdate> inTopic = List.copyOf(said);
    String savepoint =
        job.stopWithSavepoint(false, folder.toUri().toString(), SavepointFormatType.CANONICAL)
            .get();

    startAgain(savepoint, inTopic);
    awaitRules();
    for (int i = 4; i <= 5; i++) {
      errorRate("payments", TEN + i * 30_000 - 1_000, 0.02);
    }
    pass(TEN + 5 * 30_000);

    awaitTransitions(2);
    AlertState firing = history.collected().get(1).state();
    assertThat(firing.status()).isEqualTo(AlertStatus.FIRING);
    assertThat(firing.sinceMillis()).isEqualTo(TEN + 30_000);
    assertThat(firing.startsAtMillis()).isEqualTo(TEN + 5 * 30_000);
  }

  @ParameterizedTest
  @MethodSource("io.weir.jobs.ReleasedSavepoint#versions")
  void aRunThatAReleasedVersionHadBegunGoesOn(String version) throws Exception {
    if (ReleasedSavepoint.WRITE && version.equals(ReleasedSavepoint.VERSION)) {
      rule("a", ERROR_RATE);
      for (int i = 1; i <= 3; i++) {
        errorRate("payments", TEN + i * 30_000 - 1_000, 0.02);
      }
      pass(TEN + 3 * 30_000);
      awaitStates(3);
      ReleasedSavepoint.keep("alerts", job, folder);
      startAgain(ReleasedSavepoint.of(version, "alerts"), List.copyOf(said));
    } else {
      // Until it is known, the other job might be told what this one was.
      rule("of this job", ERROR_RATE);
      job.cancel().get();
      // What the topic of rules holds: the rule, and the one by which it is seen to be known.
      rulesKnown = 2;
      offset = 2;
      startAgain(ReleasedSavepoint.of(version, "alerts"), rulesInTopic());
    }
    awaitRules();
    for (int i = 4; i <= 5; i++) {
      errorRate("payments", TEN + i * 30_000 - 1_000, 0.02);
    }
    pass(TEN + 5 * 30_000);

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(statuses())
                    .as("of %s", states.collected())
                    .contains(AlertStatus.FIRING));
    AlertState firing = history.collected().get(history.collected().size() - 1).state();
    assertThat(firing.sinceMillis()).isEqualTo(TEN + 30_000);
    assertThat(firing.startsAtMillis()).isEqualTo(TEN + 5 * 30_000);
  }

  @Test
  void aThousandRulesOfAHundredGroupsAreEvaluatedInTime() {
    List<RuleUpdate> all = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      AlertRule rule =
          AlertRuleJson.decode(
                  """
                  {"metric":"load","condition":">","threshold":89.5,"duration_s":60,"window_s":30,
                   "group_by":["host"],"notification_channel":"ops"}
                  """
                      .getBytes(StandardCharsets.UTF_8),
                  UnknownMembers.REJECT)
              .withId("r" + i);
      all.add(new RuleUpdate(rule.id(), offset++, rule));
    }
    rules.say(Control.update(all, TEN));
    rulesKnown = all.size();
    awaitRules();
    for (int round = 1; round <= 3; round++) {
      for (int host = 0; host < 100; host++) {
        point(
            new MetricPoint(
                "load",
                host,
                TEN + round * 30_000 - 1_000,
                Map.of("host", "web-" + host),
                MetricType.GAUGE));
      }
    }
    pass(TEN + 90_000);

    await()
        .atMost(Duration.ofSeconds(120))
        .untilAsserted(
            () ->
                assertThat(statuses())
                    .filteredOn(status -> status == AlertStatus.FIRING)
                    .hasSize(10_000));
    assertThat(history.collected()).hasSize(20_000);
  }

  @Test
  void everyNodeHasAUidAndTheseUidsNeverChange() {
    assertThat(graph().getStreamNodes().stream().map(StreamNode::getTransformationUID))
        .containsExactlyInAnyOrder(
            "alerts-rules",
            "alerts-points",
            "alerts-keep-points",
            "alerts-route",
            "alerts-evaluate",
            "alerts-order-events",
            "alerts-runs-short-filter",
            "alerts-runs-short",
            "alerts-runs-long-filter",
            "alerts-runs-long",
            "alerts-then-short-filter",
            "alerts-then-short",
            "alerts-then-long-filter",
            "alerts-then-long",
            "alerts-without-short-filter",
            "alerts-without-short",
            "alerts-without-long-filter",
            "alerts-without-long",
            "alerts-track",
            "alerts-state",
            "alerts-history",
            "alerts-notified");
  }

  @Test
  void nothingFlowsThroughKryo() {
    List<TypeSerializer<?>> serializers = new ArrayList<>();
    for (StreamNode node : graph().getStreamNodes()) {
      serializers.addAll(List.of(node.getTypeSerializersIn()));
      serializers.add(node.getTypeSerializerOut());
      for (StreamEdge edge : node.getOutEdges()) {
        if (edge.getOutputTag() != null) {
          serializers.add(
              edge.getOutputTag()
                  .getTypeInfo()
                  .createSerializer(environment(1).getConfig().getSerializerConfig()));
        }
      }
    }

    assertThat(serializers).filteredOn(s -> s != null).isNotEmpty();
    assertThat(serializers).noneMatch(s -> s instanceof KryoSerializer);
  }

  private void startAgain(String savepoint, List<RuleUpdate> inTopic) throws Exception {
    StreamExecutionEnvironment env =
        environment(2, Map.of("execution.state-recovery.path", savepoint));
    build(env);
    job = env.executeAsync();
    rules.say(Control.snapshot(inTopic, TEN));
  }

  private StreamGraph graph() {
    StreamExecutionEnvironment env = environment(2);
    build(env);
    return env.getStreamGraph();
  }

  private void build(StreamExecutionEnvironment env) {
    AlertsTopology.build(
        env,
        points,
        rules,
        new AlertsTopology.Settings(
            Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(10), 1_000),
        new AlertsTopology.Sinks(
            states, history, List.of(new AlertsTopology.Notification("notified", notified))));
  }

  private static StreamExecutionEnvironment environment(int parallelism) {
    return environment(parallelism, Map.of());
  }

  private static StreamExecutionEnvironment environment(
      int parallelism, Map<String, String> changes) {
    Map<String, String> options = FlinkConf.read("config.yaml");
    options.putAll(FlinkConf.read("alerts-job.yaml"));
    options.keySet().removeIf(key -> !key.matches("(pipeline|execution|restart-strategy)[.].*"));
    options.keySet().removeIf(key -> key.matches("execution.checkpointing.*(dir|storage)"));
    options.put("pipeline.auto-watermark-interval", "5 ms");
    options.putAll(changes);
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(Configuration.fromMap(options));
    env.setParallelism(parallelism);
    return env;
  }

  private void rule(String id, String json) {
    rulesKnown++;
    edit(id, json);
  }

  private void edit(String id, String json) {
    say(new RuleUpdate(id, offset++, decode(json).withId(id)));
  }

  /** As {@link #rule} says it in an empty topic. */
  private static List<RuleUpdate> rulesInTopic() {
    return List.of(
        new RuleUpdate("a", 0, decode(ERROR_RATE).withId("a")),
        new RuleUpdate(SHOW + 1, 1, decode(SHOWN).withId(SHOW + 1)));
  }

  private static AlertRule decode(String json) {
    return AlertRuleJson.decode(json.getBytes(StandardCharsets.UTF_8), UnknownMembers.REJECT);
  }

  private void delete(String id) {
    rulesKnown--;
    say(new RuleUpdate(id, offset++, null));
  }

  /** Says it, and a rule for show, by whose number every task is seen to know. */
  private void say(RuleUpdate update) {
    said.removeIf(earlier -> earlier.id().equals(update.id()));
    if (update.rule() != null) {
      said.add(update);
    }
    rules.say(Control.update(List.of(update), TEN));
    rulesKnown++;
    String id = SHOW + offset;
    RuleUpdate shown = new RuleUpdate(id, offset++, decode(SHOWN).withId(id));
    said.add(shown);
    rules.say(Control.update(List.of(shown), TEN));
    awaitRules();
  }

  private void awaitRules() {
    await()
        .atMost(Duration.ofSeconds(120))
        .untilAsserted(
            () ->
                assertThat(REPORTER.findMetrics(job.getJobID(), AlertMetrics.RULES).values())
                    .hasSize(6)
                    .allMatch(gauge -> ((Gauge<?>) gauge).getValue().equals(rulesKnown)));
  }

  private void point(MetricPoint point) {
    points.say(ParsedMetric.of(point, ParsedMetric.TimeSource.PRODUCER));
  }

  private void errorRate(String service, long millis, double value) {
    point(
        new MetricPoint(
            "http_error_rate", value, millis, Map.of("service", service), MetricType.GAUGE));
  }

  private void counter(String metric, String host, long millis, double value) {
    point(new MetricPoint(metric, value, millis, Map.of("host", host), MetricType.COUNTER));
  }

  private void matches(String rule, long millis, double total) {
    point(
        new MetricPoint(
            RuleMetrics.LOG_MATCHES_TOTAL,
            total,
            millis,
            Map.of(
                RuleMetrics.RULE_ID,
                rule,
                RuleMetrics.RULE_VERSION,
                "7",
                RuleMetrics.PRODUCER,
                "0",
                "service",
                "payments"),
            MetricType.COUNTER));
  }

  private void event(String rule, String step, String id, long millis) {
    point(
        new MetricPoint(
            RuleMetrics.LOG_EVENT,
            1,
            millis,
            Map.of(
                RuleMetrics.RULE_ID, rule,
                RuleMetrics.RULE_VERSION, "7",
                RuleMetrics.STEP, step,
                RuleMetrics.EVENT, id),
            MetricType.GAUGE));
  }

  /** Lets event time pass a moment: the source says something later. */
  private void pass(long millis) {
    point(new MetricPoint("clock", 0, millis + 5_001, Map.of(), MetricType.GAUGE));
  }

  private void awaitStates(int number) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(states.collected()).hasSize(number));
  }

  private void awaitTransitions(int number) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(history.collected()).hasSize(number));
  }

  private List<AlertStatus> statuses() {
    return history.collected().stream().map(transition -> transition.state().status()).toList();
  }
}
