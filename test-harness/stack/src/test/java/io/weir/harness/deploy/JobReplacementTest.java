package io.weir.harness.deploy;

import static io.weir.harness.deploy.JobReplacement.End.DOWN;
import static io.weir.harness.deploy.JobReplacement.End.REPLACED;
import static io.weir.harness.deploy.JobReplacement.End.ROLLED_BACK;
import static io.weir.harness.deploy.JobReplacement.End.UNCHANGED;
import static io.weir.harness.deploy.JobReplacement.End.UNKNOWN;
import static io.weir.harness.deploy.TestingFlink.Job.working;
import static io.weir.harness.deploy.TestingFlink.Kind.ANSWER_LOST;
import static io.weir.harness.deploy.TestingFlink.Kind.NOT_FORWARDED;
import static io.weir.harness.deploy.TestingFlink.Kind.NOT_FOUND;
import static io.weir.harness.deploy.TestingFlink.Kind.PAGE;
import static io.weir.harness.deploy.TestingFlink.Kind.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.harness.node.FlinkRest;
import io.weir.harness.node.JobSubmission;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every way in which a replacement can end. Whatever the cluster does, two jobs never run at the
 * same time, and what is said to run does.
 */
class JobReplacementTest {
  private static final String OLD_JOB = "0ld";
  private static final String SAVEPOINT = "file:/sp/" + OLD_JOB;
  private static final String NEW_JOB = "GET /jobs/[0-9a-f]{32}";
  private static final String NONE = "";
  private static final int ALWAYS = Integer.MAX_VALUE;

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final Duration PAUSE = Duration.ofMillis(5);

  /** For ends that do not depend on time. */
  private static final Patience PATIENT = new Patience(LONG, LONG, Duration.ZERO, LONG, PAUSE);

  private static final Duration TRIAL = Duration.ofMillis(40);

  /** For jobs that have to run for a while. */
  private static final Patience TRYING = new Patience(LONG, LONG, TRIAL, LONG, PAUSE);

  /** For jobs that never prove that they work. */
  private static final Patience SOON_VERIFIED =
      new Patience(LONG, SHORT, Duration.ZERO, LONG, PAUSE);

  /** For clusters that stay silent. */
  private static final Patience IMPATIENT = new Patience(SHORT, SHORT, Duration.ZERO, SHORT, PAUSE);

  @TempDir Path folder;
  private JobSubmission old;
  private JobSubmission fresh;

