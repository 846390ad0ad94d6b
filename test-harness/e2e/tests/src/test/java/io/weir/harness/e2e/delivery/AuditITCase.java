package io.weir.harness.e2e.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.harness.deploy.JobFile;
import io.weir.harness.e2e.ScriptRun;
import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.logs.LogsPipeline;
import io.weir.harness.generate.EventTimes;
import io.weir.harness.generate.Generator;
import io.weir.harness.generate.Load;
import io.weir.harness.generate.LogStream;
import io.weir.harness.generate.Poison;
import io.weir.harness.node.JobSubmission;
import io.weir.model.deadletter.DeadLetter;
import io.weir.model.index.HotIndices;
import io.weir.model.log.Timestamps;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damage is done to the stores on purpose, and the audit has to name exactly the offsets that it
 * hit; a repair has to mend it, and the oracle of the delivery tests, which shares nothing with
 * either, has to find every event in both stores once and unaltered again. With {@code bin/test
 * --long} dead letters are then redriven after their reasons were mended, what Kafka has deleted
 * comes back from the archive, and the letters are purged.
 */
@ExtendWith(SharedNodes.class)
class AuditITCase {
  private static final boolean LONG = Boolean.getBoolean("weir.long");
  private static final int EVENTS = 12_000;

  /** Every kind twice. */
  private static final int POISON_EVERY = 300;

  private static final int REPEATS = 5;

  /** Fewer than there are letters to redrive. */
  private static final int BATCH = 10;

  @TempDir Path folder;

  private final ObjectMapper mapper = new ObjectMapper();
  private Path jobFile;
  private URI pushgateway;

  @Test
  void namesExactlyWhatWasDamagedAndARepairMendsIt(SharedNodes nodes) throws Exception {
    // Records over this size are dead letters until the limit is raised.
    try (LogsPipeline pipeline =
            new LogsPipeline(nodes, "proof-audit").option("parse.max-record-size", "2 kb").start();
        Generator generator = new Generator(nodes.kafka().bootstrapServers())) {
      jobFile = folder.resolve("job.yaml");
      pushgateway = nodes.pushgateway().uri();
      new JobFile(
              nodes.flink().restUri(),
              folder.resolve("savepoints").toUri().toString(),
              pipeline.job().submission())
          .write(jobFile);
      generator.send(
          new LogStream(
              new LogStream.Plan("audit", 7, 12, 4, POISON_EVERY),
              EventTimes.from(Clock.systemUTC())),
          Load.count(pipeline.topic().name(), EVENTS));
      sendRepeats(nodes, pipeline);
      sendRefused(nodes, pipeline);
      DeliveryOracle oracle = pipeline.oracle();
      oracle.awaitOutcomes(Duration.ofMinutes(3));
      assertThat(oracle.check().problems()).isEmpty();
      awaitCommitted(nodes, pipeline);

      Findings sound = audit(0);
      assertThat(sound.summary().path("expected").asLong()).isEqualTo(pipeline.topic().size());
      assertThat(sound.summary().path("pending").asLong()).isZero();
      assertThat(sound.summary().path("duplicates").asLong()).isEqualTo(REPEATS);
      assertThat(sound.summary().path("not_for_elasticsearch").asLong()).isEqualTo(2);

      Set<Place> deleted = deleteDocuments(nodes, pipeline, oracle);
      List<Path> files = bySize(new ArchiveRows(pipeline.archive(), pipeline.topic().name()));
      Path lost = files.get(0);
      Set<Place> lostRows = rows(lost);
      Files.delete(lost);
      Path copied = files.get(1);
      Set<Place> doubledRows = rows(copied);
      Path copy = copied.resolveSibling("batch-00000000-copy-9.parquet");
      Files.copy(copied, copy, StandardCopyOption.COPY_ATTRIBUTES);

      Findings damaged = audit(3);
      assertThat(damaged.places("elasticsearch", "missing_ranges")).isEqualTo(deleted);
      assertThat(damaged.places("elasticsearch", "doubled_ranges")).isEmpty();
      assertThat(damaged.places("archive", "missing_ranges")).isEqualTo(lostRows);
      assertThat(damaged.places("archive", "doubled_ranges")).isEqualTo(doubledRows);
      double ratio = damaged.summary().path("delivered_ratio_elasticsearch").asDouble();
      double expected = pipeline.topic().size();
      assertThat(ratio).isEqualTo((expected - deleted.size()) / expected);
      assertThat(reported(nodes, "delivered_to_elasticsearch")).isEqualTo(ratio);

      Files.delete(copy);
      ScriptRun dry = run("repair", "--dry-run");
      String counts =
          deleted.size() + " events to Elasticsearch, " + lostRows.size() + " to the archive";
      assertThat(dry.status()).as(dry.output()).isEqualTo(3);
      assertThat(dry.output()).contains("would write " + counts);
      ScriptRun repaired = run("repair");
      assertThat(repaired.status()).as(repaired.output()).isZero();
      assertThat(repaired.output()).contains("wrote " + counts);

      DeliveryReport report = oracle.check();
      System.out.println("audit: " + report);
      assertThat(report.problems()).isEmpty();
      if (LONG) {
        redrives(nodes, pipeline, oracle);
        repairsFromTheArchiveWhatKafkaNoLongerHas(nodes, pipeline);
        purges(nodes, pipeline);
      }
    }
  }

