package io.weir.gateway.segments;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Port to the folder or bucket that holds the archive. Blocking; thread-safe. */
public interface ArchiveFiles extends AutoCloseable {

  /**
   * One file.
   *
   * @param path below the archive's root, with '/' between its parts
   * @param bytes its size
   */
  record ArchiveFile(String path, long bytes) {}

  /**
   * Lists finished files in the order of their paths' bytes.
   *
   * @param after only paths behind this one, which need not exist
   * @param max how many at most; fewer mean that there are no more
   */
  List<ArchiveFile> list(Optional<String> after, int max) throws IOException;

  /** Reads the last bytes of a file. */
  byte[] tail(ArchiveFile file, int bytes) throws IOException;

  /** Returns where the archive is, for people. */
  String location();

  @Override
  void close();
}
