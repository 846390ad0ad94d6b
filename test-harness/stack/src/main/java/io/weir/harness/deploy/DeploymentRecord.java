package io.weir.harness.deploy;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * What was deployed under one name, kept over restarts of the stack.
 *
 * @param jobIds ids under which the job has run, the youngest first: its retained checkpoints lie
 *     in folders of these names
 * @param fingerprint of jar, arguments and configuration that run now
 */
record DeploymentRecord(List<String> jobIds, String fingerprint) {
  /** Older ids own no checkpoint any more: each run claims what it was restored from. */
  private static final int KEPT_IDS = 5;

  DeploymentRecord {
    jobIds = List.copyOf(jobIds);
  }

  static DeploymentRecord none() {
    return new DeploymentRecord(List.of(), "");
  }

  Optional<String> currentJobId() {
    return jobIds.stream().findFirst();
  }

  DeploymentRecord deployed(String jobId, String newFingerprint) {
    List<String> ids = new ArrayList<>();
    ids.add(jobId);
    jobIds.stream().filter(id -> !id.equals(jobId)).limit(KEPT_IDS - 1).forEach(ids::add);
    return new DeploymentRecord(ids, newFingerprint);
  }

  static DeploymentRecord read(Path file) {
    if (!Files.exists(file)) {
      return none();
    }
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
    String ids = properties.getProperty("job-ids", "");
    return new DeploymentRecord(
        ids.isBlank() ? List.of() : List.of(ids.split(",")),
        properties.getProperty("fingerprint", ""));
  }

  void write(Path file) {
    Properties properties = new Properties();
    properties.setProperty("job-ids", String.join(",", jobIds));
    properties.setProperty("fingerprint", fingerprint);
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (Writer out = Files.newBufferedWriter(temporary)) {
        properties.store(out, null);
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }
}