  /** Two reasons are mended: an index with a wrong mapping goes, and a limit is raised. */
  private void redrives(SharedNodes nodes, LogsPipeline pipeline, DeliveryOracle oracle)
      throws Exception {
    Set<Place> refused =
        placesOf(oracle, (entry, letter) -> letter.reason().equals("mapping_rejected"));
    assertThat(refused).hasSize(REPEATS);
    Set<Place> tooLarge =
        placesOf(oracle, (entry, letter) -> letter.reason().equals("record_too_large"));
    Set<Place> deep =
        placesOf(
            oracle, (entry, letter) -> entry.poison().equals(Optional.of(Poison.DEEP_NESTING)));
    assertThat(tooLarge)
        .as("one that is short enough is refused for another reason")
        .containsAll(deep);
    assertThat(placesOf(oracle, (entry, letter) -> letter.detail().contains("are kept here")))
        .as("letters that have the beginning only: Kafka has the record")
        .isNotEmpty();
    tooLarge.removeAll(deep);
    int letters = refused.size() + tooLarge.size() + deep.size();
    assertThat(letters).isGreaterThan(BATCH);
    assertThat(documents(nodes, pipeline)).doesNotContainAnyElementsOf(refused);

    nodes.elasticsearch().send("DELETE", "/" + refusingIndex(), "");
    List<String> arguments = new ArrayList<>(pipeline.job().submission().arguments());
    arguments.set(arguments.indexOf("--parse.max-record-size") + 1, "8 mb");
    JobFile job = JobFile.read(jobFile);
    job.withSubmission(
            JobSubmission.of(
                    pipeline.job().submission().jar(),
                    pipeline.job().submission().mainClass(),
                    arguments)
                .withFlinkConfiguration(pipeline.job().submission().flinkConfiguration()))
        .write(jobFile);

    ScriptRun first =
        script(
            "redrive",
            "--reason",
            "mapping_rejected,record_too_large",
            "--batch-records",
            Integer.toString(BATCH));
    assertThat(first.output())
        .contains("so far: " + BATCH + " records selected; wrote ")
        .contains(
            letters
                + " records selected; wrote "
                + (refused.size() + tooLarge.size())
                + " to Elasticsearch and "
                + tooLarge.size()
                + " to the archive")
        .contains(deep.size() + " of them are still not where they belong");
    assertThat(first.status()).as(first.output()).isEqualTo(3);
    assertThat(documents(nodes, pipeline)).containsAll(refused).containsAll(tooLarge);
    assertThat(script("redrive").output())
        .contains("wrote 0 to Elasticsearch and 0 to the archive");
  }

  private static Set<Place> placesOf(
      DeliveryOracle oracle, BiPredicate<LedgerEntry, DeadLetter> wanted) {
    return oracle.entries().stream()
        .filter(
            entry -> entry.deadLetters().stream().anyMatch(letter -> wanted.test(entry, letter)))
        .map(LedgerEntry::place)
        .collect(places());
  }

  private Set<Place> documents(SharedNodes nodes, LogsPipeline pipeline) {
    Set<Place> found = new TreeSet<>(order());
    new ElasticsearchDocuments(nodes.elasticsearch(), pipeline.topic().name())
        .read(document -> found.add(document.event().place()));
    return found;
  }

