package io.weir.harness.bench;

import io.weir.harness.generate.Arguments;
import java.util.ArrayList;
import java.util.List;

/** The options of the bench of alerts, for the JVM that is told and for the one that does it. */
final class AlertsOptions {
  static final String TEXT =
      """
      --rules N           rules (default 1000)
      --metrics N         metrics that the rules look at, in turn (default 50)
      --groups N          groups of each rule (default 100)
      --breaching N       of 100 groups so many breach (default 1)
      --rounds N          points of each series, one for 15 s (default 40); evaluations are 30 s apart
      --parallelism N     of the job (default 2)
      --recording FILE    writes a flight recording there
      """;

  private static final List<String> KEYS =
      List.of("rules", "metrics", "groups", "breaching", "rounds", "parallelism");

  private AlertsOptions() {}

  /** Returns the options that were given, as a command line. */
  static List<String> of(Arguments arguments) {
    List<String> command = new ArrayList<>();
    for (String key : KEYS) {
      if (arguments.has(key)) {
        command.add("--" + key);
        command.add(arguments.text(key, ""));
      }
    }
    return command;
  }
}
