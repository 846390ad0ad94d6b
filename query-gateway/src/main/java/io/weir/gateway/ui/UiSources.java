package io.weir.gateway.ui;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Finds the files of the interface on the class path: its own, and those of its libraries. */
final class UiSources {
  private static final String ROOT = "/ui";
  private static final String WEBJARS = "org.webjars.npm";

  /** Where a file of a library is served from, and where it lies in the library. */
  private static final Map<String, List<String>> LIBRARIES =
      Map.of(
          "lib/preact.js", List.of("preact", "dist/preact.module.js"),
          "lib/hooks.js", List.of("preact", "hooks/dist/hooks.module.js"),
          "lib/uplot.js", List.of("uplot", "dist/uPlot.esm.js"),
          "lib/uplot.css", List.of("uplot", "dist/uPlot.min.css"));

  private UiSources() {}

  /** Returns each file by its path. */
  static SortedMap<String, byte[]> read() {
    SortedMap<String, byte[]> files = new TreeMap<>(own());
    LIBRARIES.forEach((path, file) -> files.put(path, library(file.get(0), file.get(1))));
    return files;
  }

  private static Map<String, byte[]> own() {
    URL root = Objects.requireNonNull(UiSources.class.getResource(ROOT), ROOT);
    try {
      URI uri = root.toURI();
      if (!"jar".equals(uri.getScheme())) {
        return below(Path.of(uri));
      }
      try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
        return below(jar.getPath(ROOT));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + root, e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(root + " is no URI", e);
    }
  }

  private static Map<String, byte[]> below(Path root) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        String name = root.relativize(path).toString().replace('\\', '/');
        files.put(name, Files.readAllBytes(path));
      }
    }
    return files;
  }

  private static byte[] library(String name, String file) {
    Properties pom = new Properties();
    try (InputStream in = open("/META-INF/maven/" + WEBJARS + "/" + name + "/pom.properties")) {
      pom.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the version of " + name, e);
    }
    String path =
        "/META-INF/resources/webjars/" + name + "/" + pom.getProperty("version") + "/" + file;
    try (InputStream in = open(path)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path, e);
    }
  }

  private static InputStream open(String path) {
    return Objects.requireNonNull(UiSources.class.getResourceAsStream(path), path);
  }
}
