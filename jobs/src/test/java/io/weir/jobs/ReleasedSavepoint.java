package io.weir.jobs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;

/**
 * Savepoints that jobs of a released version were stopped with: what the present jobs must be able
 * to go on from. They stand under {@code src/test/resources/state/} in a folder for each version; a
 * release gets a new folder and the old ones stay. Those of {@value #VERSION} are written anew by
 *
 * <pre>{@code
 * mvn -q -pl jobs -am test -Dtest='JobStateTest,AlertsTopologyTest' \
 *     -Dsurefire.failIfNoSpecifiedTests=false -Dweir.state.write=true
 * }</pre>
 *
 * which is right before its release, and afterwards never.
 *
 * <p>The ends of the jobs are those of the tests: state of Kafka's source and of the stores' sinks
 * has serializers of its own, with tests of their own.
 */
final class ReleasedSavepoint {
  /** The version that is being made. */
  static final String VERSION = "0.1";

  /** True when the savepoints of {@value #VERSION} are to be written. */
  static final boolean WRITE = Boolean.getBoolean("weir.state.write");

  private static final String METADATA = "_metadata";

  private ReleasedSavepoint() {}

  /** Versions with savepoints, the oldest first. */
  static List<String> versions() {
    try (Stream<Path> folders = Files.list(folder())) {
      List<String> versions = folders.map(path -> path.getFileName().toString()).sorted().toList();
      return versions.isEmpty() ? List.of(VERSION) : versions;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the savepoint of a version's job is, as Flink's options say it. */
  static String of(String version, String job) {
    return folder().resolve(version).resolve(job).toUri().toString();
  }

  /** Stops a job and keeps its savepoint as that of {@value #VERSION}. */
  static void keep(String job, JobClient client, Path scratch) throws Exception {
    String savepoint =
        client
            .stopWithSavepoint(false, scratch.toUri().toString(), SavepointFormatType.CANONICAL)
            .get();
    Path kept = Files.createDirectories(folder().resolve(VERSION).resolve(job));
    Path written = Path.of(URI.create(savepoint));
    try (Stream<Path> files = Files.list(written)) {
      // State so small is in the metadata itself, and only then can the folder be moved anywhere.
      if (!files.map(file -> file.getFileName().toString()).toList().equals(List.of(METADATA))) {
        throw new IllegalStateException(written + " is more than its metadata");
      }
    }
    Files.copy(
        written.resolve(METADATA), kept.resolve(METADATA), StandardCopyOption.REPLACE_EXISTING);
  }

  private static Path folder() {
    try {
      // The module's folder is the working directory of its tests.
      return Files.createDirectories(Path.of("src", "test", "resources", "state")).toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
