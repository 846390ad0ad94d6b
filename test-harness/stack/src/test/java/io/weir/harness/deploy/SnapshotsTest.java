package io.weir.harness.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotsTest {
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  @TempDir Path folder;

  @Test
  void takesTheYoungestOfSavepointsAndCheckpointsOfEveryRun() throws IOException {
    snapshot("checkpoints/first/chk-90", NOON);
    snapshot("checkpoints/second/chk-101", NOON.plusSeconds(60));
    Path savepoint = snapshot("savepoints/savepoint-ab12", NOON.plusSeconds(61));

    assertThat(latest("first", "second")).contains(savepoint);
  }

  @Test
  void aCheckpointNumberSaysNothingAboutAge() throws IOException {
    snapshot("checkpoints/first/chk-90", NOON);
    Path younger = snapshot("checkpoints/first/chk-100", NOON.plusSeconds(5));

    assertThat(latest("first")).contains(younger);
  }

  @Test
  void anIncompleteCheckpointIsNone() throws IOException {
    Path complete = snapshot("checkpoints/first/chk-1", NOON);
    Files.createDirectories(folder.resolve("checkpoints/first/chk-2"));
    Files.createDirectories(folder.resolve("checkpoints/first/shared"));

    assertThat(latest("first")).contains(complete);
  }

  @Test
  void thereIsNoneBeforeTheFirstRun() {
    assertThat(latest("first")).isEmpty();
  }

  private java.util.Optional<Path> latest(String... jobs) {
    List<Path> folders =
        List.of(jobs).stream().map(job -> folder.resolve("checkpoints").resolve(job)).toList();
    return Snapshots.latest(folders, folder.resolve("savepoints"));
  }

  private Path snapshot(String path, Instant completed) throws IOException {
    Path snapshot = Files.createDirectories(folder.resolve(path));
    Path metadata = Files.writeString(snapshot.resolve("_metadata"), "x");
    Files.setLastModifiedTime(metadata, FileTime.from(completed));
    return snapshot;
  }
}
