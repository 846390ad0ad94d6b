package io.weir.harness.ship;

import java.nio.file.Path;
import java.util.Objects;

/**
 * A file, or files, to follow.
 *
 * @param path the file; its last part may hold {@code *} and {@code ?}, and files that appear later
 *     are found
 * @param service the service that writes it; null to take the name from each line where the format
 *     has one (syslog's tag), else from the file's name
 */
public record LogSource(Path path, String service) {
  public LogSource {
    Objects.requireNonNull(path, "path");
    path = path.toAbsolutePath().normalize();
  }

  /** Returns a source of a known service. */
  public static LogSource of(String service, Path path) {
    return new LogSource(path, Objects.requireNonNull(service, "service"));
  }

  /** Returns a source whose service is found from its lines or its file's name. */
  public static LogSource of(Path path) {
    return new LogSource(path, null);
  }

  /** Returns whether the last part of the path is a pattern. */
  boolean isPattern() {
    String name = path.getFileName().toString();
    return name.indexOf('*') >= 0 || name.indexOf('?') >= 0;
  }

  /**
   * Returns a service name made from a file's name: {@code /var/log/nginx.access.log} is
   * nginx.access.
   */
  static String serviceOf(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }
}
