package io.weir.harness.ship;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Writes the inputs of {@code k8s/agents/rsyslog.conf} for files that a person names: which service
 * writes them, and where an event of several lines begins.
 */
public final class RsyslogInputs {
  /** An event begins with a date; a stack trace, and the exception before it, do not. */
  private static final String DATED = "^[[]?[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]";

  /** Every line is an event but indented ones, {@code Caused by:} and {@code Suppressed:}. */
  private static final String INDENTED = "^([^[:space:]CS]|[CS]$|C[^a]|Ca[^u]|S[^u]|Su[^p])";

  private static final Pattern BEGINS_WITH_A_DATE =
      Pattern.compile("\\[?\\d{4}-\\d\\d-\\d\\d[T ].*", Pattern.DOTALL);

  private static final int LOOKED_AT = 20;

  private RsyslogInputs() {}

  /** Returns the text of the inputs. */
  public static String of(List<LogSource> sources) {
    StringBuilder inputs = new StringBuilder();
    for (LogSource source : sources) {
      String tag =
          source.service() != null ? source.service() : "?" + LogSource.serviceOf(source.path());
      inputs
          .append("input(type=\"imfile\" file=")
          .append(quoted(source.path().toString()))
          .append(" tag=")
          .append(quoted(tag))
          .append(" ruleset=\"weir\"\n")
          .append(
              "  addMetadata=\"on\" needParse=\"off\" escapeLF=\"off\" reopenOnTruncate=\"on\"\n")
          .append("  persistStateInterval=\"1000\" readTimeout=\"2\"\n")
          .append("  startmsg.regex=")
          .append(quoted(isDated(source) ? DATED : INDENTED))
          .append(")\n");
    }
    return inputs.toString();
  }

  /** Escapes what ends a string in an object of rsyslog's configuration; $ means nothing there. */
  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static boolean isDated(LogSource source) {
    if (!source.isPattern()) {
      return beginsWithADate(source.path());
    }
    Path folder = source.path().getParent();
    if (!Files.isDirectory(folder)) {
      return false;
    }
    String pattern = source.path().getFileName().toString();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, pattern)) {
      for (Path file : files) {
        if (beginsWithADate(file)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look into " + folder, e);
    }
  }

  /** A file that is not there yet, or cannot be read as text, is taken to have plain lines. */
  private static boolean beginsWithADate(Path file) {
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      for (int i = 0; i < LOOKED_AT; i++) {
        String line = reader.readLine();
        if (line == null) {
          return false;
        }
        if (BEGINS_WITH_A_DATE.matcher(line).matches()) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }
}
