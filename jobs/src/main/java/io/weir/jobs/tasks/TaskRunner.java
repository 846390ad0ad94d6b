package io.weir.jobs.tasks;

import io.weir.jobs.options.AllOptions;
import io.weir.jobs.options.InvalidOptionsException;
import io.weir.jobs.options.Option;
import io.weir.jobs.options.OptionGroup;
import io.weir.jobs.options.OptionValues;
import io.weir.jobs.options.RunReportOptions;
import io.weir.sinks.pushgateway.RunReporter;
import java.io.PrintStream;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** Runs a task as a program: help, exit codes, errors as one line instead of a stack trace. */
public final class TaskRunner {
  /** It is done. */
  static final int DONE = 0;

  /** It could not be done. */
  static final int FAILED = 1;

  /** It was not tried: the options are wrong. */
  static final int WRONG_OPTIONS = 2;

  /** It is done, and found what should not be. */
  static final int FOUND_FAULTS = 3;

  private TaskRunner() {}

  /** Returns the exit code. */
  public static int run(Task task, String[] args, PrintStream out, PrintStream err) {
    if (List.of(args).contains("--help") || List.of(args).contains("-h")) {
      out.print(help(task));
      return DONE;
    }
    RunReporter.Run run = null;
    int status = FAILED;
    try {
      run = reporter(task, args, err).begin(task.name());
      if (task instanceof JudgingTask judge) {
        JudgingTask.Verdict verdict = judge.judge(args, out);
        status = verdict.good() ? DONE : FOUND_FAULTS;
        run.succeeded(verdict.counts(), verdict.ratios());
      } else {
        Map<String, Long> counts = task.run(args, out);
        status = DONE;
        run.succeeded(counts);
      }
    } catch (InvalidOptionsException e) {
      err.println(task.name() + ": " + e.getMessage());
      status = WRONG_OPTIONS;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      err.println(task.name() + ": interrupted");
    } catch (Exception e) {
      err.println(task.name() + " failed: " + causes(e));
    }
    // Wrong options too: a task that is not even tried is nobody's success.
    if ((status == FAILED || status == WRONG_OPTIONS) && run != null) {
      run.failed();
    }
    return status;
  }

  /** What is wrong with its options a task says itself. */
  private static RunReporter reporter(Task task, String[] args, PrintStream err) {
    OptionValues values = OptionValues.read(args, task.options(), AllOptions.GROUPS);
    return new RunReporter(
        RunReportOptions.readPushgateway(values),
        Clock.systemUTC(),
        warning -> err.println(task.name() + ": " + warning));
  }

  private static String help(Task task) {
    StringBuilder help = new StringBuilder();
    help.append(task.name()).append(": ").append(task.summary()).append("\n\n");
    help.append("  --config FILE\n      YAML file with options; arguments win.\n");
    for (OptionGroup group : task.options()) {
      for (Option<?> option : group.options()) {
        help.append("  --").append(option.key()).append(" <").append(option.type().name());
        help.append(">");
        option.defaultText().ifPresent(text -> help.append(" (default: ").append(text).append(")"));
        help.append("\n      ").append(option.description()).append("\n");
      }
      group
          .freePrefixes()
          .forEach(
              free ->
                  help.append("  --")
                      .append(free.prefix())
                      .append("*\n      ")
                      .append(free.description())
                      .append("\n"));
    }
    return help
        + "\nExit codes: 0 done, 1 failed, 2 wrong options"
        + (task instanceof JudgingTask ? ", 3 something is wrong with what it looked at" : "")
        + ".\n";
  }

  /** A wrapper's message often hides the reason: say all that differ. */
  private static String causes(Throwable error) {
    StringBuilder text = new StringBuilder(describe(error));
    for (Throwable cause = error.getCause(); cause != null; cause = cause.getCause()) {
      String next = describe(cause);
      if (text.indexOf(next) < 0) {
        text.append("; caused by ").append(next);
      }
    }
    return text.toString();
  }

  private static String describe(Throwable error) {
    return error.getMessage() == null ? error.toString() : error.getMessage();
  }
}
