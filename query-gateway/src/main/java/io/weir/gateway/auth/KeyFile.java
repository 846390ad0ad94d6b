package io.weir.gateway.auth;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * The file in which hashes of keys are kept. Whoever reads it sees all of one version: it is
 * replaced as a whole. Those who change it take turns.
 */
public final class KeyFile {
  private static final int MAX_BYTES = 16 << 20;

  private final Path path;

  public KeyFile(Path path) {
    this.path = Objects.requireNonNull(path, "path").toAbsolutePath();
  }

  /** Returns where it is. */
  public Path path() {
    return path;
  }

  /**
   * Returns its bytes.
   *
   * @throws InvalidKeyFileException if it is too large to be one
   */
  byte[] bytes() throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new InvalidKeyFileException(path + " is larger than " + MAX_BYTES + " bytes");
      }
      return bytes;
    }
  }

  /**
   * Returns the keys.
   *
   * @throws InvalidKeyFileException if the file cannot be read, or is none of keys
   */
  public List<ApiKey> read() {
    try {
      return decode(bytes());
    } catch (IOException e) {
      throw new InvalidKeyFileException(path + " cannot be read: " + e, e);
    }
  }

  List<ApiKey> decode(byte[] bytes) {
    try {
      return KeyFileJson.decode(bytes);
    } catch (InvalidKeyFileException e) {
      throw new InvalidKeyFileException(path + ": " + e.getMessage(), e);
    }
  }

  /**
   * Changes the keys; a file that is not there is one without keys. Only its owner may read what is
   * written.
   *
   * @throws InvalidKeyFileException if what is there is no file of keys
   */
  public void change(UnaryOperator<List<ApiKey>> change) {
    Path lockFile = path.resolveSibling(path.getFileName() + ".lock");
    try (FileChannel lock =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = lock.lock()) {
      if (!held.isValid()) {
        throw new IOException("the lock " + lockFile + " was lost");
      }
      write(KeyFileJson.encode(change.apply(current())));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot change " + path + ": " + e, e);
    }
  }

  private List<ApiKey> current() throws IOException {
    try {
      return decode(bytes());
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private void write(byte[] bytes) throws IOException {
    Path temporary =
        Files.createTempFile(
            path.getParent(),
            path.getFileName() + ".",
            ".tmp",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      if (Files.exists(path)) {
        // A group that reads the file for the gateway shall go on reading it.
        Files.setPosixFilePermissions(temporary, Files.getPosixFilePermissions(path));
      }
      try (FileChannel file = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
          file.write(buffer);
        }
        file.force(true);
      }
      Files.move(
          temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
