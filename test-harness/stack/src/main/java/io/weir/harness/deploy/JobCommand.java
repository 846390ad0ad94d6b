package io.weir.harness.deploy;

import io.weir.harness.generate.Arguments;
import io.weir.harness.node.FlinkRest;
import io.weir.harness.node.HarnessLayout;
import io.weir.harness.node.HttpStatusException;
import io.weir.harness.node.JobSubmission;
import io.weir.harness.node.NodeDirectories;
import io.weir.harness.node.NodeFiles;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipFile;

/**
 * What {@code bin/upgrade}, {@code bin/rescale} and {@code bin/savepoint} run: one change of one
 * job, through Flink's REST API, on whichever cluster its job file names.
 */
public final class JobCommand {
  static final int DONE = 0;
  static final int UNCHANGED = 1;
  static final int ROLLED_BACK = 2;
  static final int DOWN = 3;
  static final int USAGE_ERROR = 64;

  private static final Duration SAVEPOINT_TIMEOUT = Duration.ofMinutes(10);
  private static final Duration VERIFY_TIMEOUT = Duration.ofMinutes(3);

  private final String verb;
  private final Arguments flags;
  private final JobPlace place;
  private final JobFile job;
  private final FlinkRest rest;
  private final PrintStream out;
  private final PrintStream err;

  private JobCommand(
      String verb, Arguments flags, JobPlace place, PrintStream out, PrintStream err) {
    this.verb = verb;
    this.flags = flags;
    this.place = place;
    this.job = JobFile.read(place.file());
    this.rest = new FlinkRest(job.cluster());
    this.out = out;
    this.err = err;
  }

  /**
   * @param args the verb, then what stood on the command line
   */
  public static void main(String[] args) {
    String verb = args[0];
    String[] rest = List.of(args).subList(1, args.length).toArray(String[]::new);
    System.exit(run(verb, rest, System.getenv(), System.out, System.err));
  }

  static int run(
      String verb,
      String[] args,
      Map<String, String> environment,
      PrintStream out,
      PrintStream err) {
    String usage = NodeFiles.readResource(JobCommand.class, verb + "-usage.txt");
    JobCommand command;
    try {
      Arguments flags = Arguments.parse(args, usage);
      if (flags.helpWanted()) {
        out.print(usage);
        return DONE;
      }
      command = new JobCommand(verb, flags, JobPlace.of(flags, environment), out, err);
      return command.run();
    } catch (IllegalArgumentException e) {
      err.println(verb + ": " + e.getMessage());
      return USAGE_ERROR;
    } catch (HttpStatusException | UncheckedIOException | IllegalStateException e) {
      err.println(verb + ": " + e.getMessage());
      return UNCHANGED;
    }
  }

  private int run() {
    Optional<String> live = JobReplacement.liveJob(rest, job.name());
    return switch (verb) {
      case "savepoint" -> savepoint(live);
      case "rescale" -> rescale(live);
      case "upgrade" -> upgrade(live);
      default -> throw new IllegalArgumentException("'" + verb + "' is no verb");
    };
  }

  private int savepoint(Optional<String> live) {
    operands(1);
    String jobId = live.orElseThrow(this::notRunning);
    Duration timeout = flags.duration("timeout", SAVEPOINT_TIMEOUT);
    if (flags.has("stop")) {
      return stop(jobId, timeout);
    }
    out.println(rest.savepoint(jobId, job.savepoints(), timeout));
    return DONE;
  }

  private int stop(String jobId, Duration timeout) {
    JobStop.Outcome outcome;
    try (ChangeJournal journal = journal("stop " + jobId + " with a savepoint")) {
      outcome =
          new JobStop(rest, job.savepoints(), Patience.of(timeout, VERIFY_TIMEOUT)).stop(jobId);
      journal.step(
          outcome.end() == JobStop.End.STOPPED
              ? JobReplacement.stopped(outcome.savepoint())
              : outcome.end() + " " + outcome.reason());
    }
    switch (outcome.end()) {
      case STOPPED -> {
        out.println(outcome.savepoint());
        return DONE;
      }
      case GOES_ON -> {
        out.println(job.name() + " goes on. Why: " + outcome.reason());
        return UNCHANGED;
      }
      case ENDED -> {
        out.println(job.name() + " DOES NOT RUN. Why: " + outcome.reason());
        return DOWN;
      }
      default -> {
        out.println("NOT KNOWN whether " + job.name() + " goes on. Why: " + outcome.reason());
        return DOWN;
      }
    }
  }

  private int rescale(Optional<String> live) {
    int parallelism = wholeNumber(operands(2).get(1));
    String jobId = live.orElseThrow(this::notRunning);
    int slots = rest.freeSlots() + rest.slotsOf(jobId);
    if (parallelism > slots) {
      throw new IllegalArgumentException(
          "parallelism "
              + parallelism
              + " needs as many slots, and there are "
              + slots
              + " when the job has freed its own");
    }
    return replace(jobId, job.submission().withParallelism(parallelism));
  }

  private int upgrade(Optional<String> live) {
    Path jar = Path.of(operands(2).get(1)).toAbsolutePath().normalize();
    JobSubmission fresh = job.submission().withJar(jar);
    requireClass(jar, fresh.mainClass());
    String from = flags.text("from", null);
    if (from == null) {
      return replace(live.orElseThrow(this::notRunning), fresh);
    }
    if (live.isPresent()) {
      throw new IllegalArgumentException(
          "--from is for a job that does not run, and " + job.name() + " runs as " + live.get());
    }
    try (ChangeJournal journal = journal("start " + fresh.jar() + " from " + from)) {
      return end(noted(journal, replacement(journal).resume(fresh, from)), fresh);
    }
  }

