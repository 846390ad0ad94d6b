package io.weir.harness.node;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/** Resources of the harness, and the configuration files that servers want to find on disk. */
public final class NodeFiles {
  private NodeFiles() {}

  /** Copies a resource of this package into a folder. */
  static Path copyResource(String name, Path folder) {
    try (InputStream resource = NodeFiles.class.getResourceAsStream(name)) {
      if (resource == null) {
        throw new FileNotFoundException(name + " is not on the class path");
      }
      Path file = Files.createDirectories(folder).resolve(name);
      Files.copy(resource, file, StandardCopyOption.REPLACE_EXISTING);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + folder.resolve(name), e);
    }
  }

  /** Returns a text resource beside a class. */
  public static String readResource(Class<?> beside, String name) {
    try (InputStream resource = beside.getResourceAsStream(name)) {
      if (resource == null) {
        throw new FileNotFoundException(name + " is not on the class path");
      }
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes a folder with everything in it, if it is there. */
  public static void deleteFolder(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot empty " + folder, e);
    }
  }

  static void createFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create " + folder, e);
    }
  }

  /** Writes a text so that a reader sees the old one or the new one. */
  public static Path write(Path file, String text) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
      Files.writeString(fresh, text);
      return Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  /** Writes {@code key=value} lines. */
  public static Path writeProperties(Path file, Map<String, String> properties) {
    StringBuilder text = new StringBuilder();
    properties.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }
}
