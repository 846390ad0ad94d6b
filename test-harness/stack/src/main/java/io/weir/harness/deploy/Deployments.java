package io.weir.harness.deploy;

import io.weir.harness.node.JobSubmission;
import io.weir.harness.node.NodeDirectories;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/**
 * Folder in which a stack remembers what it deployed: for each job a record of the ids under which
 * it ran, a {@link JobFile} with which it can be deployed again, and the very jar that runs. A
 * build replaces the jar that it was submitted from, and then there would be no way back.
 *
 * @param folder the folder; made when something is remembered
 */
public record Deployments(Path folder) {
  private static final String JARS = "jars";
  private static final String JOB_FILE = ".yaml";

  public Deployments {
    Objects.requireNonNull(folder, "folder");
  }

  /** The folder of a local stack. */
  public static Deployments below(NodeDirectories directories) {
    return new Deployments(directories.data().resolve("deployments"));
  }

  /** Where the job file of a deployment is. */
  public Path jobFile(String name) {
    return folder.resolve(name + JOB_FILE);
  }

  Path record(String name) {
    return folder.resolve(name + ".properties");
  }

  /**
   * Remembers what runs now, with a copy of its jar, and forgets jars that no job runs any more.
   *
   * @param jobId under which it runs
   */
  void remember(String name, String jobId, JobFile job) {
    remember(name, jobId, job, Fingerprint.of(job.submission()));
  }

  /** The same for who has read the jar already. */
  void remember(String name, String jobId, JobFile job, Fingerprint fingerprint) {
    // Jobs are deployed at the same time, and one must not forget what another is remembering.
    synchronized (Deployments.class) {
      JobSubmission kept = job.submission().withJar(keep(job.submission().jar(), fingerprint));
      job.withSubmission(kept).write(jobFile(name));
      DeploymentRecord.read(record(name)).deployed(jobId, fingerprint.job()).write(record(name));
      forgetUnusedJars();
    }
  }

  private Path keep(Path jar, Fingerprint fingerprint) {
    Path kept = folder.resolve(JARS).resolve(fingerprint.jar() + ".jar");
    if (Files.exists(kept)) {
      return kept;
    }
    try {
      Files.createDirectories(kept.getParent());
      Path temporary = kept.resolveSibling(kept.getFileName() + ".new");
      Files.copy(jar, temporary, StandardCopyOption.REPLACE_EXISTING);
      return Files.move(temporary, kept, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep a copy of " + jar, e);
    }
  }

  private void forgetUnusedJars() {
    Set<Path> used = new HashSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + JOB_FILE)) {
      for (Path file : files) {
        used.add(JobFile.read(file).submission().jar());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder.resolve(JARS))) {
      for (Path jar : jars) {
        if (!used.contains(jar.toAbsolutePath().normalize())) {
          Files.deleteIfExists(jar);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot tidy " + folder.resolve(JARS), e);
    }
  }
}
