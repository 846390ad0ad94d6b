package io.weir.harness.deploy;

import io.weir.harness.node.JobSubmission;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Tells whether two submissions are the same job.
 *
 * @param jar SHA-256 of the jar's bytes, in hexadecimal
 * @param job SHA-256 of the jar, the main class, arguments, Flink keys and parallelism
 */
record Fingerprint(String jar, String job) {

  static Fingerprint of(JobSubmission submission) {
    MessageDigest digest = sha256();
    try (InputStream jar = new DigestInputStream(Files.newInputStream(submission.jar()), digest)) {
      jar.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + submission.jar(), e);
    }
    byte[] jarHash = digest.digest();
    MessageDigest whole = sha256();
    whole.update(jarHash);
    String rest =
        submission.mainClass()
            + submission.arguments()
            + submission.parallelism()
            + submission.flinkConfiguration();
    whole.update(rest.getBytes(StandardCharsets.UTF_8));
    HexFormat hex = HexFormat.of();
    return new Fingerprint(hex.formatHex(jarHash), hex.formatHex(whole.digest()));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