  /** Letters older than a time go, and with them what they accounted for. */
  private void purges(SharedNodes nodes, LogsPipeline pipeline) throws Exception {
    TopicPartition letters = new TopicPartition(pipeline.deadLetters().name(), 0);
    long written = pipeline.deadLetters().size();
    ScriptRun none = script("purge", "--before", "2001-09-09T01:46:40Z");
    assertThat(none.status()).as(none.output()).isZero();
    assertThat(none.output()).as("nothing is that old").contains("deleted 0 dead letters");
    assertThat(earliest(nodes, letters)).isZero();

    ScriptRun all = script("purge", "--before", now().toString());

    assertThat(all.status()).as(all.output()).isZero();
    assertThat(all.output())
        .contains("deleted " + letters + " up to offset " + written)
        .contains("deleted " + written + " dead letters");
    assertThat(earliest(nodes, letters)).isEqualTo(written);
    assertThat(audit(3).summary().path("missing_in_archive").asLong())
        .as("what the letters accounted for")
        .isPositive();
    Set<Place> before = documents(nodes, pipeline);
    ScriptRun refused = run("repair");
    assertThat(refused.status()).as(refused.output()).isEqualTo(1);
    assertThat(refused.output()).contains("nothing was written").contains("without-letters");
    assertThat(documents(nodes, pipeline)).as("no dropped duplicate comes back").isEqualTo(before);
  }

  private static long earliest(SharedNodes nodes, TopicPartition partition) throws Exception {
    try (Admin admin = nodes.kafka().admin()) {
      return admin
          .listOffsets(Map.of(partition, OffsetSpec.earliest()))
          .partitionResult(partition)
          .get(30, TimeUnit.SECONDS)
          .offset();
    }
  }

  private void repairsFromTheArchiveWhatKafkaNoLongerHas(SharedNodes nodes, LogsPipeline pipeline)
      throws Exception {
    TopicPartition partition = new TopicPartition(pipeline.topic().name(), 3);
    Set<Place> before = documents(nodes, pipeline);
    long half = before.stream().filter(place -> place.partition() == 3).count() / 2;
    try (Admin admin = nodes.kafka().admin()) {
      admin
          .deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(half)))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
    delete(nodes, pipeline, 3, half - 60, half + 20);
    Set<Place> deleted = new TreeSet<>(order());
    deleted.addAll(before);
    deleted.removeAll(documents(nodes, pipeline));
    assertThat(deleted.size()).isGreaterThan(60);

