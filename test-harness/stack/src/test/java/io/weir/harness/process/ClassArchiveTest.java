package io.weir.harness.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassArchiveTest {
  private static final String RECORD = "-XX:ArchiveClassesAtExit=";
  private static final String USE = "-XX:SharedArchiveFile=";

  @TempDir Path folder;
  private Path jar;

  @BeforeEach
  void writeJar() throws IOException {
    jar = Files.writeString(folder.resolve("a.jar"), "one");
  }

  @Test
  void recordsUntilAProcessHasEndedInOrderAndIsUsedFromThenOn() throws IOException {
    ClassArchive first = archive("Main");
    Path recording = recordingOf(first);
    Files.writeString(recording, "classes");

    first.ended(true);

    assertThat(option(archive("Main"), USE)).hasContent("classes");
    assertThat(recording).doesNotExist();
  }

  @Test
  void forgetsWhatAProcessThatFailedHasRecorded() throws IOException {
    ClassArchive failed = archive("Main");
    Path recording = recordingOf(failed);
    Files.writeString(recording, "half of the classes");

    failed.ended(false);

    assertThat(recording).doesNotExist();
    assertThat(recordingOf(archive("Main"))).isNotEqualTo(recording);
  }

  @Test
  void aKilledProcessHasRecordedNothing() {
    ClassArchive killed = archive("Main");
    Path recording = recordingOf(killed);

    killed.ended(true);

    assertThat(recording).doesNotExist();
    assertThat(archive("Main").options(true)).first().asString().startsWith(RECORD);
  }

  @Test
  void isAnotherOneForOtherJarsAndOtherMainClasses() throws IOException {
    record("Main");
    record("Other");
    Files.setLastModifiedTime(jar, FileTime.from(Instant.parse("2001-01-01T00:00:00Z")));
    assertThat(archive("Main").options(true)).first().asString().startsWith(RECORD);

    Path fresh = record("Main");

    assertThat(option(archive("Main"), USE)).isEqualTo(fresh);
    assertThat(folder.resolve("archives"))
        .isDirectoryContaining(file -> file.getFileName().toString().startsWith("Other-"))
        .satisfies(archives -> assertThat(archives.toFile().list()).hasSize(2));
  }

  @Test
  void readsTheJarsOfAFolder() throws IOException {
    List<Path> wildcard = List.of(folder.resolve("*"));
    ClassArchive one = ClassArchive.of(folder.resolve("archives"), "Main", wildcard);
    Files.writeString(recordingOf(one), "classes");
    one.ended(true);

    Files.writeString(folder.resolve("b.jar"), "two");

    ClassArchive two = ClassArchive.of(folder.resolve("archives"), "Main", wildcard);
    assertThat(two.options(true)).first().asString().startsWith(RECORD);
  }

  @Test
  void isLeftOutWhereNoneCanBeKept() {
    ClassArchive nowhere = ClassArchive.of(jar.resolve("below-a-file"), "Main", List.of(jar));

    assertThat(nowhere.options(true)).isEmpty();
  }

  @Test
  void isNotRecordedUnlessAskedFor() throws IOException {
    assertThat(archive("Main").options(false)).isEmpty();

    Path recorded = record("Main");

    assertThat(archive("Main").options(false)).first().isEqualTo(USE + recorded);
  }

  @Test
  void isLeftOutForAClassPathWithFolders() {
    List<Path> classPath = List.of(jar, folder);

    assertThat(ClassArchive.of(folder.resolve("archives"), "Main", classPath).options(true))
        .isEmpty();
  }

  private Path record(String mainClass) throws IOException {
    ClassArchive archive = archive(mainClass);
    Files.writeString(recordingOf(archive), "classes");
    archive.ended(true);
    return option(archive(mainClass), USE);
  }

  private ClassArchive archive(String mainClass) {
    return ClassArchive.of(folder.resolve("archives"), mainClass, List.of(jar));
  }

  private static Path recordingOf(ClassArchive archive) {
    return option(archive, RECORD);
  }

  private static Path option(ClassArchive archive, String prefix) {
    String option = archive.options(true).get(0);
    assertThat(option).startsWith(prefix);
    return Path.of(option.substring(prefix.length()));
  }
}
