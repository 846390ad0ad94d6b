package io.weir.jobs.audit;

import io.weir.jobs.options.RedriveOptions;
import io.weir.model.audit.TopicSpan;
import io.weir.model.deadletter.DeadLetter;
import io.weir.model.kafka.RecordOrigin;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;

/** A topic of dead letters in memory, with one partition, and what is known of Kafka's topics. */
final class TestingLetters implements LetterBatches.Source {
  static final String CODE = "it000";
  static final long HOUR = 3_600_000L;

  private final List<StoredLetter> letters = new ArrayList<>();
  private long lettersRead;

  /**
   * Adds a letter about a record that nobody could read; its offset and its time are its number.
   */
  TestingLetters unreadable(int partition, long offset, long appendTime, boolean whole) {
    return add(letter("missing_service", partition, offset, appendTime, true), whole);
  }

  /** Adds a letter about an event that the hot store refused. */
  TestingLetters refused(int partition, long offset, long appendTime) {
    return add(letter("mapping_rejected", partition, offset, appendTime, false), true);
  }

  TestingLetters add(DeadLetter letter, boolean whole) {
    letters.add(new StoredLetter(letter, letters.size(), letters.size(), whole));
    return this;
  }

  private static DeadLetter letter(
      String reason, int partition, long offset, long appendTime, boolean parse) {
    return new DeadLetter(
        new RecordOrigin("logs", CODE, partition, offset, appendTime),
        parse ? DeadLetter.Stage.PARSE : DeadLetter.Stage.WRITE,
        parse ? DeadLetter.Store.ALL : DeadLetter.Store.ELASTICSEARCH,
        reason,
        "words",
        parse ? DeadLetter.PayloadKind.RECORD : DeadLetter.PayloadKind.DOCUMENT,
        "payload".getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void read(TopicSpan span, Consumer<StoredLetter> visitor) {
    for (long offset = span.first(); offset < span.end(); offset++) {
      lettersRead++;
      visitor.accept(letters.get((int) offset));
    }
  }

  /** Returns how often a letter was read. */
  long lettersRead() {
    return lettersRead;
  }

  /** Returns all letters, in batches. */
  LetterBatches batches(int batchRecords, String... reasons) {
    return new LetterBatches(options(batchRecords, reasons), Map.of("logs", CODE), spans(), this);
  }

  /** Returns all letters as one batch. */
  SelectedLetters all() {
    return batches(1_000_000).next().orElseThrow();
  }

  /** Two, as the planner makes them of a long topic. */
  List<TopicSpan> spans() {
    long middle = letters.size() / 3;
    return List.of(
        new TopicSpan("letters", "lt000", 0, 0, middle),
        new TopicSpan("letters", "lt000", 0, middle, letters.size()));
  }

  static RedriveOptions options(int batchRecords, String... reasons) {
    return new RedriveOptions(
        Set.of(reasons),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        Long.MAX_VALUE,
        Instant.EPOCH,
        Instant.ofEpochMilli(Long.MAX_VALUE),
        batchRecords);
  }

  /** Returns topics of which Kafka has every partition from an offset on. */
  static AuditPlanner.Topics topics(long retainedFrom) {
    return new AuditPlanner.Topics(
        Map.of("logs", CODE),
        Map.of(
            new TopicPartition("logs", 0), retainedFrom,
            new TopicPartition("logs", 1), retainedFrom),
        List.of());
  }
}
