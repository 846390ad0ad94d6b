package io.weir.harness.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class NativeCommandTest {
  @TempDir Path folder;
  private ManagedProcess process;

  @AfterEach
  void stop() {
    if (process != null) {
      process.kill();
    }
  }

  @Test
  void itsPidIsTheProgramsOwn() throws Exception {
    process = managed("sleeper", new NativeCommand(Path.of("/bin/sleep")).arguments("1000"));
    process.start();

    awaitProgram(process.pid(), "sleep");

    process.kill();
    assertThat(process.exitStatus()).isEqualTo(OptionalInt.of(128 + 9));
  }

  @Test
  void argumentsEnvironmentAndOutputPassUnchanged() {
    process =
        managed(
            "printer",
            new NativeCommand(Path.of("/bin/sh"))
                .arguments("-c", "printf '%s|' \"$@\" \"$COLOUR\"; cat", "x")
                .arguments(List.of("a b", "$HOME", "'\"", ""))
                .environment("COLOUR", "green  blue"));
    process.start();

    assertThat(process.awaitExit(Duration.ofSeconds(30))).as("its input is empty").isZero();
    assertThat(process.lastLogLines(1)).containsExactly("a b|$HOME|'\"||green  blue|");
  }

  @Test
  void theWatcherEndsWithTheProgram() throws Exception {
    process = managed("sleeper", new NativeCommand(Path.of("/bin/sleep")).arguments("1000"));
    process.start();
    awaitProgram(process.pid(), "sleep");
    List<ProcessHandle> watchers =
        ProcessHandle.of(process.pid()).orElseThrow().children().toList();
    assertThat(watchers).hasSize(1);

    process.kill();

    watchers.get(0).onExit().get(60, TimeUnit.SECONDS);
  }

  @Test
  void theProgramGoesOnWhenTheThreadThatStartedItEnds() throws Exception {
    process = managed("sleeper", new NativeCommand(Path.of("/bin/sleep")).arguments("1000"));
    Thread starter = new Thread(process::start);
    starter.start();
    starter.join();

    awaitProgram(process.pid(), "sleep");

    assertThat(process.isRunning()).isTrue();
  }

  @Test
  void theProgramEndsInOrderWhenItsParentIsKilled() throws Exception {
    Path ended = folder.resolve("ended");
    String script = "trap 'touch " + ended + "; exit' TERM; echo up; while :; do sleep 0.1; done";

    try (Orphan orphan = new Orphan(script)) {
      orphan.killParent();

      orphan.program.onExit().get(60, TimeUnit.SECONDS);
    }
    assertThat(ended).exists();
  }

  @Test
  void aProgramThatIgnoresItIsKilledAfterAWhile() throws Exception {
    try (Orphan orphan = new Orphan("trap '' TERM; echo up; while :; do sleep 0.1; done")) {
      orphan.killParent();

      orphan.program.onExit().get(30, TimeUnit.SECONDS);
    }
  }

  /** A program whose parent, another JVM, can be killed. */
  private final class Orphan implements AutoCloseable {
    private final Process parent;
    private final ProcessHandle program;

    private Orphan(String script) throws Exception {
      parent =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Parent.class.getName(),
                  folder.toString(),
                  script)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      BufferedReader output = parent.inputReader();
      program = ProcessHandle.of(Long.parseLong(output.readLine())).orElseThrow();
    }

    void killParent() throws Exception {
      parent.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
      parent.destroyForcibly();
      program.destroyForcibly();
    }
  }

  /** Starts a script that says when it is up, prints its pid and waits. */
  static final class Parent {
    public static void main(String[] args) throws Exception {
      ManagedProcess child =
          ManagedProcess.builder("child")
              .workingDirectory(Path.of(args[0]))
              .logFile(Path.of(args[0], "child.log"))
              .command(() -> new NativeCommand(Path.of("/bin/sh")).arguments("-c", args[1]))
              .build();
      child.start();
      await().atMost(Duration.ofSeconds(60)).until(() -> child.lastLogLines(1).contains("up"));
      System.out.println(child.pid());
      Thread.currentThread().join();
    }
  }

  private ManagedProcess managed(String name, NativeCommand command) {
    return ManagedProcess.builder(name)
        .workingDirectory(folder)
        .logFile(folder.resolve(name + ".log"))
        .command(() -> command)
        .build();
  }

  /** The shell becomes the program a moment after the start. */
  private static void awaitProgram(long pid, String name) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> Files.readString(Path.of("/proc/" + pid + "/comm")).strip().equals(name));
  }
}
