package io.weir.gateway.archive;

import io.weir.gateway.segments.ArchiveFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** An archive in a folder of this machine. */
public final class LocalArchive implements ArchiveFiles {
  private final Path root;

  public LocalArchive(Path root) {
    this.root = Objects.requireNonNull(root, "root");
  }

  @Override
  public List<ArchiveFile> list(Optional<String> after, int max) throws IOException {
    List<ArchiveFile> files = new ArrayList<>();
    if (Files.isDirectory(root)) {
      collect(root, "", after.orElse(""), max, files);
    }
    return files;
  }

  /** Children sort as paths do: a folder's name goes on with the slash behind it. */
  private static void collect(
      Path folder, String prefix, String after, int max, List<ArchiveFile> into)
      throws IOException {
    record Child(Path path, String name, boolean folder) {}
    List<Child> children;
    try (Stream<Path> listed = Files.list(folder)) {
      children =
          listed
              .map(
                  path -> {
                    boolean isFolder = Files.isDirectory(path);
                    String name = prefix + path.getFileName();
                    return new Child(path, isFolder ? name + "/" : name, isFolder);
                  })
              .sorted(Comparator.comparing(Child::name))
              .toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return; // deleted meanwhile
    }
    for (Child child : children) {
      if (into.size() == max) {
        return;
      }
      if (child.folder()) {
        boolean wholeFolderBefore =
            child.name().compareTo(after) < 0 && !after.startsWith(child.name());
        if (!wholeFolderBefore) {
          collect(child.path(), child.name(), after, max, into);
        }
      } else if (child.name().compareTo(after) > 0 && ParquetNames.finished(child.name())) {
        try {
          into.add(new ArchiveFile(child.name(), Files.size(child.path())));
        } catch (NoSuchFileException e) {
          continue; // deleted meanwhile
        }
      }
    }
  }

  @Override
  public byte[] tail(ArchiveFile file, int bytes) throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(root.resolve(file.path()))) {
      ByteBuffer buffer = ByteBuffer.allocate(bytes);
      channel.position(Math.max(0, channel.size() - bytes));
      while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
        // until the buffer is full or the file ends
      }
      byte[] read = new byte[buffer.position()];
      buffer.flip().get(read);
      return read;
    }
  }

  @Override
  public String location() {
    return root.toUri().toString();
  }

  @Override
  public void close() {}
}
