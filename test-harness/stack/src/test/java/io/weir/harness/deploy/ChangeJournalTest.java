package io.weir.harness.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangeJournalTest {
  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-03-29T12:00:00.5Z"), ZoneOffset.UTC);

  @TempDir Path folder;

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(written, true, StandardCharsets.UTF_8);

  private ChangeJournal begin() {
    return ChangeJournal.begin(folder.resolve("logs.yaml"), "replace a by b", NOON, err);
  }

  private Path file() {
    return folder.resolve("logs.yaml.changes");
  }

  @Test
  void whatWasDoneStandsBesideTheJobFileAndEarlierChangesAreKept() {
    try (ChangeJournal journal = begin()) {
      journal.step(JobReplacement.stopped("file:/savepoint-1"));
      assertThat(file())
          .as("while it is under way")
          .hasContent(
              """
              2026-03-29T12:00:00Z begins: replace a by b
              2026-03-29T12:00:00Z stopped; the savepoint is file:/savepoint-1
              """);
    }
    begin().close();

    assertThat(file()).content().endsWith("Z begins: replace a by b\n2026-03-29T12:00:00Z ended\n");
    assertThat(file()).content().startsWith("2026-03-29T12:00:00Z begins").contains("savepoint-1");
    assertThat(written.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void whoeverComesAfterAnInterruptedOneFindsWhatToDo() {
    ChangeJournal journal = begin();
    journal.step(JobReplacement.stopped("file:/savepoint-1"));
    journal.interrupted();

    assertThat(file()).content().contains("interrupted. If the job does not run");
    assertThat(written.toString(StandardCharsets.UTF_8))
        .contains("bin/upgrade " + folder.resolve("logs.yaml") + " JAR --from")
        .contains(file().toString());
    journal.close();
  }

  @Test
  void oneThatHasEndedIsNotInterruptedByTheEndOfItsProcess() {
    ChangeJournal journal = begin();
    journal.close();
    journal.interrupted();

    assertThat(file()).content().endsWith("ended\n");
    assertThat(written.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void nothingBeginsThatCannotBeNoted() throws Exception {
    Files.createDirectory(file());

    assertThatThrownBy(this::begin)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("logs.yaml.changes");
  }
}
