package io.weir.jobs.options;

import io.weir.model.index.PromotedFields;
import io.weir.model.log.LogLimits;
import io.weir.operators.logs.DuplicateSettings;
import io.weir.sinks.archive.ArchiveSettings;
import io.weir.sinks.deadletter.DeadLetterTopic;
import io.weir.sinks.elasticsearch.ElasticsearchConnection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.configuration.MemorySize;

/**
 * Everything that the logs job is told, checked.
 *
 * @param kafka how it reads
 * @param limits bounds of one record
 * @param duplicates what is remembered, to know duplicates by
 * @param elasticsearch the searchable store; empty when it is not written
 * @param promoted structured fields with a typed column there
 * @param bulk how documents are sent there
 * @param archive the archive; empty when it is not written
 * @param deadLetters topic that takes what could not be stored
 * @param shown every option in force as text, secrets hidden, for the log
 */
public record LogsJobOptions(
    KafkaOptions kafka,
    LogLimits limits,
    DuplicateSettings duplicates,
    Optional<ElasticsearchConnection> elasticsearch,
    PromotedFields promoted,
    BulkOptions bulk,
    Optional<ArchiveSettings> archive,
    DeadLetterTopic deadLetters,
    Map<String, String> shown) {

  private static final long MAX_DEAD_LETTER_BYTES = 1L << 30;

  private static final Option<List<Store>> STORES =
      Option.of(
          "logs.stores",
          OptionType.choices(Store.class),
          "elasticsearch, archive",
          "The stores to write. A store that is taken off the list leaves its state behind: stop"
              + " with a savepoint first, and remove that state on purpose.");

  /** Topic that takes what could not be stored. */
  public static final Option<String> DEAD_LETTERS_TOPIC =
      Option.of(
          "dead-letters.topic",
          OptionType.TEXT,
          "logs-dead-letters",
          "Topic for records that are no events and for documents that Elasticsearch refuses.");

  /** Largest dead letter. */
  public static final Option<MemorySize> DEAD_LETTERS_MAX_SIZE =
      Option.of(
          "dead-letters.max-size",
          OptionType.SIZE,
          "4 mb",
          "Largest dead letter; the payload of a longer one is cut. `CreateTopics` gives the topic"
              + " room for it. A record as JSON text in JSON is up to twice as long.");

  /** The options that are the job's own. */
  public static final OptionGroup GROUP =
      OptionGroup.of("Logs job", "", STORES, DEAD_LETTERS_TOPIC, DEAD_LETTERS_MAX_SIZE);

  /** What the logs job knows, in the order of the reference. */
  public static final List<OptionGroup> GROUPS =
      List.of(
          GROUP,
          KafkaOptions.GROUP,
          ParseOptions.PARSE,
          ParseOptions.RETENTION,
          DuplicateOptions.GROUP,
          ElasticsearchOptions.GROUP,
          PromotedOptions.GROUP,
          BulkOptions.GROUP,
          ArchiveOptions.GROUP);

  /**
   * Reads arguments and the file that they name.
   *
   * @throws InvalidOptionsException listing everything that is wrong
   */
  public static LogsJobOptions parse(String... args) {
    return read(OptionValues.read(args, GROUPS, AllOptions.GROUPS));
  }

  /**
   * Reads the options out of values that may hold others too.
   *
   * @throws InvalidOptionsException listing everything that is wrong, with what was wrong before
   */
  static LogsJobOptions read(OptionValues values) {
    Set<Store> stores = EnumSet.noneOf(Store.class);
    stores.addAll(values.require(STORES));
    KafkaOptions kafka = KafkaOptions.read(values);
    LogLimits limits = ParseOptions.read(values);
    DuplicateSettings duplicates = DuplicateOptions.read(values);
    Optional<ElasticsearchConnection> elasticsearch =
        stores.contains(Store.ELASTICSEARCH) ? ElasticsearchOptions.read(values) : Optional.empty();
    PromotedFields promoted = PromotedOptions.read(values);
    BulkOptions bulk = BulkOptions.read(values);
    Optional<ArchiveSettings> archive =
        stores.contains(Store.ARCHIVE) ? ArchiveOptions.read(values) : Optional.empty();
    String deadLettersTopic = values.require(DEAD_LETTERS_TOPIC);
    values.check(
        !kafka.topics().contains(deadLettersTopic),
        DEAD_LETTERS_TOPIC.key() + ": is one of the topics that are read");
    values.check(
        kafka.topicPattern().filter(p -> p.matcher(deadLettersTopic).matches()).isEmpty(),
        DEAD_LETTERS_TOPIC.key() + ": matches the pattern of the topics that are read");
    MemorySize deadLettersSize = values.require(DEAD_LETTERS_MAX_SIZE);
    values.check(
        deadLettersSize.getBytes() >= DeadLetterTopic.MIN_RECORD_BYTES
            && deadLettersSize.getBytes() <= MAX_DEAD_LETTER_BYTES,
        DEAD_LETTERS_MAX_SIZE.key() + ": must be 64 kb to 1 gb");
    values.throwIfInvalid();
    return new LogsJobOptions(
        kafka,
        limits,
        duplicates,
        elasticsearch,
        promoted,
        bulk,
        archive,
        new DeadLetterTopic(
            deadLettersTopic,
            kafka.clientProperties(),
            Math.toIntExact(deadLettersSize.getBytes())),
        values.shown());
  }
}
