package io.weir.harness.e2e.delivery;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.weir.harness.generate.Generator;
import io.weir.harness.generate.LoadReport;
import io.weir.harness.generate.LogStream;
import io.weir.harness.generate.Poison;
import io.weir.harness.node.ElasticsearchNode;
import io.weir.model.deadletter.DeadLetter;
import io.weir.model.deadletter.DeadLetter.Store;
import io.weir.model.json.DeadLetterJson;
import io.weir.model.kafka.EventId;
import io.weir.model.kafka.TopicCode;
import io.weir.model.log.LogFlags;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.Header;

/**
 * Decides whether every record of a topic ended, for each store separately, in exactly one of:
 * stored once and unaltered; dead letter; excluded by policy. It reads the topic, Elasticsearch,
 * the archive's files and the dead letters whole, each with a plain client, and works out by itself
 * what a sound event has to look like in the stores.
 */
public final class DeliveryOracle {
  private static final int MOST_PROBLEMS = 30;

  private final KafkaTopic topic;
  private final KafkaTopic deadLetters;
  private final ElasticsearchNode elasticsearch;
  private final Path archive;
  private final Duration hotRetention;
  private final ObjectMapper mapper = new ObjectMapper();

  private final Map<Place, LedgerEntry> ledger = new LinkedHashMap<>();
  private final Map<String, BitSet> sequences = new TreeMap<>();
  private final Map<String, Long> lettersByReason = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();
  private long problemCount;
  private String topicCode;
  private boolean producersRepeat;

  /**
   * Makes an oracle.
   *
   * @param archive folder of the archive's root
   * @param hotRetention events older than this when Kafka took them belong into the archive only
   */
  public DeliveryOracle(
      KafkaTopic topic,
      KafkaTopic deadLetters,
      ElasticsearchNode elasticsearch,
      Path archive,
      Duration hotRetention) {
    this.topic = topic;
    this.deadLetters = deadLetters;
    this.elasticsearch = elasticsearch;
    this.archive = archive;
    this.hotRetention = hotRetention;
  }

  /** Allows that an event of a producer stands in the topic twice: it was sent again. */
  public DeliveryOracle producersRepeat() {
    producersRepeat = true;
    return this;
  }

  /**
   * Waits until as many records have an outcome in each store as the topic holds, by counts alone:
   * whether they are the right ones, {@link #check} says. How long that takes is the machine's
   * business.
   *
   * @param stall fails when so much time passes without any progress
   */
  public void awaitOutcomes(Duration stall) {
    awaitOutcomes(topic.size(), stall);
  }

