package io.weir.operators.alerts;

import com.sun.management.OperatingSystemMXBean;
import io.weir.model.alert.AlertRule;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.apache.flink.streaming.util.ProcessFunctionTestHarnesses;

/**
 * CPU time of the whole process for each evaluation of a rule for a group: two points in, their
 * window measured and judged, state and timers included. One group in ten breaches. It is run by
 * {@code bin/bench alerts [rules] [groups] [evaluations]}.
 */
public final class AlertsBench {
  private static final int STEP_MILLIS = 30_000;

  private AlertsBench() {}

  public static void main(String[] args) throws Exception {
    int rules = args.length > 0 ? Integer.parseInt(args[0]) : 1_000;
    int groups = args.length > 1 ? Integer.parseInt(args[1]) : 100;
    int evaluations = args.length > 2 ? Integer.parseInt(args[2]) : 10;
    run(100, 100, 10, false);
    run(rules, groups, evaluations, true);
  }

  private static void run(int rules, int groups, int evaluations, boolean shown) throws Exception {
    OperatingSystemMXBean process =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    AlertRule rule = Rules.rule(Rules.ERRORS);
    List<RuleUpdate> updates = new ArrayList<>();
    for (int i = 0; i < rules; i++) {
      updates.add(new RuleUpdate("rule-" + i, i, rule.withId("rule-" + i)));
    }
    long nanos = 0;
    long signals = 0;
    try (KeyedBroadcastOperatorTestHarness<AlertKey, RoutedPoint, Control, AlertSignal> harness =
        ProcessFunctionTestHarnesses.forKeyedBroadcastProcessFunction(
            new EvaluateRule(Duration.ofSeconds(10)),
            RoutedPoint::key,
            TypeInformation.of(AlertKey.class),
            AlertStates.RULES)) {
      harness.processBroadcastElement(Control.snapshot(updates, Rules.TEN), Rules.TEN);
      for (int step = 0; step < evaluations; step++) {
        long end = Rules.TEN + (step + 1L) * STEP_MILLIS;
        long before = process.getProcessCpuTime();
        for (int i = 0; i < rules; i++) {
          for (int group = 0; group < groups; group++) {
            AlertKey key = new AlertKey("rule-" + i, i, "{service=\"s" + group + "\"}");
            double value = group % 10 == 0 ? 2 : 0;
            harness.processElement(Rules.point(key, value, end - 20_000), end - 20_000);
            harness.processElement(Rules.point(key, value, end - 5_000), end - 5_000);
          }
        }
        harness.processWatermark(end + 10_000);
        harness.processBroadcastWatermark(end + 10_000);
        nanos += process.getProcessCpuTime() - before;
        signals += harness.getOutput().size();
        harness.getOutput().clear();
      }
    }
    if (shown) {
      double count = (double) rules * groups * evaluations;
      System.out.printf(
          Locale.ROOT,
          "%d x %s, load %.1f%n%,d rules x %,d groups: %.2f CPU us an evaluation,"
              + " %,.0f evaluations/s and core  (%.2f signals an evaluation)%n",
          Runtime.getRuntime().availableProcessors(),
          Runtime.version(),
          ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
          rules,
          groups,
          nanos / 1e3 / count,
          count / (nanos / 1e9),
          signals / count);
    }
  }
}
