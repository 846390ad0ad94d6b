package io.weir.harness.node;

import io.weir.harness.process.NativeCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Servers that are programs of the operating system's packages: Prometheus and its family, rsyslog.
 * The shell function {@code require_servers} of {@code bin/lib.sh} finds them on this machine or
 * unpacks them privately.
 */
public final class NativeServers {
  /** Where an unpacked program looks for its templates: below its working directory. */
  private static final String ASSETS = "prometheus";

  private final Path root;
  private final Path folder;

  /**
   * @param root the repository's root folder
   */
  NativeServers(Path root) {
    this.root = root;
    this.folder = root.resolve(".weir/opt");
  }

  /**
   * Returns a command that runs a server in its working directory.
   *
   * @param name name of the program in {@code bin}
   * @param home the working directory; created, and given the templates the program looks for
   * @param softMemoryMegabytes memory at which the program's collector works harder
   */
  NativeCommand command(String name, Path home, int softMemoryMegabytes) {
    Path program = program(name);
    linkAssets(home);
    return new NativeCommand(program).environment("GOMEMLIMIT", softMemoryMegabytes + "MiB");
  }

  /**
   * Returns a program.
   *
   * @throws IllegalStateException naming what provides it, if it is not there
   */
  public Path program(String name) {
    Path program = folder.resolve("bin").resolve(name);
    if (!Files.isExecutable(program)) {
      throw new IllegalStateException(
          program + " is missing; run " + root.resolve("bin/servers") + ", which provides it");
    }
    return program;
  }

  boolean has(String name) {
    return Files.isExecutable(folder.resolve("bin").resolve(name));
  }

  private void linkAssets(Path home) {
    Path assets = folder.resolve("share").resolve(ASSETS);
    Path link = home.resolve(ASSETS);
    try {
      Files.createDirectories(home);
      // Anew each time: a folder of data may be older than this checkout's place.
      Files.deleteIfExists(link);
      if (Files.isDirectory(assets)) {
        Files.createSymbolicLink(link, assets);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot link " + link, e);
    }
  }
}
