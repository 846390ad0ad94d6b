package io.weir.harness.ship;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShipmentTest {
  private static final ShipperTiming TIMING =
      new ShipperTiming(
          Duration.ofMillis(1), Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(60));

  @TempDir private Path directory;
  private final TestingEventSink sink = new TestingEventSink();
  private Path log;
  private Shipment shipment;
  private long now = 1_000_000;

  @BeforeEach
  void start() throws IOException {
    log = directory.resolve("app.log");
    shipment = open(LogSource.of("app", log));
  }

  @AfterEach
  void stop() throws IOException {
    shipment.close();
  }

  @Test
  void shipsLinesAsTheyCome() throws IOException {
    rounds();
    append(log, "one\ntwo\nthr");
    rounds();
    append(log, "ee\n");
    rounds();
    assertThat(messages()).containsExactly("one", "two", "three");
  }

  @Test
  void holdsAnUnfinishedEventUntilItsFileIsQuiet() throws IOException {
    append(log, "2026-11-23 06:45:56,123 ERROR io.weir.Foo - failed\n");
    shipment.round(now);
    shipment.round(now);
    assertThat(messages()).isEmpty();
    append(log, "java.lang.Error: x\n\tat a.B.c(B.java:1)\n");
    rounds();
    assertThat(messages()).containsExactly("failed\njava.lang.Error: x\n\tat a.B.c(B.java:1)");
  }

  @Test
  void goesOnWhereItStoppedAfterARestart() throws IOException {
    append(log, "one\ntwo\nthr");
    rounds();
    restart();
    append(log, "ee\nfour\n");
    rounds();
    assertThat(messages()).containsExactly("one", "two", "three", "four");
  }

  @Test
  void shipsAgainWhatWasNotAcknowledged() throws IOException {
    append(log, "one\n");
    rounds();
    append(log, "two\n");
    sink.stop();
    rounds();
    assertThat(messages()).containsExactly("one");
    sink.stopped = false;
    restart();
    rounds();
    assertThat(messages()).containsExactly("one", "two");
  }

  @Test
  void followsAFileThatIsRenamedAndReplaced() throws IOException {
    append(log, "one\n");
    rounds();
    Path rotated = directory.resolve("app.log.1");
    Files.move(log, rotated);
    append(rotated, "two, by a writer that has not noticed\n");
    append(log, "three\n");
    rounds();
    append(rotated, "four\n");
    append(log, "five\n");
    rounds();
    assertThat(messages())
        .containsExactlyInAnyOrder(
            "one", "two, by a writer that has not noticed", "three", "four", "five");
  }

  @Test
  void shipsTheLastLineOfAReplacedFileAlthoughItHasNoEnd() throws IOException {
    append(log, "one\ntwo");
    rounds();
    Files.move(log, directory.resolve("app.log.1"));
    append(log, "three\n");
    rounds();
    now += Duration.ofMinutes(2).toNanos();
    rounds();
    assertThat(messages()).containsExactlyInAnyOrder("one", "two", "three");
  }

  @Test
  void findsAFileThatWasRenamedWhileTheShipperWasAway() throws IOException {
    append(log, "one\n");
    rounds();
    shipment.close();
    append(log, "two\n");
    Files.move(log, directory.resolve("app.log.1"));
    append(log, "three\n");
    shipment = open(LogSource.of("app", log));
    rounds();
    assertThat(messages()).containsExactlyInAnyOrder("one", "two", "three");
  }

  @Test
  void findsAFileThatCameAndWentWhileTheShipperWasAway() throws IOException {
    append(log, "one\n");
    rounds();
    shipment.close();
    Files.move(log, directory.resolve("app.log.2"));
    append(directory.resolve("app.log.1"), "two\n");
    append(log, "three\n");
    shipment = open(LogSource.of("app", log));
    rounds();
    assertThat(messages()).containsExactlyInAnyOrder("one", "two", "three");
  }

  @Test
  void findsAFileThatCameAndWentBetweenTwoLooks() throws IOException {
    append(log, "one\n");
    rounds();
    Files.move(log, directory.resolve("app.log.2"));
    append(directory.resolve("app.log.1"), "two\n");
    append(log, "three\n");
    rounds();
    assertThat(messages()).containsExactlyInAnyOrder("one", "two", "three");
  }

  @Test
  void leavesRotatedFilesOfTheTimeBeforeItsFirstStartAlone() throws IOException {
    append(directory.resolve("app.log.1"), "old\n");
    append(log, "one\n");
    rounds();
    assertThat(messages()).containsExactly("one");
  }

  @Test
  void goesOnInTheCopyOfAFileThatWasCutShortWhileTheShipperWasAway() throws IOException {
    append(log, "one\n");
    rounds();
    shipment.close();
    append(log, "two\n");
    Files.copy(log, directory.resolve("app.log.1"));
    Files.writeString(log, "");
    append(log, "three\n");
    shipment = open(LogSource.of("app", log));
    rounds();
    assertThat(messages()).containsExactlyInAnyOrder("one", "two", "three");
  }

  @Test
  void startsOverWhenAFileIsCutShort() throws IOException {
    append(log, "one\ntwo\n");
    rounds();
    Files.writeString(log, "");
    rounds();
    append(log, "three\n");
    rounds();
    assertThat(messages()).containsExactly("one", "two", "three");
  }

  @Test
  void noticesThatAFileWasCutAndFilledAgainBetweenTwoLooks() throws IOException {
    append(log, "one\ntwo\n");
    rounds();
    Files.writeString(log, "other first line\nand more than there was before\n");
    rounds();
    assertThat(messages())
        .containsExactly("one", "two", "other first line", "and more than there was before");
  }

  @Test
  void aPositionOfAnotherFileWithTheSameInodeDoesNotCount() throws IOException {
    append(log, "one\n");
    rounds();
    shipment.close();
    Files.writeString(log, "an entirely different file\n");
    shipment = open(LogSource.of("app", log));
    rounds();
    assertThat(messages()).containsExactly("one", "an entirely different file");
  }

  @Test
  void aPatternFindsFilesThatAppearLaterAndSurvivesRotationWithinIt() throws IOException {
    shipment.close();
    shipment = open(LogSource.of("app", directory.resolve("*.log")));
    append(directory.resolve("a.log"), "one\n");
    rounds();
    append(directory.resolve("b.log"), "two\n");
    rounds();
    Files.move(directory.resolve("a.log"), directory.resolve("a-1.log"));
    append(directory.resolve("a.log"), "three\n");
    rounds();
    append(directory.resolve("b.log"), "four\n");
    Files.move(directory.resolve("b.log"), directory.resolve("b.log.1"));
    restart(LogSource.of("app", directory.resolve("*.log")));
    rounds();
    assertThat(messages()).containsExactlyInAnyOrder("one", "two", "three", "four");
  }

  @Test
  void aBigFileIsShippedInBoundedBatches() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 50_000; i++) {
      text.append("line number ").append(i).append(" of many that do not fit one chunk\n");
    }
    append(log, text.toString());
    int rounds = 0;
    while (shipment.round(now)) {
      rounds++;
    }
    now += Duration.ofSeconds(5).toNanos();
    shipment.round(now);
    assertThat(rounds).isGreaterThan(5);
    assertThat(sink.json).hasSize(50_000).doesNotHaveDuplicates();
  }

  @Test
  void takesServiceAndHostFromSyslogLinesOfAnUnnamedSource() throws IOException {
    shipment.close();
    shipment = open(LogSource.of(log));
    append(log, "Nov 23 06:45:56 web-1 sshd[1]: hello\nfree\n");
    rounds();
    assertThat(sink.json.get(0)).contains("\"service\":\"sshd\"").contains("\"host\":\"web-1\"");
    assertThat(sink.json.get(1)).contains("\"service\":\"app\"").contains("\"host\":\"here\"");
  }

  @Test
  void keepsAllMembersOfAJsonLine() throws IOException {
    append(
        log, "{\"@timestamp\":\"2026-11-23T06:45:56Z\",\"log\":\"m\",\"x\":{\"y\":1}}\n{broken\n");
    rounds();
    assertThat(new ObjectMapper().readTree(sink.json.get(0)).path("x").path("y").intValue())
        .isEqualTo(1);
    assertThat(sink.json.get(0)).contains("\"service\":\"app\"").contains("\"host\":\"here\"");
    assertThat(sink.json.get(1)).contains("\"message\":\"{broken\"");
  }

  @Test
  void aForeignPositionFileIsNotOverwritten() throws IOException {
    Path foreign = directory.resolve("foreign");
    Files.writeString(foreign, "something else\n");
    assertThatThrownBy(() -> new PositionFile(foreign).read())
        .hasMessageContaining("is not a position file");
  }

  @Test
  void namesASourceByServiceOrFile() {
    assertThat(LogShipper.source("/var/log/a=b.log"))
        .isEqualTo(LogSource.of(Path.of("/var/log/a=b.log")));
    assertThat(LogShipper.source("web=/var/log/x.log"))
        .isEqualTo(LogSource.of("web", Path.of("/var/log/x.log")));
  }

  private void restart() throws IOException {
    restart(LogSource.of("app", log));
  }

  private void restart(LogSource source) throws IOException {
    shipment.close();
    shipment = open(source);
  }

  private Shipment open(LogSource source) throws IOException {
    LineTimes times = new LineTimes(ZoneOffset.UTC, Clock.systemUTC());
    return new Shipment(
        List.of(source),
        new PositionFile(directory.resolve("state").resolve("positions")),
        sink,
        new EventEncoder("here"),
        LogShipper.assemblers(times),
        TIMING,
        Clock.systemUTC());
  }

  /** Looks until nothing is left, then lets the files be quiet and looks again. */
  private void rounds() throws IOException {
    for (int quiet = 0; quiet < 3; quiet++) {
      while (shipment.round(now) && !sink.stopped) {
        assertThat(sink.json).hasSizeLessThan(1_000_000);
      }
      now += Duration.ofSeconds(2).toNanos();
    }
  }

  private List<String> messages() {
    ObjectMapper mapper = new ObjectMapper();
    return sink.json.stream()
        .map(
            json -> {
              try {
                return mapper.readTree(json).path("message").textValue();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .toList();
  }

  private static void append(Path file, String text) throws IOException {
    Files.writeString(
        file, text, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
