package io.weir.jobs.audit;

import io.weir.model.audit.HourTally;
import io.weir.model.audit.OffsetRanges;
import io.weir.model.audit.StoreTally;
import io.weir.model.json.AuditJson;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes down what an audit found, for people or for programs. */
public final class AuditReport {
  /** Most ranges of a line that people read; programs get all. */
  private static final int SHOWN_RANGES = 20;

  private static final String ROW = "%-20s %-16s %-12s %11s %9s %9s %11s %8s %11s %8s  %s%n";

  private AuditReport() {}

  /** Writes a line of JSON for each hour of a partition, and one for all of it. */
  public static void json(AuditResult result, PrintStream out) {
    for (HourTally tally : result.tallies()) {
      out.println(new String(AuditJson.hour(tally), StandardCharsets.UTF_8));
    }
    out.println(
        new String(
            AuditJson.summary(
                result.plan().from(),
                result.plan().to(),
                result.sum(),
                result.hotRatio(),
                result.archiveRatio()),
            StandardCharsets.UTF_8));
  }

  /** Writes a table: a row for the complete partitions of an hour together, one for each other. */
  public static void table(AuditResult result, PrintStream out) {
    out.printf(Locale.ROOT, "audit of %s to %s%n", result.plan().from(), result.plan().to());
    result.plan().notes().forEach(note -> out.println("note: " + note));
    out.printf(
        Locale.ROOT,
        ROW,
        "hour",
        "topic",
        "partition",
        "expected",
        "pending",
        "repeats",
        "es missing",
        "doubled",
        "ar missing",
        "doubled",
        "");
    Map<String, List<HourTally>> hours = new LinkedHashMap<>();
    result
        .tallies()
        .forEach(
            tally ->
                hours
                    .computeIfAbsent(
                        tally.hourMillis() + " " + tally.topic(), key -> new ArrayList<>())
                    .add(tally));
    hours.values().forEach(hour -> hour(hour, out));
    HourTally sum = result.sum();
    out.printf(
        Locale.ROOT,
        "%s: delivered to Elasticsearch %.6f, to the archive %.6f of %d that Kafka took%n",
        word(sum),
        result.hotRatio(),
        result.archiveRatio(),
        sum.expected() + sum.pending());
    if (sum.pending() > 0) {
      out.println(
          "the logs job has not passed "
              + sum.pending()
              + " records with a checkpoint: it is behind, or does not run, or its group's offsets"
              + " have expired");
    }
  }

  private static void hour(List<HourTally> hour, PrintStream out) {
    List<HourTally> complete = hour.stream().filter(HourTally::complete).toList();
    if (!complete.isEmpty()) {
      HourTally sum = complete.stream().reduce(HourTally::plus).orElseThrow();
      row(
          sum,
          complete.size() == 1
              ? Integer.toString(complete.get(0).partition())
              : complete.size() + " of them",
          out);
    }
    for (HourTally tally : hour) {
      if (!tally.complete()) {
        row(tally, Integer.toString(tally.partition()), out);
        store("Elasticsearch", tally.hot(), out);
        store("archive", tally.archive(), out);
      }
    }
  }

  private static void row(HourTally tally, String partition, PrintStream out) {
    out.printf(
        Locale.ROOT,
        ROW,
        Instant.ofEpochMilli(tally.hourMillis()),
        tally.topic(),
        partition,
        tally.expected(),
        tally.pending(),
        tally.duplicates(),
        tally.hot().missing().count(),
        tally.hot().doubled().count(),
        tally.archive().missing().count(),
        tally.archive().doubled().count(),
        word(tally));
  }

  /** What is not as it should be is shouted. */
  private static String word(HourTally tally) {
    return tally.complete() ? "complete" : tally.status().name();
  }

  private static void store(String name, StoreTally tally, PrintStream out) {
    ranges("missing in " + name, tally.missing(), out);
    ranges("doubled in " + name, tally.doubled(), out);
  }

  private static void ranges(String what, OffsetRanges offsets, PrintStream out) {
    if (!offsets.isEmpty()) {
      out.println("  " + what + ": " + offsets.head(SHOWN_RANGES));
    }
  }
}
