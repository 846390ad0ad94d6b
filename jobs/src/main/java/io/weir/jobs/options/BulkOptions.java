package io.weir.jobs.options;

import io.weir.sinks.elasticsearch.ElasticsearchSinkBuilder;
import java.time.Duration;
import org.apache.flink.configuration.MemorySize;

/**
 * How documents are sent to Elasticsearch, by each writer.
 *
 * @param maxSize most bytes of a request
 * @param maxDocuments most documents of a request
 * @param maxInFlight most requests under way
 * @param maxWait longest time a document waits for its request to fill
 * @param maxBufferedSize most bytes waiting
 * @param maxBufferedDocuments most documents waiting
 * @param initialBackoff first pause after Elasticsearch lacked capacity
 * @param maxBackoff longest pause
 * @param maxUnexplainedAttempts attempts for errors that nobody can interpret
 * @param rejectionPercent share of documents rejected for one reason that fails the job
 * @param rejectionMinimum least number of documents to judge by
 * @param gzip whether requests are compressed
 */
public record BulkOptions(
    MemorySize maxSize,
    int maxDocuments,
    int maxInFlight,
    Duration maxWait,
    MemorySize maxBufferedSize,
    int maxBufferedDocuments,
    Duration initialBackoff,
    Duration maxBackoff,
    int maxUnexplainedAttempts,
    int rejectionPercent,
    int rejectionMinimum,
    boolean gzip) {

  private static final Option<MemorySize> MAX_SIZE =
      Option.of(
          "elasticsearch.bulk.max-size",
          OptionType.SIZE,
          "5 mb",
          "Most bytes of one bulk request, and of one document. A longer document is a dead"
              + " letter. Much smaller requests cost Elasticsearch CPU.");

  private static final Option<Integer> MAX_DOCUMENTS =
      Option.of(
          "elasticsearch.bulk.max-documents",
          OptionType.integer(1, 1_000_000),
          "20000",
          "Most documents of one bulk request.");

  private static final Option<Integer> MAX_IN_FLIGHT =
      Option.of(
          "elasticsearch.bulk.max-in-flight",
          OptionType.integer(1, 100),
          "3",
          "Most requests of one writer under way at once; fewer while Elasticsearch lacks"
              + " capacity.");

  private static final Option<Duration> MAX_WAIT =
      Option.of(
          "elasticsearch.bulk.max-wait",
          OptionType.DURATION,
          "1 s",
          "Longest time a document waits for its request to fill.");

  private static final Option<MemorySize> MAX_BUFFERED_SIZE =
      Option.of(
          "elasticsearch.bulk.max-buffered-size",
          OptionType.SIZE,
          "20 mb",
          "Bytes that may wait in one writer before it stops taking events. What is under way"
              + " comes on top.");

  private static final Option<Integer> MAX_BUFFERED_DOCUMENTS =
      Option.of(
          "elasticsearch.bulk.max-buffered-documents",
          OptionType.integer(2, 10_000_000),
          "60000",
          "Documents that may wait in one writer before it stops taking events; more than"
              + " `elasticsearch.bulk.max-documents`.");

  private static final Option<Duration> INITIAL_BACKOFF =
      Option.of(
          "elasticsearch.bulk.initial-backoff",
          OptionType.DURATION,
          "200 ms",
          "First pause after Elasticsearch lacked capacity; doubles, with jitter.");

  private static final Option<Duration> MAX_BACKOFF =
      Option.of(
          "elasticsearch.bulk.max-backoff", OptionType.DURATION, "15 s", "Longest such pause.");

  private static final Option<Integer> MAX_UNEXPLAINED_ATTEMPTS =
      Option.of(
          "elasticsearch.bulk.max-unexplained-attempts",
          OptionType.integer(1, 1000),
          "5",
          "How often a document may meet a defect of Elasticsearch (a `null_pointer_exception`,"
              + " say) before it becomes a dead letter. Every other status of 500 and above is"
              + " waited for, however long it lasts.");

  private static final Option<Integer> REJECTION_PERCENT =
      Option.of(
          "elasticsearch.bulk.fail-on-rejections.percent",
          OptionType.integer(1, 100),
          "50",
          "When this share of documents is rejected for one and the same reason, the fault is not"
              + " theirs: the job fails instead of draining the stream into dead letters.");

  private static final Option<Integer> REJECTION_MINIMUM =
      Option.of(
          "elasticsearch.bulk.fail-on-rejections.minimum",
          OptionType.integer(1, 10_000_000),
          "200",
          "Least number of documents to judge that by.");

  private static final Option<Boolean> GZIP =
      Option.of(
          "elasticsearch.bulk.gzip",
          OptionType.BOOLEAN,
          "false",
          "Whether requests are compressed. For slow networks only: it costs more CPU than"
              + " everything else in the job together.");

  static final OptionGroup GROUP =
      OptionGroup.of(
          "Elasticsearch: bulk requests",
          "Each applies to one writer, of which there are as many as the job's parallelism.",
          MAX_SIZE,
          MAX_DOCUMENTS,
          MAX_IN_FLIGHT,
          MAX_WAIT,
          MAX_BUFFERED_SIZE,
          MAX_BUFFERED_DOCUMENTS,
          INITIAL_BACKOFF,
          MAX_BACKOFF,
          MAX_UNEXPLAINED_ATTEMPTS,
          REJECTION_PERCENT,
          REJECTION_MINIMUM,
          GZIP);

  static BulkOptions read(OptionValues values) {
    BulkOptions bulk =
        new BulkOptions(
            values.require(MAX_SIZE),
            values.require(MAX_DOCUMENTS),
            values.require(MAX_IN_FLIGHT),
            values.require(MAX_WAIT),
            values.require(MAX_BUFFERED_SIZE),
            values.require(MAX_BUFFERED_DOCUMENTS),
            values.require(INITIAL_BACKOFF),
            values.require(MAX_BACKOFF),
            values.require(MAX_UNEXPLAINED_ATTEMPTS),
            values.require(REJECTION_PERCENT),
            values.require(REJECTION_MINIMUM),
            values.require(GZIP));
    values.check(
        bulk.maxBufferedDocuments > bulk.maxDocuments,
        MAX_BUFFERED_DOCUMENTS.key() + ": must be more than " + MAX_DOCUMENTS.key());
    values.check(
        bulk.maxBufferedSize.compareTo(bulk.maxSize) >= 0,
        MAX_BUFFERED_SIZE.key() + ": must be at least " + MAX_SIZE.key());
    values.check(
        bulk.maxBackoff.compareTo(bulk.initialBackoff) >= 0,
        MAX_BACKOFF.key() + ": must be at least " + INITIAL_BACKOFF.key());
    return bulk;
  }

  /** Hands the options to a sink's builder. */
  public <T> ElasticsearchSinkBuilder<T> applyTo(ElasticsearchSinkBuilder<T> builder) {
    return builder
        .setMaxBatchSizeInBytes(maxSize.getBytes())
        .setMaxRecordSizeInBytes(maxSize.getBytes())
        .setMaxBatchSize(maxDocuments)
        .setMaxInFlightRequests(maxInFlight)
        .setMaxTimeInBufferMS(maxWait.toMillis())
        .setMaxBufferedRequests(maxBufferedDocuments)
        .setMaxBufferedBytes(maxBufferedSize.getBytes())
        .setBackoff(initialBackoff, maxBackoff)
        .setMaxUnexplainedAttempts(maxUnexplainedAttempts)
        .setFailOnRejections(rejectionPercent / 100.0, rejectionMinimum)
        .setCompression(gzip);
  }
}
