package io.weir.operators.audit;

import static java.util.Objects.requireNonNull;

import io.weir.model.audit.HourTally;
import io.weir.model.audit.OffsetRanges;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogFlags;
import io.weir.model.log.LogParser;
import io.weir.operators.kafka.TopicIds;
import io.weir.operators.logs.CreateTimePolicy;
import io.weir.operators.logs.LogParserFactory;
import io.weir.operators.logs.RecordOrigins;
import java.util.BitSet;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/**
 * Looks up in Kafka what seems to be missing, as far as Kafka still has it: an offset that holds no
 * record (the mark of a transaction) is not expected anywhere, and an event that was too old for
 * the hot store is missing in the archive only. What is really missing stays, as far as a report
 * tells ranges; so tallies have to come before they are cut to that.
 */
public final class CheckSuspects extends RichMapFunction<HourTally, HourTally> {
  private static final long serialVersionUID = 1;

  /** Offsets that are looked at together. */
  private static final int CHUNK = SegmentKey.SIZE;

  /**
   * Suspects with no more offsets than this between them are read in one go, and the records
   * between them with them. A seek costs more: its fetch waits until the one that is under way has
   * ended.
   */
  private static final int NEAR = 4096;

  private final SpanReader.Factory readers;
  private final LogParserFactory parserFactory;
  private final TopicIds topicIds;

  private transient SpanReader reader;
  private transient LogParser parser;
  private transient RecordOrigins origins;

  /**
   * Creates the operator.
   *
   * @param readers opens what reads Kafka
   * @param parserFactory makes the parser, which has to be the one of the logs job
   * @param topicIds asked once for each topic
   */
  public CheckSuspects(
      SpanReader.Factory readers, LogParserFactory parserFactory, TopicIds topicIds) {
    this.readers = requireNonNull(readers, "readers");
    this.parserFactory = requireNonNull(parserFactory, "parserFactory");
    this.topicIds = requireNonNull(topicIds, "topicIds");
  }

  @Override
  public void open(OpenContext context) {
    reader = readers.open();
    parser = parserFactory.create();
    origins =
        new RecordOrigins(topicIds, CreateTimePolicy.ACCEPT, getRuntimeContext().getMetricGroup());
  }

  @Override
  public HourTally map(HourTally tally) {
    OffsetRanges suspects = tally.hot().missing().union(tally.archive().missing());
    if (suspects.isEmpty()) {
      return tally.bounded();
    }
    // A topic with transactions has an offset without a record for each of them.
    OffsetRanges.Builder empty = OffsetRanges.Builder.exact();
    OffsetRanges.Builder archiveOnly = OffsetRanges.Builder.exact();
    suspects
        .bridge(NEAR)
        .forEach((first, last) -> look(tally, suspects, first, last, empty, archiveOnly));
    OffsetRanges noRecords = empty.build();
    OffsetRanges hot = tally.hot().missing().minus(noRecords);
    OffsetRanges lackingInHot = hot.minus(archiveOnly.build());
    return tally
        .with(
            tally.expected() - (suspects.count() - suspects.minus(noRecords).count()),
            tally.notForHot() + hot.count() - lackingInHot.count(),
            tally.hot().withMissing(lackingInHot),
            tally.archive().withMissing(tally.archive().missing().minus(noRecords)))
        .bounded();
  }

  private void look(
      HourTally tally,
      OffsetRanges suspects,
      long first,
      long last,
      OffsetRanges.Builder empty,
      OffsetRanges.Builder archiveOnly) {
    for (long begin = first; begin <= last; begin += CHUNK) {
      long start = begin;
      long end = Math.min(last + 1, begin + CHUNK);
      BitSet seen = new BitSet();
      long from =
          reader.read(
              tally.topic(),
              tally.partition(),
              start,
              end,
              record -> {
                seen.set((int) (record.offset() - start));
                if (!suspects.contains(record.offset())) {
                  return;
                }
                LogEvent event = parser.parse(record.value(), origins.of(record)).event();
                if (event != null && event.has(LogFlags.ARCHIVE_ONLY)) {
                  archiveOnly.add(record.offset());
                }
              });
      int gap = seen.nextClearBit((int) (from - start));
      while (start + gap < end) {
        int next = seen.nextSetBit(gap);
        long gapEnd = next < 0 ? end : start + next;
        empty.add(start + gap, gapEnd - 1);
        gap = next < 0 ? (int) (end - start) : seen.nextClearBit(next);
      }
    }
  }

  @Override
  public void close() {
    if (reader != null) {
      reader.close();
    }
  }
}
