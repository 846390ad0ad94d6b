package io.weir.jobs.options;

import io.weir.sinks.pushgateway.RunReporter;
import java.net.URI;
import java.util.Optional;

/** Where tasks report how they ended. */
public final class RunReportOptions {
  private static final Option<URI> PUSHGATEWAY =
      Option.of(
          "report.pushgateway-url",
          OptionType.URL,
          "Address of a Pushgateway, for example `http://127.0.0.1:9091`, that is told how a task"
              + " ended. A report that cannot be made is a warning and changes nothing. Without it"
              + " nothing is reported.");

  /** The group in the reference. */
  public static final OptionGroup GROUP =
      OptionGroup.of(
          "Reports of tasks",
          "Every program of `io.weir.jobs.tasks` has these; `docs/metrics.md` says what is"
              + " reported.",
          PUSHGATEWAY);

  private RunReportOptions() {}

  /** Returns the address of the Pushgateway, if somebody gave one; empty after an error too. */
  public static Optional<URI> readPushgateway(OptionValues values) {
    return values
        .find(PUSHGATEWAY)
        .flatMap(url -> values.attempt(PUSHGATEWAY.key(), () -> RunReporter.checked(url)));
  }
}
