package io.weir.harness.stack;

import io.weir.harness.generate.Arguments;
import io.weir.harness.node.HarnessLayout;
import java.io.IOException;

/** What {@code bin/status} runs. Exit status: 0 all is well, 1 something is not, 3 not running. */
public final class StatusCommand {
  private static final String USAGE =
      """
      Tells the state of the local stack: processes, the logs job, addresses.

        --home DIR   folder of the stack; default .weir, or WEIR_HOME
      """;

  private StatusCommand() {}

  public static void main(String[] args) throws IOException {
    StackSettings settings;
    try {
      Arguments flags = Arguments.parse(args, USAGE);
      if (flags.helpWanted()) {
        System.out.print(USAGE);
        return;
      }
      settings = StackSettings.of(flags, System.getenv(), HarnessLayout.find());
    } catch (IllegalArgumentException e) {
      System.err.println("status: " + e.getMessage());
      System.exit(64);
      return;
    }
    StatusReport report = StatusReport.of(settings);
    System.out.print(report.text());
    System.exit(report.exitStatus());
  }
}
