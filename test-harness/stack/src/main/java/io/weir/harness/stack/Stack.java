package io.weir.harness.stack;

import io.weir.harness.generate.Arguments;
import io.weir.harness.node.HarnessLayout;
import io.weir.harness.process.ProcessIdentity;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;

/** What {@code bin/up} runs: the local stack in the foreground until Ctrl-C or {@code bin/down}. */
public final class Stack {
  private static final int USAGE_ERROR = 64;

  /** Width of the terminal, given by bin/up; without it the output is plain. */
  private static final String COLUMNS = "columns";

  private final StackSettings settings;
  private final StackView view;
  private final LocalStack stack;
  private final long startNanos = System.nanoTime();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile boolean stopping;

  private Stack(StackSettings settings, int columns) {
    this.settings = settings;
    // The view takes messages, and the stack's board is what it shows.
    StackView[] holder = new StackView[1];
    this.stack = new LocalStack(settings, message -> holder[0].message(message));
    this.view =
        columns > 0
            ? StackView.live(System.out, columns, stack.board())
            : StackView.plain(System.out, stack.board());
    holder[0] = view;
  }

  public static void main(String[] args) throws IOException {
    System.exit(run(args));
  }

  private static int run(String[] args) throws IOException {
    StackSettings settings;
    int columns;
    try {
      // Only the script knows its terminal.
      Arguments flags =
          Arguments.parse(args, StackSettings.USAGE + "\n  --" + COLUMNS + " N  width\n");
      if (flags.helpWanted()) {
        System.out.print(StackSettings.USAGE);
        return 0;
      }
      settings = StackSettings.of(flags, System.getenv(), HarnessLayout.find());
      columns = (int) flags.number(COLUMNS, 0);
    } catch (IllegalArgumentException e) {
      System.err.println("up: " + e.getMessage());
      return USAGE_ERROR;
    }
    Files.createDirectories(settings.directories().run());
    Path lockFile = settings.directories().run().resolve("stack.lock");
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock == null) {
        System.err.println(
            "up: this stack is already running; see bin/status, stop it with bin/down");
        return 1;
      }
      List<String> conflicts = settings.ports().conflicts();
      if (!conflicts.isEmpty()) {
        conflicts.forEach(conflict -> System.err.println("up: " + conflict));
        return 1;
      }
      return new Stack(settings, columns).runUntilStopped();
    }
  }

  private int runUntilStopped() throws IOException {
    Files.deleteIfExists(settings.readyFile());
    String self = ProcessIdentity.ofThisProcess() + "\n";
    Files.writeString(settings.stackPidFile(), self);
    Files.createDirectories(settings.runsHereFile().getParent());
    Files.writeString(settings.runsHereFile(), self);
    new StackState(settings.ports(), Instant.now()).write(settings.stateFile());
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop-stack"));
    try {
      view.watch();
      stack.start();
      view.unwatch();
      welcome();
      Files.writeString(settings.readyFile(), Instant.now() + "\n");
    } catch (RuntimeException e) {
      if (!stopping) {
        view.unwatch();
        view.message("\nup: " + e.getMessage());
        return 1;
      }
    }
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }

  private void welcome() {
    view.message(
        String.format(
            Locale.ROOT,
            """

            Weir is up after %.1f s. Look at it: %s
              gateway         %s
              Flink           %s
              Elasticsearch   %s
              Kafka           %s
              S3              %s
              Prometheus      %s
              Alertmanager    %s
              logs            %s
            """,
            (System.nanoTime() - startNanos) / 1e9,
            stack.gateway().uri().resolve("ui/"),
            stack.gateway().uri(),
            stack.flink().restUri(),
            stack.elasticsearch().uri(),
            stack.kafka().bootstrapServers(),
            stack.objectStore().endpoint(),
            stack.prometheus().uri(),
            stack.alertmanager().uri(),
            settings.directories().logs()));
    view.message("Its own logs are already in it. Try:");
    FirstSearches searches = new FirstSearches(stack.gateway().uri());
    for (FirstQuery query : FirstQuery.ALL) {
      String answer = searches.awaitHits(query);
      view.message(
          "\n  # " + query.title() + ": " + answer + "\n  " + query.curl(stack.gateway().uri()));
    }
    view.message(
        "\nCtrl-C or bin/down stops it; the data stays in " + settings.directories().data());
  }

  /** Runs on Ctrl-C, bin/down (SIGTERM), a closed terminal, and after a failed start. */
  private void stop() {
    stopping = true;
    try {
      Files.deleteIfExists(settings.readyFile());
      view.message("\nstopping");
      view.watch();
      stack.close();
      view.unwatch();
      Files.deleteIfExists(settings.stateFile());
      Files.deleteIfExists(settings.stackPidFile());
      Files.deleteIfExists(settings.runsHereFile());
    } catch (IOException | RuntimeException e) {
      view.message("while stopping: " + e);
    } finally {
      stopped.countDown();
    }
  }
}
