package io.weir.harness.tether;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TetheredTest {
  private Process child;

  @AfterEach
  void endChild() {
    if (child != null) {
      child.destroyForcibly();
    }
  }

  @Test
  void endsWhenStandardInputClosesAndRunsShutdownHooks() throws Exception {
    child = start(List.of(), Forever.class, "hello");
    BufferedReader out = child.inputReader(UTF_8);
    assertThat(out.readLine()).isEqualTo("running hello");

    child.getOutputStream().close();

    assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(child.exitValue()).isEqualTo(143);
    assertThat(out.lines().collect(Collectors.toList())).contains("hook ran");
  }

  @Test
  void haltsAProcessWhoseShutdownHangs() throws Exception {
    child = start(List.of("-D" + Tethered.GRACE_PROPERTY + "=200"), HangsOnShutdown.class);
    assertThat(child.inputReader(UTF_8).readLine()).isEqualTo("running");

    child.getOutputStream().close();

    assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void ignoresWhatIsWrittenToStandardInput() throws Exception {
    child = start(List.of(), Forever.class, "x");
    BufferedReader out = child.inputReader(UTF_8);
    assertThat(out.readLine()).isEqualTo("running x");

    child.getOutputStream().write("noise\n".getBytes(UTF_8));
    child.getOutputStream().flush();

    assertThat(child.waitFor(300, TimeUnit.MILLISECONDS)).isFalse();
  }

  @Test
  void failsLikeTheMainItRuns() throws Exception {
    child = start(List.of(), Fails.class);

    String output = new String(child.getInputStream().readAllBytes(), UTF_8);

    assertThat(child.waitFor()).isEqualTo(1);
    assertThat(output).contains("IllegalStateException: no disk").doesNotContain("Invocation");
  }

  @Test
  void endsWhenItsParentIsKilled() throws Exception {
    child = start(List.of(), Parent.class);
    long grandchild = Long.parseLong(child.inputReader(UTF_8).readLine());
    ProcessHandle handle = ProcessHandle.of(grandchild).orElseThrow();

    child.destroyForcibly().waitFor();

    handle.onExit().get(30, TimeUnit.SECONDS);
    assertThat(handle.isAlive()).isFalse();
  }

  private static Process start(List<String> options, Class<?> main, String... args)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.add("-Xmx32m");
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(options);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Tethered.class.getName());
    command.add(main.getName());
    command.addAll(List.of(args));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** Runs until it is ended. */
  public static final class Forever {
    public static void main(String[] args) throws InterruptedException {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook ran")));
      System.out.println("running " + args[0]);
      new CountDownLatch(1).await();
    }
  }

  /** Its shutdown hook never returns. */
  public static final class HangsOnShutdown {
    public static void main(String[] args) throws InterruptedException {
      CountDownLatch never = new CountDownLatch(1);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    try {
                      never.await();
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  }));
      System.out.println("running");
      never.await();
    }
  }

  /** Fails in its main. */
  public static final class Fails {
    public static void main(String[] args) {
      throw new IllegalStateException("no disk");
    }
  }

  /** Starts a tethered child of its own and prints its pid once that child runs. */
  public static final class Parent {
    public static void main(String[] args) throws Exception {
      Process grandchild = start(List.of(), Forever.class, "grandchild");
      if (grandchild.inputReader(UTF_8).readLine() == null) {
        throw new IllegalStateException("grandchild did not start");
      }
      System.out.println(grandchild.pid());
      new CountDownLatch(1).await();
    }
  }
}