  /**
   * Waits for the outcomes of so many records, while more may come.
   *
   * @param stall fails when so much time passes without any progress
   */
  public void awaitOutcomes(long input, Duration stall) {
    Outcomes[] last = {null};
    long[] changedAt = {System.nanoTime()};
    await("every one of " + input + " records has an outcome in each store")
        .atMost(Duration.ofHours(1))
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              Outcomes now = outcomes(last[0]);
              if (!now.equals(last[0])) {
                last[0] = now;
                changedAt[0] = System.nanoTime();
              } else if (System.nanoTime() - changedAt[0] > stall.toNanos()) {
                throw new AssertionError(
                    "no progress for %d s: of %d records there are %s"
                        .formatted(stall.toSeconds(), input, now));
              }
              return now.inElasticsearch() >= input && now.inArchive() >= input;
            });
  }

  /**
   * How many records have an outcome.
   *
   * @param letters size of the dead letters' topic
   * @param deadForElasticsearch records with a dead letter for Elasticsearch
   * @param deadForArchive records with a dead letter for the archive
   * @param inElasticsearch records with an outcome there
   * @param inArchive records with an outcome there
   */
  private record Outcomes(
      long letters,
      long deadForElasticsearch,
      long deadForArchive,
      long inElasticsearch,
      long inArchive) {}

  private Outcomes outcomes(Outcomes last) {
    long letters = deadLetters.size();
    long deadForElasticsearch;
    long deadForArchive;
    if (last != null && last.letters() == letters) {
      deadForElasticsearch = last.deadForElasticsearch();
      deadForArchive = last.deadForArchive();
    } else {
      Set<Place> elasticsearchPlaces = new HashSet<>();
      Set<Place> archivePlaces = new HashSet<>();
      deadLetters.read(
          record -> {
            DeadLetter letter = DeadLetterJson.decode(record.value());
            Place place = new Place(letter.origin().partition(), letter.origin().offset());
            if (letter.origin().topic().equals(topic.name())) {
              if (letter.store() != Store.ARCHIVE) {
                elasticsearchPlaces.add(place);
              }
              if (letter.store() != Store.ELASTICSEARCH) {
                archivePlaces.add(place);
              }
            }
          });
      deadForElasticsearch = elasticsearchPlaces.size();
      deadForArchive = archivePlaces.size();
    }
    ArchiveRows.Counts rows = new ArchiveRows(archive, topic.name()).count();
    long documents = new ElasticsearchDocuments(elasticsearch, topic.name()).count();
    return new Outcomes(
        letters,
        deadForElasticsearch,
        deadForArchive,
        documents + rows.archiveOnly() + deadForElasticsearch,
        rows.rows() + deadForArchive);
  }

  /** Reads everything and compares. */
  public DeliveryReport check() {
    ledger.clear();
    sequences.clear();
    lettersByReason.clear();
    problems.clear();
    problemCount = 0;
    Uuid id = topic.id();
    topicCode = TopicCode.of(id.getMostSignificantBits(), id.getLeastSignificantBits());
    topic.read(this::input);
    long repeats = readDeadLetters();
    long documents = readDocuments();
    ArchiveRows archiveRows = new ArchiveRows(archive, topic.name());
    long[] rows = new long[2];
    archiveRows.read(
        event -> {
          rows[0]++;
          rows[1] += (event.flags() & LogFlags.ARCHIVE_ONLY) != 0 ? 1 : 0;
          row(event);
        });
    ledger.values().forEach(this::judge);
    return new DeliveryReport(
        ledger.size(),
        documents,
        rows[0],
        archiveRows.files().size(),
        rows[1],
        Map.copyOf(lettersByReason),
        repeats,
        problemCount,
        List.copyOf(problems));
  }

  /** Returns what became of each record, in the order of the topic's partitions. */
  public Collection<LedgerEntry> entries() {
    return ledger.values();
  }

  /**
   * Returns what the topic lacks of a generator's report, or has too much: between generator and
   * Kafka, too, nothing may be lost or doubled.
   */
  public List<String> compareWith(LoadReport report) {
    List<String> differences = new ArrayList<>();
    report
        .sources()
        .forEach(
            (source, count) -> {
              BitSet seen = sequences.getOrDefault(source, new BitSet());
              if (seen.cardinality() != count || seen.length() != count) {
                differences.add(
                    "source %s: %d events were acknowledged, the topic has %d, the first gap is %d"
                        .formatted(source, count, seen.cardinality(), seen.nextClearBit(0)));
              }
            });
    return differences;
  }

  private void input(ConsumerRecord<byte[], byte[]> record) {
    Place place = new Place(record.partition(), record.offset());
    Header header = record.headers().lastHeader(Generator.POISON_HEADER);
    if (header != null) {
      Poison poison = Poison.valueOf(new String(header.value(), StandardCharsets.UTF_8));
      ledger.put(place, new LedgerEntry(place, poison, null));
      return;
    }
    ledger.put(place, new LedgerEntry(place, null, expectedContent(record, place)));
  }

  /** The specification once more, for the plain shape only and with the simplest means. */
  private String expectedContent(ConsumerRecord<byte[], byte[]> record, Place place) {
    try {
      JsonNode json = mapper.readTree(record.value());
      JsonNode fields = json.path("fields");
      JsonNode source = fields.path(LogStream.SOURCE_FIELD);
      if (source.isTextual()) {
        BitSet seen = sequences.computeIfAbsent(source.textValue(), key -> new BitSet());
        int sequence = fields.path(LogStream.SEQUENCE_FIELD).asInt();
        if (seen.get(sequence) && !producersRepeat) {
          problem(place, "the topic holds number " + sequence + " of " + source + " twice");
        }
        seen.set(sequence);
      }
      if (!json.path("level").isTextual() || !json.path("timestamp").isTextual()) {
        return null;
      }
      Instant time = Instant.parse(json.path("timestamp").textValue());
      boolean old = time.isBefore(Instant.ofEpochMilli(record.timestamp()).minus(hotRetention));
      StoredEvent expected =
          new StoredEvent(
              place,
              topicCode,
              time.getEpochSecond() * 1_000_000_000L + time.getNano(),
              json.path("service").textValue(),
              json.path("host").textValue(),
              json.path("region").textValue(),
              json.path("level").textValue(),
              json.path("message").textValue(),
              fields.isObject() ? fields : JsonNodeFactory.instance.objectNode(),
              json.path("id").textValue(),
              null,
              old ? LogFlags.ARCHIVE_ONLY : 0,
              record.timestamp());
      if (expected.isDamaged()) {
        problem(place, "the checksum does not hold in the topic already");
      }
      return expected.content();
    } catch (IOException | DateTimeParseException e) {
      problem(place, "not a sound event, and not marked as poison: " + e);
      return null;
    }
  }

  private long readDeadLetters() {
    long[] repeats = new long[1];
    deadLetters.read(
        record -> {
          DeadLetter letter = DeadLetterJson.decode(record.value());
          if (!letter.origin().topic().equals(topic.name())) {
            return;
          }
          Place place = new Place(letter.origin().partition(), letter.origin().offset());
          LedgerEntry entry = ledger.get(place);
          if (entry == null) {
            problem(place, "a dead letter of a record that is not in the topic: " + letter);
          } else if (entry.deadLetter(letter)) {
            lettersByReason.merge(
                letter.store().name().toLowerCase(Locale.ROOT) + " " + letter.reason(),
                1L,
                Long::sum);
          } else {
            repeats[0]++;
          }
        });
    return repeats[0];
  }

  private long readDocuments() {
    long[] count = new long[1];
    new ElasticsearchDocuments(elasticsearch, topic.name())
        .read(
            document -> {
              count[0]++;
              StoredEvent event = document.event();
              LedgerEntry entry = found(event, "Elasticsearch");
              if (entry == null) {
                return;
              }
              String id =
                  EventId.encode(topicCode, event.place().partition(), event.place().offset());
              if (!document.id().equals(id)) {
                problem(event.place(), "document id is " + document.id() + ", not " + id);
              }
              entry.document(document.index(), event);
            });
    return count[0];
  }

  private void row(StoredEvent event) {
    LedgerEntry entry = found(event, "the archive");
    if (entry != null) {
      entry.row(event);
    }
  }

  private LedgerEntry found(StoredEvent event, String store) {
    LedgerEntry entry = ledger.get(event.place());
    if (entry == null) {
      problem(event.place(), store + " has an event of a record that is not in the topic");
      return null;
    }
    entry
        .difference(event)
        .ifPresent(how -> problem(event.place(), "altered in " + store + ": " + how));
    if (event.isDamaged()) {
      problem(event.place(), "the checksum does not hold in " + store);
    }
    return entry;
  }

  private void judge(LedgerEntry entry) {
    boolean archiveOnly =
        entry.stored().filter(event -> (event.flags() & LogFlags.ARCHIVE_ONLY) != 0).isPresent();
    judge(
        entry,
        "Elasticsearch",
        entry.documents().size(),
        entry.isDeadFor(Store.ELASTICSEARCH),
        archiveOnly);
    judge(entry, "the archive", entry.rows(), entry.isDeadFor(Store.ARCHIVE), false);
  }

  private void judge(LedgerEntry entry, String store, int stored, boolean dead, boolean excluded) {
    String kind = entry.poison().map(poison -> " (" + poison + ")").orElse("");
    if (stored > 1) {
      problem(entry.place(), "doubled: " + stored + " times in " + store + kind);
    }
    int outcomes = Math.min(1, stored) + (dead ? 1 : 0) + (excluded ? 1 : 0);
    if (outcomes == 0) {
      problem(entry.place(), "missing in " + store + " without a dead letter" + kind);
    } else if (outcomes > 1) {
      problem(
          entry.place(),
          "contradictory for %s%s: stored %d times, dead %s, excluded %s"
              .formatted(store, kind, stored, dead, excluded));
    }
  }

  private void problem(Place place, String what) {
    problemCount++;
    if (problems.size() < MOST_PROBLEMS) {
      problems.add(place + ": " + what);
    }
  }
}
