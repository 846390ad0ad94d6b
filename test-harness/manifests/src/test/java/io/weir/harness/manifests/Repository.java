package io.weir.harness.manifests;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the files under test are. */
final class Repository {
  /** Found from the working directory upwards. */
  static final Path ROOT = find();

  static final Path K8S = ROOT.resolve("k8s");
  static final Path FLINK_CONF = ROOT.resolve("flink-conf");

  private Repository() {}

  private static Path find() {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.isDirectory(folder.resolve("flink-conf"))
          && Files.isDirectory(folder.resolve("k8s"))) {
        return folder;
      }
    }
    throw new IllegalStateException("not inside Weir's repository");
  }
}
