package io.weir.harness.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds completed savepoints and retained checkpoints on the local disk. */
final class Snapshots {
  /** Written last: a folder without it is not complete. */
  private static final String METADATA = "_metadata";

  private Snapshots() {}

  /**
   * Returns the youngest complete snapshot.
   *
   * @param checkpointFolders folders of jobs, holding {@code chk-N/_metadata}
   * @param savepointFolder folder with {@code savepoint-X/_metadata}
   */
  static Optional<Path> latest(List<Path> checkpointFolders, Path savepointFolder) {
    List<Path> complete = new ArrayList<>(complete(savepointFolder, "savepoint-*"));
    checkpointFolders.forEach(folder -> complete.addAll(complete(folder, "chk-*")));
    return complete.stream().max(Comparator.comparing(Snapshots::completedAt));
  }

  private static List<Path> complete(Path folder, String glob) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> snapshots = Files.newDirectoryStream(folder, glob)) {
      for (Path snapshot : snapshots) {
        if (Files.isRegularFile(snapshot.resolve(METADATA))) {
          found.add(snapshot);
        }
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }

  private static FileTime completedAt(Path snapshot) {
    try {
      return Files.getLastModifiedTime(snapshot.resolve(METADATA));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + snapshot, e);
    }
  }
}
