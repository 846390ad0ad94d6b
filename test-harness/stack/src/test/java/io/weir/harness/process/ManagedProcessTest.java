package io.weir.harness.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ManagedProcessTest {
  @TempDir Path folder;
  private ManagedProcess process;

  @AfterEach
  void stop() {
    if (process != null) {
      process.kill();
    }
  }

  @Test
  void isReadyWhenItsProbeSaysSo() {
    Path marker = folder.resolve("ready");
    process =
        builder(Server.class, marker.toString())
            .readiness(() -> Files.exists(marker) ? Optional.empty() : Optional.of("no marker yet"))
            .build();

    process.start().awaitReady();

    assertThat(process.isReady()).isTrue();
    assertThat(process.lastLogLines(1)).containsExactly("serving");
    assertThat(process.residentBytes()).isGreaterThan(1 << 20);
    assertThat(process.cpuTime()).isPositive();
  }

  @Test
  void aProcessThatEndsWhileStartingIsReportedWithItsLastLinesAndAdvice() {
    process =
        builder(Fails.class)
            .readiness(() -> Optional.of("silent"))
            .advice("free some disk space")
            .build();
    process.start();

    assertThatThrownBy(() -> process.awaitReady())
        .isInstanceOf(ProcessFailedException.class)
        .hasMessageContaining("server ended while starting, exit status 3")
        .hasMessageContaining("no space left on device")
        .hasMessageContaining("what to do: free some disk space");
  }

  @Test
  void aProcessThatNeverAnswersIsReportedWithWhatIsMissing() {
    process =
        builder(Server.class, folder.resolve("x").toString())
            .readiness(() -> Optional.of("shard 0 is missing"))
            .startTimeout(Duration.ofMillis(300))
            .build();
    process.start();

    assertThatThrownBy(() -> process.awaitReady())
        .hasMessageContaining("is not ready after")
        .hasMessageContaining("shard 0 is missing");
  }

  @Test
  void stopLetsItFinishAndKillDoesNot() {
    process = server();
    process.start().awaitReady();
    process.stop();
    assertThat(process.lastLogLines(1)).containsExactly("closed in order");
    assertThat(process.isEndExpected()).isTrue();

    process.start().awaitReady();
    process.kill();
    assertThat(process.lastLogLines(1)).containsExactly("serving");
    assertThat(process.exitStatus()).isEqualTo(OptionalInt.of(128 + 9));
  }

  @Test
  void isStillThereWhileItIsSuspendedAndGoesOnAfterwards() throws Exception {
    process = server();
    process.start().awaitReady();

    process.suspend();
    await().until(() -> state().equals("T"));
    assertThat(process.isRunning()).isTrue();
    process.resume();
    await().until(() -> !state().equals("T"));

    process.suspend();
    process.stop();
    assertThat(process.lastLogLines(1))
        .as("it was asked to end")
        .containsExactly("closed in order");
  }

  /** The third word of its line in proc(5); its name holds no space. */
  private String state() throws IOException {
    return Files.readString(Path.of("/proc/" + process.pid() + "/stat")).split(" ", 4)[2];
  }

  @Test
  void restartGivesANewProcessAndAppendsToTheLog() {
    process = server();
    long first = process.start().awaitReady().pid();

    long second = process.restart().pid();

    assertThat(second).isNotEqualTo(first);
    assertThat(process.lastLogLines(10))
        .containsSubsequence("serving", "closed in order", "serving");
  }

  @Test
  void itsPidFileNamesItWhileItRuns() throws Exception {
    Path pidFile = folder.resolve("run/server.pid");
    process = builder(Server.class, folder.resolve("m").toString()).pidFile(pidFile).build();
    process.start();

    ProcessIdentity identity = ProcessIdentity.parse(Files.readString(pidFile)).orElseThrow();
    assertThat(identity.pid()).isEqualTo(process.pid());
    assertThat(identity.isRunning()).isTrue();

    process.stop();
    assertThat(pidFile).doesNotExist();
    assertThat(identity.isRunning()).isFalse();
  }

  @Test
  void tellsItsEndToWhoeverWatches() throws Exception {
    process = builder(Fails.class).build();
    process.start();

    assertThat(process.onExit().get(30, TimeUnit.SECONDS)).isSameAs(process);
    assertThat(process.isEndExpected()).isFalse();
    assertThat(process.awaitExit(Duration.ofSeconds(30))).isEqualTo(3);
  }

  @Test
  void doesNotStartTwice() {
    process = server();
    process.start();

    assertThatThrownBy(() -> process.start()).hasMessageContaining("already running");
  }

  private ManagedProcess server() {
    Path marker = folder.resolve("marker");
    return builder(Server.class, marker.toString())
        .readiness(
            () ->
                process.lastLogLines(1).equals(List.of("serving"))
                    ? Optional.empty()
                    : Optional.of("silent"))
        .build();
  }

  private ManagedProcess.Builder builder(Class<?> main, String... arguments) {
    List<Path> classPath =
        List.of(System.getProperty("java.class.path").split(":")).stream().map(Path::of).toList();
    return ManagedProcess.builder("server")
        .workingDirectory(folder)
        .logFile(folder.resolve("server.log"))
        .command(
            () ->
                new JavaCommand(Path.of("."), main.getName())
                    .classPath(classPath)
                    .jvm("-Xmx32m", "-XX:TieredStopAtLevel=1")
                    .arguments(arguments));
  }

  /** Writes its marker, says so, and serves until it is stopped. */
  public static final class Server {
    public static void main(String[] args) throws Exception {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("closed in order")));
      System.out.println("serving");
      Files.writeString(Path.of(args[0]), "here");
      new CountDownLatch(1).await();
    }
  }

  /** Ends at once. */
  public static final class Fails {
    public static void main(String[] args) {
      System.err.println("no space left on device");
      System.exit(3);
    }
  }
}
