package io.weir.jobs.bench;

import com.sun.management.OperatingSystemMXBean;
import io.weir.jobs.AlertsTopology;
import io.weir.model.alert.AlertRule;
import io.weir.model.alert.AlertState;
import io.weir.model.json.AlertRuleJson;
import io.weir.model.json.UnknownMembers;
import io.weir.operators.alerts.AlertMetrics;
import io.weir.operators.alerts.Control;
import io.weir.operators.alerts.RuleUpdate;
import io.weir.sinks.alertmanager.AlertmanagerConnection;
import io.weir.sinks.alertmanager.AlertmanagerSink;
import io.weir.sinks.notification.NotificationNames;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * Measures the graph of the alerts job in a local Flink environment: what an evaluation costs, and
 * what a point costs that no rule needs. Points are made in memory and states discarded, so that
 * Kafka and the JSON of points are no part of it. CPU time is that of the whole process; what
 * making the points takes is measured alone and taken off. Then the sink that tells Alertmanagers,
 * alone: states of firing alerts are made in memory too, and told to servers in this process. Run
 * by {@code bin/bench alerts}.
 */
public final class AlertsBench {
  private static final String USAGE =
      """
      Measures the alerts job's graph in memory: no other process, no disk.

      bin/bench alerts
        --rules N        rules (default 1000)
        --metrics N      metrics that the rules look at, in turn (default 50)
        --groups N       groups of each rule (default 100)
        --breaching N    of 100 groups so many breach (default 1)
        --rounds N       points of each series, one for 15 s (default 40); evaluations are 30 s apart
        --parallelism N  of the job (default 2)
        --firing N       alerts that fire while two Alertmanagers are told (default 30000; 0: none)
        --evaluations N  of each of these (default 40)
      """;

  /** As many as there are on Kubernetes. */
  private static final int ALERTMANAGERS = 2;

  private final OperatingSystemMXBean process =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private final int rules;
  private final int metrics;
  private final int groups;
  private final int breaching;
  private final int rounds;
  private final int parallelism;
  private final int firing;
  private final int evaluations;
  private final PrintStream out;

  /** What a run took; points are states where those are told. */
  private record Run(double seconds, double cpuMicros, long points, long evaluations) {}

  private AlertsBench(Map<String, Integer> options, PrintStream out) {
    rules = options.get("rules");
    metrics = options.get("metrics");
    groups = options.get("groups");
    breaching = groups * options.get("breaching") / 100;
    rounds = options.get("rounds");
    parallelism = options.get("parallelism");
    firing = options.get("firing");
    evaluations = options.get("evaluations");
    this.out = out;
  }

  /** Command line; see {@code bin/bench alerts --help}. */
  public static void main(String[] command) throws Exception {
    Map<String, Integer> options =
        new HashMap<>(
            Map.of(
                "rules", 1_000,
                "metrics", 50,
                "groups", 100,
                "breaching", 1,
                "rounds", 40,
                "parallelism", 2,
                "firing", 30_000,
                "evaluations", 40));
    if (command.length > 0 && command[0].equals("--help")) {
      System.out.print(USAGE);
      return;
    }
    for (int i = 0; i < command.length; i += 2) {
      String key = command[i].replaceFirst("^--", "");
      String value = i + 1 < command.length ? command[i + 1] : "";
      if (!options.containsKey(key) || !value.matches("\\d{1,8}")) {
        System.err.println("bench: " + command[i] + " " + value + ": no option; see --help");
        System.exit(2);
      }
      options.put(key, Integer.valueOf(value));
    }
    new AlertsBench(options, System.out).run();
  }

  private void run() throws Exception {
    out.printf(
        "alerts     %,d rules x %,d groups on %,d metrics, %d groups of each breach; parallelism"
            + " %d%n",
        rules, groups, metrics, breaching, parallelism);
    GeneratedPoints.Shape warmUp = needed(Math.max(4, rounds / 4));
    evaluate(warmUp);
    evaluate(unneeded(warmUp.points()));

    GeneratedPoints.Shape others = unneeded((long) metrics * groups * rounds * 4);
    Run generated = generate(others);
    double making = generated.cpuMicros() / generated.points();
    Run passed = evaluate(others);
    out.printf(
        Locale.ROOT,
        "unneeded   %,d points that no rule needs: CPU us/point %.2f (and %.2f to make it)%n",
        passed.points(),
        passed.cpuMicros() / passed.points() - making,
        making);

    Run evaluated = evaluate(needed(rounds));
    double cpu = evaluated.cpuMicros() - making * evaluated.points();
    out.printf(
        Locale.ROOT,
        "evaluated  %,d evaluations of %,d points in %.1f s: %,.0f evaluations/s, CPU us/evaluation"
            + " %.2f%n",
        evaluated.evaluations(),
        evaluated.points(),
        evaluated.seconds(),
        evaluated.evaluations() / evaluated.seconds(),
        cpu / evaluated.evaluations());
    out.printf(
        Locale.ROOT,
        "           %.1f points of groups for an evaluation, %,d transitions%n",
        (double) BenchReporter.sum(AlertMetrics.ROUTED_POINTS) / evaluated.evaluations(),
        BenchReporter.sum(AlertMetrics.TRANSITIONS));
    if (firing > 0) {
      notifyAlertmanagers();
    }
  }

