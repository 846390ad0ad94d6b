package io.weir.harness.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * The loaded classes of a main class on its class path, kept in a file from one process to the next
 * (class data sharing, JEP 350): the next one maps them and neither reads, parses nor verifies them
 * again. A server that is started this way needs about half the CPU time until it answers.
 *
 * <p>The first process records, and its archive is taken over when it ended in order; one that
 * failed at start has not seen the classes that matter. Recording makes that process slower to
 * start and adds some seconds to its end, so it pays where many of its kind follow, and is done
 * only where it is asked for. An archive belongs to exactly these jars and this JVM. Where none can
 * be kept, and for a class path with folders, from which the JVM archives nothing, the process is
 * started without.
 */
final class ClassArchive {
  private static final String SUFFIX = ".jsa";

  /** The JVM reports each class that it cannot keep, among the server's own lines. */
  private static final String QUIET = "-Xlog:cds*=off";

  private static final int DIGEST_CHARS = 16;

  private final String ofMainClass;
  private final Path archive;
  private final Path recording;
  private final boolean onlyJars;

  private ClassArchive(String ofMainClass, Path archive, Path recording, boolean onlyJars) {
    this.ofMainClass = ofMainClass;
    this.archive = archive;
    this.recording = recording;
    this.onlyJars = onlyJars;
  }

  /**
   * @param folder where the archives are kept
   * @param classPath jars, or all jars of a folder as {@code folder/*}
   */
  static ClassArchive of(Path folder, String mainClass, List<Path> classPath) {
    String ofMainClass = mainClass + "-";
    String name = ofMainClass + digest(classPath) + SUFFIX;
    // Processes may record at the same time: each has a file of its own.
    String process = ProcessHandle.current().pid() + "-" + System.nanoTime();
    return new ClassArchive(
        ofMainClass,
        folder.resolve(name),
        folder.resolve(name + "." + process),
        classPath.stream().noneMatch(Files::isDirectory));
  }

  /**
   * JVM options that use the archive if there is one, that record it, or none.
   *
   * @param record whether one is to be recorded where there is none
   */
  List<String> options(boolean record) {
    if (Files.isReadable(archive)) {
      return List.of("-XX:SharedArchiveFile=" + archive, QUIET);
    }
    return record && onlyJars && isWritable()
        ? List.of("-XX:ArchiveClassesAtExit=" + recording, QUIET)
        : List.of();
  }

  /**
   * To be called when the process has ended.
   *
   * @param inOrder whether it was asked to end, or succeeded
   */
  void ended(boolean inOrder) {
    if (!Files.exists(recording)) {
      return;
    }
    try {
      if (inOrder) {
        deleteOlder();
        Files.move(recording, archive, StandardCopyOption.ATOMIC_MOVE);
      } else {
        Files.delete(recording);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep " + archive, e);
    }
  }

  /** Archives of the same main class on jars of the past. */
  private void deleteOlder() throws IOException {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(archive.getParent(), ofMainClass + "*" + SUFFIX)) {
      for (Path file : files) {
        // A JVM that has it mapped keeps what it has mapped.
        Files.deleteIfExists(file);
      }
    }
  }

  private boolean isWritable() {
    Path folder = archive.getParent();
    try {
      // A colon would part two archives in the JVM's option.
      return !folder.toString().contains(":") && Files.isWritable(Files.createDirectories(folder));
    } catch (IOException e) {
      return false;
    }
  }

  private static String digest(List<Path> classPath) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      update(sha, System.getProperty("java.vm.version") + System.getProperty("java.home"));
      for (Path entry : classPath) {
        for (Path jar : jarsOf(entry)) {
          update(sha, jar + "|" + Files.size(jar) + "|" + Files.getLastModifiedTime(jar));
        }
      }
      return HexFormat.of().formatHex(sha.digest()).substring(0, DIGEST_CHARS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the class path " + classPath, e);
    }
  }

  private static List<Path> jarsOf(Path entry) throws IOException {
    if (!entry.endsWith("*")) {
      return List.of(entry);
    }
    try (Stream<Path> jars = Files.list(entry.getParent())) {
      return jars.filter(jar -> jar.toString().endsWith(".jar")).sorted().toList();
    }
  }

  private static void update(MessageDigest sha, String text) {
    sha.update((text + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