  /**
   * @param runs main class of the job that has not ended; empty for none
   * @param from what that was started from
   * @param reason what is said about it
   */
  private record Case(
      String name,
      Patience patience,
      Consumer<TestingFlink> script,
      JobReplacement.End end,
      String runs,
      String from,
      String reason) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Case> cases() {
    return List.of(
        new Case(
            "the new job works",
            PATIENT,
            flink -> flink.runs(OLD_JOB, working()).next(working()),
            REPLACED,
            "Fresh",
            SAVEPOINT,
            NONE),
        new Case(
            "the new job works after its trial, too",
            TRYING,
            flink -> flink.runs(OLD_JOB, working()).next(working().completingCheckpoints()),
            REPLACED,
            "Fresh",
            SAVEPOINT,
            NONE),
        new Case(
            "its only checkpoint may be of before it read anything",
            new Patience(LONG, SHORT, TRIAL, LONG, PAUSE),
            flink ->
                flink
                    .runs(OLD_JOB, working())
                    .next(working())
                    .next(working().completingCheckpoints()),
            ROLLED_BACK,
            "Old",
            SAVEPOINT,
            "it has not completed a checkpoint since it ran for"),
        new Case(
            "it cannot be built",
            PATIENT,
            flink -> flink.runs(OLD_JOB, working()).disturb("POST /jars/jar/plan", REFUSED, 1),
            UNCHANGED,
            "Old",
            NONE,
            "wrong words"),
        new Case(
            "the cluster does not answer before anything is done",
            PATIENT,
            flink -> flink.runs(OLD_JOB, working()).disturb("POST /jars/upload", NOT_FORWARDED, 1),
            UNCHANGED,
            "Old",
            NONE,
            "502"),
        new Case(
            "jars stay on the cluster",
            PATIENT,
            flink ->
                flink
                    .runs(OLD_JOB, working())
                    .next(working())
                    .disturb("DELETE .*", NOT_FORWARDED, ALWAYS),
            REPLACED,
            "Fresh",
            SAVEPOINT,
            NONE),

        // The stop.
        new Case(
            "the answer to the stop is lost",
            PATIENT,
            flink ->
                flink
                    .runs(OLD_JOB, working())
                    .next(working())
                    .disturb("POST /jobs/0ld/stop", ANSWER_LOST, 2),
            REPLACED,
            "Fresh",
            SAVEPOINT,
            NONE),
        new Case(
            "nobody answers for the stop for a while",
            PATIENT,
            flink ->
                flink
                    .runs(OLD_JOB, working())
                    .next(working())
                    .disturb("GET /jobs/0ld/checkpoints/config", NOT_FORWARDED, 2)
                    .disturb("POST /jobs/0ld/stop", NOT_FORWARDED, 2)
                    .disturb("GET /jobs/0ld/savepoints/.*", NOT_FORWARDED, 2)
                    .disturb("GET /jobs/0ld/savepoints/.*", PAGE, 2),
            REPLACED,
            "Fresh",
            SAVEPOINT,
            NONE),
        new Case(
            "the stop takes longer than asked for, not longer than a checkpoint may",
            new Patience(Duration.ofMillis(1), LONG, Duration.ZERO, LONG, PAUSE),
            flink ->
                flink
                    .checkpointTimeout(Duration.ofMinutes(2))
                    .runs(OLD_JOB, working().stopsAfter(50))
                    .next(working()),
            REPLACED,
            "Fresh",
            SAVEPOINT,
            NONE),
        new Case(
            "the stop comes to no end",
            IMPATIENT,
            flink -> flink.runs(OLD_JOB, working().stopsAfter(ALWAYS)),
            UNKNOWN,
            "Old",
            NONE,
            "does not take a stop back"),
        new Case(
            "nobody tells how the stop ended",
            IMPATIENT,
            flink ->
                flink
                    .runs(OLD_JOB, working())
                    .disturb("GET /jobs/0ld/savepoints/.*", NOT_FORWARDED, ALWAYS),
            UNKNOWN,
            "Old",
            NONE,
            "502"),
        new Case(
            "the savepoint fails and the job goes on",
            PATIENT,
            flink -> flink.runs(OLD_JOB, working().failsToStop("no room", "RUNNING")),
            UNCHANGED,
            "Old",
            NONE,
            "no room"),
        new Case(
            "the savepoint fails, and asking for the job's state does for a while",
            PATIENT,
            flink ->
                flink
                    .runs(OLD_JOB, working().failsToStop("no room", "RUNNING"))
                    .disturb("GET /jobs/overview", NOT_FORWARDED, 2),
            UNCHANGED,
            "Old",
            NONE,
            "no room"),
        new Case(
            "the savepoint fails and the job with it",
            PATIENT,
            flink -> flink.runs(OLD_JOB, working().failsToStop("no room", "FAILED")),
            DOWN,
            NONE,
            NONE,
            "--from"),
        new Case(
            "another JobManager took over and knows nothing of the stop",
            PATIENT,
            flink ->
                flink.runs(OLD_JOB, working()).disturb("GET /jobs/0ld/savepoints/.*", NOT_FOUND, 1),
            UNCHANGED,
            "Old",
            NONE,
            "does not know of the stop"),
        new Case(
            "the stop is refused",
            PATIENT,
            flink -> flink.runs(OLD_JOB, working()).disturb("POST /jobs/0ld/stop", NOT_FOUND, 1),
            UNCHANGED,
            "Old",
            NONE,
            "not found"),

        // The start.
        new Case(
            "the answer to the submission is lost",
            PATIENT,
            flink ->
                flink
                    .runs(OLD_JOB, working())
                    .next(working())
                    .disturb("POST /jars/jar/run", ANSWER_LOST, 1),
            REPLACED,
            "Fresh",
            SAVEPOINT,
            NONE),
        new Case(
            "the answer to the submission is lost, and nobody answers for the job for a while",
            PATIENT,
            flink ->
                flink
                    .runs(OLD_JOB, working())
                    .next(working())
                    .disturb("POST /jars/jar/run", ANSWER_LOST, 1)
                    .disturb("GET /jobs/overview", NOT_FORWARDED, 1, 3),
            REPLACED,
            "Fresh",
            SAVEPOINT,
            NONE),
        new Case(
            "the submission does not arrive at first",
            PATIENT,
            flink ->
                flink
                    .runs(OLD_JOB, working())
                    .next(working())
                    .disturb("POST /jars/upload", NOT_FORWARDED, 1, 1)
                    .disturb("POST /jars/jar/run", NOT_FORWARDED, 2),
            REPLACED,
            "Fresh",
            SAVEPOINT,
            NONE),
        new Case(
            "the submission is refused",
            PATIENT,
            flink ->
                flink
                    .runs(OLD_JOB, working())
                    .next(working())
                    .disturb("POST /jars/jar/run", REFUSED, 1),
            ROLLED_BACK,
            "Old",
            SAVEPOINT,
            "it was refused: "),
        new Case(
            "submissions get no answer, and none arrives",
            new Patience(LONG, LONG, Duration.ZERO, SHORT, PAUSE),
            flink ->
                flink.runs(OLD_JOB, working()).disturb("POST /jars/jar/run", NOT_FORWARDED, ALWAYS),
            UNKNOWN,
            NONE,
            SAVEPOINT,
            "--from " + SAVEPOINT),
        new Case(
            "the cluster is silent once the old job is stopped",
            IMPATIENT,
            flink ->
                flink.runs(OLD_JOB, working()).disturb("GET /jobs/overview", NOT_FORWARDED, ALWAYS),
            UNKNOWN,
            NONE,
            SAVEPOINT,
            "--from " + SAVEPOINT),

        // The proof.
        new Case(
            "nobody answers for the new job for a while",
            PATIENT,
            flink ->
                flink
                    .runs(OLD_JOB, working())
                    .next(working())
                    .disturb(NEW_JOB, NOT_FORWARDED, 3)
                    .disturb(NEW_JOB, PAGE, 1)
                    .disturb(NEW_JOB, NOT_FOUND, 3)
                    .disturb(NEW_JOB + "/checkpoints", NOT_FORWARDED, 3),
            REPLACED,
            "Fresh",
            SAVEPOINT,
            NONE),
        new Case(
            "the cluster is silent while the new job is looked at",
            IMPATIENT,
            flink ->
                flink
                    .runs(OLD_JOB, working())
                    .next(working())
                    .disturb("GET /jobs/(overview|[0-9a-f]{32})", NOT_FORWARDED, 1, ALWAYS),
            UNKNOWN,
            "Fresh",
            SAVEPOINT,
            "--from " + SAVEPOINT),
        new Case(
            "the new job does not checkpoint",
            SOON_VERIFIED,
            flink ->
                flink.runs(OLD_JOB, working()).next(working().checkpoints(0, "")).next(working()),
            ROLLED_BACK,
            "Old",
            SAVEPOINT,
            "has not completed a checkpoint"),
        new Case(
            "the new job keeps failing",
            PATIENT,
            flink ->
                flink
                    .runs(OLD_JOB, working())
                    .next(working().state("RESTARTING").failing("a class is missing", 5))
                    .next(working()),
            ROLLED_BACK,
            "Old",
            SAVEPOINT,
            "a class is missing"),
        new Case(
            "the new job fails for good",
            PATIENT,
            flink ->
                flink
                    .runs(OLD_JOB, working())
                    .next(working().state("FAILED").failing("a class is missing", 0))
                    .next(working()),
            ROLLED_BACK,
            "Old",
            SAVEPOINT,
            "a class is missing"),
        new Case(
            "the new job fails after it has committed",
            SOON_VERIFIED,
            flink ->
                flink
                    .runs(OLD_JOB, working())
                    .next(working().notAllTasks().checkpoints(3, "file:/cp/3"))
                    .next(working()),
            ROLLED_BACK,
            "Old",
            "file:/cp/3",
            "not all of its tasks run"),
        new Case(
            "the new job commits in the last moment, which the cluster does not say at once",
            SOON_VERIFIED,
            flink ->
                flink
                    .refreshInterval(Duration.ofMillis(500))
                    .runs(OLD_JOB, working())
                    .next(working().checkpoints(0, "").checkpointsBeforeItIsCancelled("file:/cp/1"))
                    .next(working()),
            ROLLED_BACK,
            "Old",
            "file:/cp/1",
            "has not completed a checkpoint"),
        new Case(
            "the new job fails after it has committed and another JobManager took over",
            PATIENT,
            flink ->
                flink
                    .runs(OLD_JOB, working())
                    .next(working().state("FAILED").checkpoints(0, "").takenOverFrom("file:/cp/2"))
                    .next(working()),
            ROLLED_BACK,
            "Old",
            "file:/cp/2",
            "FAILED"),

        // The way back.
        new Case(
            "the new job fails while it is cancelled",
            SOON_VERIFIED,
            flink ->
                flink
                    .runs(OLD_JOB, working())
                    .next(working().checkpoints(0, "").endsCancellingAs("FAILED"))
                    .next(working()),
            ROLLED_BACK,
            "Old",
            SAVEPOINT,
            "has not completed a checkpoint"),
        new Case(
            "nobody answers on the way back for a while",
            PATIENT,
            flink ->
                flink
                    .runs(OLD_JOB, working())
                    .next(working().state("RESTARTING").failing("a class is missing", 5))
                    .next(working())
                    .disturb("GET /jobs/overview", NOT_FORWARDED, 1, 2)
                    .disturb("PATCH .*", NOT_FORWARDED, 2)
                    .disturb("PATCH .*", ANSWER_LOST, 1)
                    .disturb(NEW_JOB + "/checkpoints", NOT_FORWARDED, 2)
                    .disturb("POST /jars/jar/run", NOT_FORWARDED, 1, 1)
                    .disturb("POST /jars/jar/run", ANSWER_LOST, 1),
            ROLLED_BACK,
            "Old",
            SAVEPOINT,
            "a class is missing"),
        new Case(
            "the old job does not work any more either",
            PATIENT,
            flink ->
                flink
                    .runs(OLD_JOB, working())
                    .next(working().state("FAILED").failing("a class is missing", 0))
                    .next(working().state("FAILED").failing("no room", 0)),
            DOWN,
            NONE,
            SAVEPOINT,
            "--from " + SAVEPOINT),
        new Case(
            "the new job is gone from the cluster",
            IMPATIENT,
            flink -> flink.runs(OLD_JOB, working()).next(working().vanishing()),
            UNKNOWN,
            NONE,
            SAVEPOINT,
            "does not know it any more"),
        new Case(
            "the new job does not tell its last checkpoint",
            new Patience(LONG, LONG, Duration.ZERO, SHORT, PAUSE),
            flink ->
                flink
                    .runs(OLD_JOB, working())
                    .next(working().state("FAILED").failing("a class is missing", 0))
                    .disturb(NEW_JOB + "/checkpoints", NOT_FORWARDED, ALWAYS),
            UNKNOWN,
            NONE,
            SAVEPOINT,
            "does not tell its last checkpoint"));
  }