  private void notifyAlertmanagers() throws Exception {
    try (ToldAlertmanagers alertmanagers = new ToldAlertmanagers(ALERTMANAGERS)) {
      Sink<AlertState> sink =
          AlertmanagerSink.to(
              AlertmanagerConnection.to(alertmanagers.urls()),
              AlertmanagerSink.DEFAULT_RESEND,
              AlertmanagerSink.DEFAULT_ENDS_AFTER,
              "https://weir.example.org");
      tell(sink);
      Run made = tell(new DiscardingSink<>());
      double making = made.cpuMicros() / made.points();
      Run told = tell(sink);
      out.printf(
          Locale.ROOT,
          "told       %,d firing alerts, %d evaluations of each, to %d Alertmanagers in %.1f s: %,.0f"
              + " states/s, CPU us/state %.2f (and %.2f to make it), %,d told%n",
          firing,
          evaluations,
          ALERTMANAGERS,
          told.seconds(),
          told.points() / told.seconds(),
          told.cpuMicros() / told.points() - making,
          making,
          BenchReporter.sum(NotificationNames.TOLD));
    }
  }

  private Run tell(Sink<AlertState> sink) throws Exception {
    StreamExecutionEnvironment env = environment();
    env.setParallelism(1);
    env.fromSource(
            new FiringAlerts(firing, evaluations), WatermarkStrategy.noWatermarks(), "states")
        .sinkTo(sink);
    return measure(env, (long) firing * evaluations, FiringAlerts::isReady, FiringAlerts::release);
  }

  private GeneratedPoints.Shape needed(int pointsOfEach) {
    return new GeneratedPoints.Shape("load_", metrics, groups, breaching, pointsOfEach);
  }

  private GeneratedPoints.Shape unneeded(long points) {
    int each = Math.toIntExact(points / ((long) metrics * groups));
    return new GeneratedPoints.Shape("other_", metrics, groups, 0, each);
  }

  private Run generate(GeneratedPoints.Shape shape) throws Exception {
    StreamExecutionEnvironment env = environment();
    env.fromSource(
            new GeneratedPoints(shape, parallelism), WatermarkStrategy.noWatermarks(), "points")
        .sinkTo(new DiscardingSink<>());
    return measure(env, shape.points(), () -> true, GeneratedPoints::release);
  }

  private Run evaluate(GeneratedPoints.Shape shape) throws Exception {
    StreamExecutionEnvironment env = environment();
    AlertsTopology.build(
        env,
        new GeneratedPoints(shape, parallelism),
        new GivenRules(snapshot()),
        new AlertsTopology.Settings(
            Duration.ofSeconds(5), Duration.ofHours(1), Duration.ofHours(1), Integer.MAX_VALUE),
        new AlertsTopology.Sinks(new DiscardingSink<>(), new DiscardingSink<>(), List.of()));
    // Of route, evaluate and track.
    return measure(
        env,
        shape.points(),
        () -> BenchReporter.count(AlertMetrics.RULES, rules) >= 3 * parallelism,
        GeneratedPoints::release);
  }

  private Run measure(
      StreamExecutionEnvironment env, long records, BooleanSupplier ready, Runnable release)
      throws Exception {
    BenchReporter.forget();
    JobClient job = env.executeAsync();
    while (!ready.getAsBoolean()) {
      if (job.getJobStatus().get().isTerminalState()) {
        throw new IllegalStateException("the job ended before it was ready");
      }
      LockSupport.parkNanos(10_000_000);
    }
    long started = System.nanoTime();
    long before = process.getProcessCpuTime();
    release.run();
    job.getJobExecutionResult().get();
    return new Run(
        (System.nanoTime() - started) / 1e9,
        (process.getProcessCpuTime() - before) / 1e3,
        records,
        BenchReporter.sum(AlertMetrics.EVALUATIONS));
  }

  private StreamExecutionEnvironment environment() {
    Configuration configuration = new Configuration();
    configuration.setString(
        "metrics.reporter.bench.factory.class", BenchReporter.Factory.class.getName());
    configuration.setString("pipeline.generic-types", "false");
    configuration.setString("pipeline.max-parallelism", "720");
    // A round takes a fraction of the time that it stands for: watermarks as often for each.
    configuration.setString("pipeline.auto-watermark-interval", "10 ms");
    configuration.setString("taskmanager.memory.network.max", "128m");
    return StreamExecutionEnvironment.createLocalEnvironment(parallelism, configuration);
  }

  private Control snapshot() {
    List<RuleUpdate> updates = new ArrayList<>();
    for (int i = 0; i < rules; i++) {
      String json =
          """
          {"metric":"load_%d","condition":">","threshold":%d,"duration_s":60,"window_s":60,
           "evaluate_every_s":30,"group_by":["host"],"notification_channel":"ops"}
          """
              .formatted(i % metrics, 20 + i % 50);
      AlertRule rule =
          AlertRuleJson.decode(json.getBytes(StandardCharsets.UTF_8), UnknownMembers.REJECT);
      updates.add(new RuleUpdate("rule-" + i, i, rule.withId("rule-" + i)));
    }
    return Control.snapshot(updates, System.currentTimeMillis());
  }
}
