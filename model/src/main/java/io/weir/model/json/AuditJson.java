package io.weir.model.json;

import io.weir.model.audit.HourTally;
import io.weir.model.audit.OffsetRanges;
import io.weir.model.audit.StoreTally;
import java.time.Instant;
import java.util.Locale;

/**
 * The lines of an audit's report as JSON: one for each hour of a partition, and one for all of it.
 *
 * <pre>{@code
 * {"type":"hour","topic":"logs","partition":3,"hour":"2026-03-29T10:00:00Z","status":"incomplete",
 *  "expected":1000,"pending":0,"duplicates":2,"not_for_elasticsearch":0,
 *  "elasticsearch":{"stored":991,"dead":0,"missing":7,"missing_ranges":[[12,18]],
 *                   "doubled":0,"doubled_ranges":[]},
 *  "archive":{"stored":998, ...}}
 * }</pre>
 */
public final class AuditJson {
  private AuditJson() {}

  /** Returns the line of an hour, without a line end. */
  public static byte[] hour(HourTally tally) {
    JsonBytes json = new JsonBytes(512);
    ObjectWriter line = new ObjectWriter(json);
    line.text("type", "hour")
        .text("topic", tally.topic())
        .number("partition", tally.partition())
        .text("hour", Instant.ofEpochMilli(tally.hourMillis()).toString())
        .text("status", status(tally));
    counts(line, tally);
    store(json, line, "elasticsearch", tally.hot());
    store(json, line, "archive", tally.archive());
    line.end();
    return json.toByteArray();
  }

  private static String status(HourTally tally) {
    return tally.status().name().toLowerCase(Locale.ROOT);
  }

  private static void counts(ObjectWriter line, HourTally tally) {
    line.number("expected", tally.expected())
        .number("pending", tally.pending())
        .number("duplicates", tally.duplicates())
        .number("not_for_elasticsearch", tally.notForHot());
  }

  private static void store(JsonBytes json, ObjectWriter line, String name, StoreTally tally) {
    line.name(name);
    ObjectWriter store = new ObjectWriter(json);
    store
        .number("stored", tally.stored())
        .number("dead", tally.dead())
        .number("missing", tally.missing().count());
    ranges(json, store, "missing_ranges", tally.missing());
    store.number("doubled", tally.doubled().count());
    ranges(json, store, "doubled_ranges", tally.doubled());
    store.end();
  }

  private static void ranges(
      JsonBytes json, ObjectWriter store, String name, OffsetRanges offsets) {
    store.name(name);
    json.raw('[');
    boolean[] further = {false};
    offsets.forEach(
        (first, last) -> {
          if (further[0]) {
            json.raw(',');
          }
          further[0] = true;
          json.raw('[');
          json.number(first);
          json.raw(',');
          json.number(last);
          json.raw(']');
        });
    json.raw(']');
  }

  /**
   * Returns the line of the whole audit, without a line end.
   *
   * @param sum all hours added up; its topic, partition and hour say nothing
   * @param hotRatio share of what Kafka took that is delivered to Elasticsearch
   * @param archiveRatio the same for the archive
   */
  public static byte[] summary(
      Instant from, Instant to, HourTally sum, double hotRatio, double archiveRatio) {
    JsonBytes json = new JsonBytes(512);
    ObjectWriter line = new ObjectWriter(json);
    line.text("type", "summary")
        .text("from", from.toString())
        .text("to", to.toString())
        .text("status", status(sum));
    counts(line, sum);
    line.number("missing_in_elasticsearch", sum.hot().missing().count())
        .number("missing_in_archive", sum.archive().missing().count())
        .number("doubled_in_elasticsearch", sum.hot().doubled().count())
        .number("doubled_in_archive", sum.archive().doubled().count())
        .number("delivered_ratio_elasticsearch", hotRatio)
        .number("delivered_ratio_archive", archiveRatio);
    line.end();
    return json.toByteArray();
  }
}