  @BeforeEach
  void makeJars() throws IOException {
    old = submission("old.jar", "Old");
    fresh = submission("fresh.jar", "Fresh");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void endsAs(Case given) throws IOException {
    try (TestingFlink flink = new TestingFlink()) {
      given.script().accept(flink);

      JobReplacement.Result result =
          replacement(flink, given.patience()).replace(OLD_JOB, old, fresh);

      assertThat(result.end()).as(result.reason()).isEqualTo(given.end());
      assertThat(result.from()).isEqualTo(given.from());
      assertThat(result.reason()).contains(given.reason());
      assertThat(result.reason().isEmpty()).isEqualTo(given.end() == REPLACED);
      assertThat(flink.unused()).as("disturbances that did not happen").isEmpty();
      if (given.runs().isEmpty()) {
        assertThat(flink.live()).isEmpty();
      } else {
        assertThat(flink.live()).hasSize(1);
        TestingFlink.Job runs = flink.job(flink.live().get(0));
        assertThat(runs.mainClass()).isEqualTo(given.runs());
        assertThat(runs.startedFrom()).isEqualTo(given.from());
        assertThat(result.jobId()).isEqualTo(flink.live().get(0));
      }
    }
  }

  @Test
  void aLostAnswerStopsAndSubmitsOnce() throws IOException {
    try (TestingFlink flink = new TestingFlink()) {
      flink
          .runs(OLD_JOB, working())
          .next(working())
          .disturb("POST /jobs/0ld/stop", ANSWER_LOST, 1)
          .disturb("POST /jars/jar/run", ANSWER_LOST, 1);

      replacement(flink, PATIENT).replace(OLD_JOB, old, fresh);

      assertThat(flink.job(OLD_JOB).stops()).isEqualTo(1);
      assertThat(flink.calls("POST /jars/jar/run")).isEqualTo(1);
    }
  }

  @Test
  void aJobThatDoesNotRunIsResumed() throws IOException {
    try (TestingFlink flink = new TestingFlink()) {
      flink.next(working());

      JobReplacement.Result result = replacement(flink, PATIENT).resume(fresh, "file:/sp/1");

      assertThat(result.end()).as(result.reason()).isEqualTo(REPLACED);
      assertThat(flink.job(result.jobId()).startedFrom()).isEqualTo("file:/sp/1");
    }
  }

  @Test
  void aJobThatCannotBeResumedSaysWhyAndStaysOnTheCluster() throws IOException {
    try (TestingFlink flink = new TestingFlink()) {
      flink.next(working().state("RESTARTING").failing("no such bucket", 5));

      JobReplacement.Result result = replacement(flink, PATIENT).resume(fresh, "file:/sp/1");

      assertThat(result.end()).isEqualTo(DOWN);
      assertThat(result.reason()).contains("no such bucket").contains("--from file:/sp/1");
      assertThat(flink.live()).containsExactly(result.jobId());
    }
  }

  @Test
  void aJarThatCannotBeReadAnyMoreIsNotWaitedFor() throws IOException {
    try (TestingFlink flink = new TestingFlink()) {
      Files.delete(fresh.jar());

      JobReplacement.Result result = replacement(flink, PATIENT).resume(fresh, "file:/sp/1");

      assertThat(result.end()).isEqualTo(DOWN);
      assertThat(result.reason()).contains("fresh.jar cannot be read");
    }
  }

  private JobSubmission submission(String jar, String mainClass) throws IOException {
    return JobSubmission.of(Files.writeString(folder.resolve(jar), "a jar"), mainClass, List.of());
  }

  private static JobReplacement replacement(TestingFlink flink, Patience patience) {
    return new JobReplacement(
        new FlinkRest(flink.uri()), "file:/sp", patience, System.out::println);
  }
}