    ScriptRun repaired = run("repair");
    assertThat(repaired.status())
        .as("nothing else is missing, and nothing doubled: " + repaired.output())
        .isZero();
    assertThat(repaired.output())
        .contains("wrote " + deleted.size() + " events to Elasticsearch, 0 to the archive");
    assertThat(documents(nodes, pipeline)).isEqualTo(before);
  }

  private static String refusingIndex() {
    return HotIndices.hourly(Timestamps.parse(refusedTime()));
  }

  private static String refusedTime() {
    return now().minus(Duration.ofHours(30)).truncatedTo(ChronoUnit.HOURS).toString();
  }

  /** An index that is there already takes the service for a number. */
  private static void sendRefused(SharedNodes nodes, LogsPipeline pipeline) {
    nodes
        .elasticsearch()
        .send(
            "PUT",
            "/" + refusingIndex(),
            "{\"mappings\":{\"properties\":{\"service\":{\"type\":\"integer\"}}}}");
    List<String> events = new ArrayList<>();
    for (int i = 0; i < REPEATS; i++) {
      events.add(
          """
          {"timestamp":"%s","service":"refused","host":"h-1","level":"INFO","message":"refused %d"}\
          """
              .formatted(refusedTime(), i));
    }
    send(nodes, pipeline, "refused", events);
  }

  /** Events whose ids come again: the second one of each is dropped. */
  private static void sendRepeats(SharedNodes nodes, LogsPipeline pipeline) {
    List<String> events = new ArrayList<>();
    for (int i = 0; i < 2 * REPEATS; i++) {
      events.add(
          """
          {"timestamp":"%s","service":"twice","host":"h-1","level":"INFO","id":"id-%d","message":"once"}\
          """
              .formatted(now(), i / 2));
    }
    send(nodes, pipeline, "twice", events);
  }

  private static void send(
      SharedNodes nodes, LogsPipeline pipeline, String key, List<String> events) {
    Map<String, Object> properties =
        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, nodes.kafka().bootstrapServers());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (String event : events) {
        producer.send(
            new ProducerRecord<>(
                pipeline.topic().name(),
                key.getBytes(StandardCharsets.UTF_8),
                event.getBytes(StandardCharsets.UTF_8)));
      }
    }
  }

  /** As far as DuckDB, by which the oracle reads, tells times apart. */
  private static Instant now() {
    return Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /** What the job has not passed with a checkpoint is pending, not missing. */
  private static void awaitCommitted(SharedNodes nodes, LogsPipeline pipeline) throws Exception {
    try (Admin admin = nodes.kafka().admin()) {
      await("the job's group has committed the end of the topic")
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  admin
                          .listConsumerGroupOffsets(pipeline.topic().name())
                          .partitionsToOffsetAndMetadata()
                          .get(30, TimeUnit.SECONDS)
                          .values()
                          .stream()
                          .mapToLong(offset -> offset.offset())
                          .sum()
                      == pipeline.topic().size());
    }
  }

  private static Set<Place> deleteDocuments(
      SharedNodes nodes, LogsPipeline pipeline, DeliveryOracle oracle) {
    Predicate<Place> range = place -> place.partition() == 1 && inside(place, 100, 180);
    Predicate<Place> one = place -> place.partition() == 2 && inside(place, 17, 18);
    delete(nodes, pipeline, 1, 100, 180);
    delete(nodes, pipeline, 2, 17, 18);
    Set<Place> deleted =
        oracle.entries().stream()
            .filter(entry -> !entry.documents().isEmpty())
            .map(LedgerEntry::place)
            .filter(range.or(one))
            .collect(places());
    assertThat(deleted.size()).isGreaterThan(60);
    return deleted;
  }

  private static boolean inside(Place place, long first, long end) {
    return place.offset() >= first && place.offset() < end;
  }

  /** One by one: this node has no module that deletes by a query. */
  private static void delete(
      SharedNodes nodes, LogsPipeline pipeline, int partition, long first, long end) {
    StringBuilder bulk = new StringBuilder();
    new ElasticsearchDocuments(nodes.elasticsearch(), pipeline.topic().name())
        .read(
            document -> {
              Place place = document.event().place();
              if (place.partition() == partition && inside(place, first, end)) {
                bulk.append(
                    "{\"delete\":{\"_index\":\"%s\",\"_id\":\"%s\"}}\n"
                        .formatted(document.index(), document.id()));
              }
            });
    nodes.elasticsearch().send("POST", "/_bulk?refresh=true", bulk.toString());
  }

  private static List<Path> bySize(ArchiveRows archive) {
    return archive.files().stream()
        .sorted(Comparator.comparingLong((Path file) -> file.toFile().length()).reversed())
        .toList();
  }

  private static Set<Place> rows(Path file) throws SQLException {
    Set<Place> places = new TreeSet<>(order());
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select kafka_partition, kafka_offset from read_parquet('" + file + "')")) {
      while (row.next()) {
        places.add(new Place(row.getInt(1), row.getLong(2)));
      }
    }
    assertThat(places).isNotEmpty();
    return places;
  }

  private static Comparator<Place> order() {
    return Comparator.comparingInt(Place::partition).thenComparingLong(Place::offset);
  }

  private static java.util.stream.Collector<Place, ?, Set<Place>> places() {
    return Collectors.toCollection(() -> new TreeSet<>(order()));
  }

  private double reported(SharedNodes nodes, String ratio) throws IOException {
    for (JsonNode group : nodes.pushgateway().pushed()) {
      if (group.path("labels").path("run").asText().equals("AuditJob")) {
        for (JsonNode sample : group.path("weir_run_ratio").path("metrics")) {
          if (sample.path("labels").path("of").asText().equals(ratio)) {
            return sample.path("value").asDouble();
          }
        }
      }
    }
    throw new AssertionError("no ratio " + ratio + " was reported");
  }

  private Findings audit(int status) throws Exception {
    ScriptRun result = run("audit", "--json", "--pushgateway", pushgateway.toString());
    assertThat(result.status()).as(result.output()).isEqualTo(status);
    List<JsonNode> lines = new ArrayList<>();
    for (String line : result.output().lines().toList()) {
      if (line.startsWith("{")) {
        lines.add(mapper.readTree(line));
      }
    }
    return new Findings(lines);
  }

  /** The lines of a report, the summary last. */
  private record Findings(List<JsonNode> lines) {
    JsonNode summary() {
      JsonNode last = lines.get(lines.size() - 1);
      assertThat(last.path("type").asText()).isEqualTo("summary");
      return last;
    }

    Set<Place> places(String store, String ranges) {
      Set<Place> places = new TreeSet<>(order());
      for (JsonNode line : lines) {
        for (JsonNode range : line.path(store).path(ranges)) {
          for (long at = range.get(0).asLong(); at <= range.get(1).asLong(); at++) {
            places.add(new Place(line.path("partition").asInt(), at));
          }
        }
      }
      return places;
    }
  }

  /** Nothing is on its way: the oracle has seen all of it. */
  private ScriptRun run(String script, String... flags) throws Exception {
    List<String> all = new ArrayList<>(List.of("--settle", "0 s"));
    all.addAll(List.of(flags));
    return script(script, all.toArray(String[]::new));
  }

  private ScriptRun script(String script, String... flags) throws Exception {
    List<Object> arguments = new ArrayList<>(List.of(jobFile));
    arguments.addAll(List.of(flags));
    return ScriptRun.ofBin(folder, script, arguments.toArray());
  }
}
