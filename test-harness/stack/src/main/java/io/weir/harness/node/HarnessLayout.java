package io.weir.harness.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the built servers stand in the repository. Each server module has {@code target/lib} and
 * {@code target/lib.classpath}, the jars of this build in dependency order (the folder may hold
 * jars of an earlier version too).
 */
public final class HarnessLayout {
  /** System property that names the repository root; without it, it is looked for upwards. */
  public static final String ROOT_PROPERTY = "weir.root";

  private static final String BUILD = "build first: mvn -q package -DskipTests (or bin/up)";

  private final Path root;

  /**
   * @param root the repository's root folder
   */
  public HarnessLayout(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  /**
   * Finds the repository from system property {@value #ROOT_PROPERTY}, or from the working
   * directory upwards.
   */
  public static HarnessLayout find() {
    String configured = System.getProperty(ROOT_PROPERTY);
    if (configured != null) {
      return new HarnessLayout(Path.of(configured));
    }
    Path start = Path.of("").toAbsolutePath();
    for (Path candidate = start; candidate != null; candidate = candidate.getParent()) {
      if (Files.isDirectory(candidate.resolve("flink-conf"))
          && Files.isDirectory(candidate.resolve("test-harness"))) {
        return new HarnessLayout(candidate);
      }
    }
    throw new IllegalStateException(
        "no Weir repository at or above " + start + "; set -D" + ROOT_PROPERTY);
  }

  public Path root() {
    return root;
  }

  /** The Flink configuration folder that every cluster shares. */
  public Path flinkConf() {
    return existing(root.resolve("flink-conf"), "it is part of the repository");
  }

  public Path tetherJar() {
    return target("tether", "weir-tether.jar");
  }

  /** The fat jar with all jobs. */
  public Path jobsJar() {
    return existing(root.resolve("jobs/target/weir-jobs-all.jar"), BUILD);
  }

  /** The gateway's jar and its libraries. */
  public List<Path> gatewayClassPath() {
    Path jar = existing(root.resolve("query-gateway/target/weir-query-gateway.jar"), BUILD);
    existing(root.resolve("query-gateway/target/lib"), BUILD);
    return List.of(jar, root.resolve("query-gateway/target/lib/*"));
  }

  /** A built file of a server module. */
  public Path target(String module, String file) {
    return existing(
        root.resolve("test-harness").resolve(module).resolve("target").resolve(file), BUILD);
  }

  /** The jars of a server module, in dependency order. */
  public List<Path> classPath(String module) {
    Path list = target(module, "lib.classpath");
    try {
      List<Path> jars = new ArrayList<>();
      for (String entry : Files.readString(list).strip().split(":")) {
        jars.add(existing(list.resolveSibling(entry), BUILD));
      }
      return List.copyOf(jars);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + list, e);
    }
  }

  /** Servers that are no jars. */
  public NativeServers nativeServers() {
    return new NativeServers(root);
  }

  private static Path existing(Path path, String advice) {
    if (!Files.exists(path)) {
      throw new IllegalStateException(path + " is missing; " + advice);
    }
    return path;
  }
}
