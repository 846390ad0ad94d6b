package io.weir.harness.search;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.elasticsearch.Build;

/** The directory that an Elasticsearch installation unpacks, put together from Maven jars. */
final class NodeHome {
  private static final String NETTY_DESCRIPTOR =
      "/META-INF/es-plugins/transport-netty4/plugin-descriptor.properties";

  /** One line per event, UTC, level second: a format that a log shipper can read. */
  private static final String LOGGING =
      """
      status = error
      appender.console.type = Console
      appender.console.name = console
      appender.console.layout.type = PatternLayout
      appender.console.layout.pattern = %d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z'}{UTC} %-5p [%t] %c{1.} - %m%n%ex
      rootLogger.level = info
      rootLogger.appenderRef.console.ref = console
      """;

  private final Path home;

  NodeHome(Path home) {
    this.home = home;
  }

  Path config() {
    return home.resolve("config");
  }

  /** Creates or refreshes everything but the data; safe to repeat over an existing home. */
  void prepare(Path nettyJars, Path rootHandlerJar) throws IOException {
    Files.createDirectories(home.resolve("plugins"));
    Files.createDirectories(config());
    Files.writeString(config().resolve("log4j2.properties"), LOGGING);
    installZstd();
    installNetty(nettyJars);
    installRootHandler(rootHandlerJar);
  }

  /**
   * Elasticsearch loads libzstd from its installation; without it an index with {@code
   * best_compression} loses its shards. The same library comes inside aircompressor.
   */
  private void installZstd() throws IOException {
    boolean arm = System.getProperty("os.arch").equals("aarch64");
    String resource = "/aircompressor/linux-" + (arm ? "aarch64" : "amd64") + "/libzstd.so";
    Path target =
        Files.createDirectories(home.resolve("lib/platform/linux-" + (arm ? "aarch64" : "x64")))
            .resolve("libzstd.so");
    try (InputStream library = NodeHome.class.getResourceAsStream(resource)) {
      if (library == null) {
        throw new FileNotFoundException(resource + " is not on the class path");
      }
      Files.copy(library, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private void installNetty(Path jars) throws IOException {
    Path module = emptyModule("transport-netty4");
    try (DirectoryStream<Path> files = Files.newDirectoryStream(jars, "*.jar")) {
      for (Path jar : files) {
        Files.copy(jar, module.resolve(jar.getFileName()));
        if (jar.getFileName().toString().startsWith("transport-netty4-")) {
          Files.writeString(module.resolve("plugin-descriptor.properties"), nettyDescriptor(jar));
        }
      }
    }
  }

  /** The published descriptor names a Java module, which a class path start does not have. */
  private static String nettyDescriptor(Path jar) throws IOException {
    try (FileSystem zip = FileSystems.newFileSystem(jar)) {
      return Files.readString(zip.getPath(NETTY_DESCRIPTOR)).replaceAll("(?m)^modulename=.*$", "");
    }
  }

  /** In a module of its own: Elasticsearch refuses a plugin whose classes are on the class path. */
  private void installRootHandler(Path jar) throws IOException {
    Path module = emptyModule("rest-root");
    Files.copy(jar, module.resolve("rest-root.jar"));
    Files.writeString(
        module.resolve("plugin-descriptor.properties"),
        """
        name=rest-root
        description=Answers GET / as the unpublished rest-root module does
        version=%1$s
        elasticsearch.version=%1$s
        java.version=17
        classname=io.weir.harness.search.root.RootHandlerPlugin
        """
            .formatted(Build.current().version()));
  }

  private Path emptyModule(String name) throws IOException {
    Path module = Files.createDirectories(home.resolve("modules").resolve(name));
    try (DirectoryStream<Path> old = Files.newDirectoryStream(module)) {
      for (Path file : old) {
        Files.delete(file);
      }
    }
    return module;
  }
}
