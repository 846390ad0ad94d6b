package io.weir.harness.deploy;

import io.weir.harness.node.HttpStatusException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What Flink says about a failure, for people: what happened and why, not the stack. */
final class FlinkWords {
  private static final int MAX_CAUSES = 4;
  private static final int MAX_LINE = 500;

  private FlinkWords() {}

  /** Why a call failed. */
  static String of(RuntimeException e) {
    if (!(e instanceof HttpStatusException http)) {
      return head(String.valueOf(e.getMessage()));
    }
    // A proxy's page says little without its status; Flink's own words need none.
    return http.mayPass()
        ? head(http.getMessage())
        : head(http.body().replace("\\n", "\n").replace("\\t", "\t"));
  }

  /** What happened, and the causes that are nearest to its root. */
  static String head(String trace) {
    List<String> lines =
        trace
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.startsWith("at ") && !line.startsWith("... "))
            .toList();
    List<String> causes =
        lines.stream().filter(line -> line.startsWith("Caused by: ")).distinct().toList();
    List<String> shown = new ArrayList<>(lines.subList(0, Math.min(1, lines.size())));
    shown.addAll(causes.subList(Math.max(0, causes.size() - MAX_CAUSES), causes.size()));
    return shown.stream()
        .map(line -> line.length() > MAX_LINE ? line.substring(0, MAX_LINE) + "..." : line)
        .collect(Collectors.joining("\n    "));
  }
}