  private int replace(String jobId, JobSubmission fresh) {
    requireClass(job.submission().jar(), job.submission().mainClass());
    String old = job.submission().jar().toString();
    try (ChangeJournal journal =
        journal("replace " + jobId + ", of " + old + ", by " + fresh.jar())) {
      return end(
          noted(journal, replacement(journal).replace(jobId, job.submission(), fresh)), fresh);
    }
  }

  private static JobReplacement.Result noted(ChangeJournal journal, JobReplacement.Result result) {
    journal.step(result.end() + " " + result.jobId() + " " + result.reason());
    return result;
  }

  private ChangeJournal journal(String what) {
    return ChangeJournal.begin(place.file(), what, Clock.systemUTC(), err);
  }

  private JobReplacement replacement(ChangeJournal journal) {
    return new JobReplacement(
        rest,
        job.savepoints(),
        Patience.of(
            flags.duration("timeout", SAVEPOINT_TIMEOUT),
            flags.duration("verify", VERIFY_TIMEOUT),
            flags.duration("trial", Patience.TRIAL)),
        line -> {
          journal.step(line);
          out.println("  " + line);
        });
  }

  private int end(JobReplacement.Result result, JobSubmission fresh) {
    switch (result.end()) {
      case REPLACED -> {
        out.println(
            job.name() + " runs as " + result.jobId() + ", with all of its state, and checkpoints");
        return remembered(result, job.withSubmission(fresh), DONE);
      }
      case ROLLED_BACK -> {
        out.println(
            job.name()
                + " was rolled back and runs as before, as "
                + result.jobId()
                + ". Why: "
                + result.reason());
        return remembered(result, job, ROLLED_BACK);
      }
      case UNCHANGED -> {
        out.println(job.name() + " runs as before. Why: " + result.reason());
        return UNCHANGED;
      }
      case DOWN -> {
        out.println(job.name() + " DOES NOT WORK. Why: " + result.reason());
        return DOWN;
      }
      default -> {
        out.println("NOT KNOWN whether " + job.name() + " runs. Why: " + result.reason());
        return DOWN;
      }
    }
  }

  /** A job file that does not say what runs would be the wrong way back from the next change. */
  private int remembered(JobReplacement.Result result, JobFile runs, int status) {
    try {
      place.remember(result.jobId(), runs);
      return status;
    } catch (UncheckedIOException | IllegalArgumentException e) {
      // The latter is about another job's file beside it.
      out.println(
          "and "
              + place.file()
              + " DOES NOT SAY SO: "
              + e.getMessage()
              + "\n  what to do: correct it by hand; what runs is "
              + runs.submission().jar()
              + runs.submission().parallelism().stream()
                  .mapToObj(parallelism -> " with parallelism " + parallelism)
                  .findFirst()
                  .orElse(""));
      return DOWN;
    }
  }

  private List<String> operands(int number) {
    if (flags.rest().size() != number) {
      throw new IllegalArgumentException(
          "takes "
              + (number == 1 ? "a job" : "a job and one operand")
              + ", not "
              + flags.rest()
              + "; see --help");
    }
    return flags.rest();
  }

  private static int wholeNumber(String text) {
    try {
      int number = Integer.parseInt(text);
      if (number >= 1) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("parallelism '" + text + "' is not a whole number", e);
    }
    throw new IllegalArgumentException("parallelism '" + text + "' is less than 1");
  }

  private IllegalStateException notRunning() {
    return new IllegalStateException(
        "no job named "
            + job.name()
            + " runs on "
            + job.cluster()
            + "; bin/upgrade --from SNAPSHOT starts one");
  }

  /** The old jar is the way back: without it nothing is stopped. */
  private static void requireClass(Path jar, String mainClass) {
    if (!Files.isRegularFile(jar)) {
      throw new IllegalArgumentException("there is no jar " + jar);
    }
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      if (zip.getEntry(mainClass.replace('.', '/') + ".class") == null) {
        throw new IllegalArgumentException(jar + " has no class " + mainClass);
      }
    } catch (IOException e) {
      throw new IllegalArgumentException(jar + " is not a jar: " + e.getMessage(), e);
    }
  }

  /**
   * Where a job file is, and who must hear of a change.
   *
   * @param file the job file
   * @param deployments folder of the local stack; empty for a file of one's own
   * @param name of the deployment in that folder
   */
  private record JobPlace(Path file, Optional<Deployments> deployments, String name) {

    static JobPlace of(Arguments flags, Map<String, String> environment) {
      if (flags.rest().isEmpty()) {
        throw new IllegalArgumentException("takes a job; see --help");
      }
      String name = flags.rest().get(0);
      if (name.endsWith(".yaml") || name.contains("/")) {
        return existing(new JobPlace(Path.of(name), Optional.empty(), name), "");
      }
      String home = flags.text("home", environment.getOrDefault("WEIR_HOME", ".weir"));
      Deployments deployments =
          Deployments.below(NodeDirectories.under(HarnessLayout.find().root().resolve(home)));
      return existing(
          new JobPlace(deployments.jobFile(name), Optional.of(deployments), name),
          "; a job of the local stack has one after bin/up, and other jobs are named by the path of"
              + " a job file");
    }

    private static JobPlace existing(JobPlace place, String advice) {
      if (!Files.isRegularFile(place.file())) {
        throw new IllegalArgumentException("there is no job file " + place.file() + advice);
      }
      return place;
    }

    void remember(String jobId, JobFile job) {
      deployments.ifPresentOrElse(
          folder -> folder.remember(name, jobId, job), () -> job.write(file));
    }
  }
}
