package io.weir.harness.e2e.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.node.ElasticsearchNode;
import io.weir.harness.node.GatewayProcess;
import io.weir.harness.node.KafkaBroker;
import io.weir.harness.node.ObjectStore;
import io.weir.model.index.HotIndices;
import io.weir.model.index.PromotedFields;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLevel;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The search role of the shipped gateway in front of a real Elasticsearch and a real archive. */
@ExtendWith(SharedNodes.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewaySearchITCase {
  private static final String TOPIC = "gateway-search";
  private static final String BUCKET = "gateway-archive";
  private static final Instant NOON = Instant.parse("2026-03-29T12:00:00Z");
  private static final String PROMOTED = "user_id=long, duration_ms=double, tenant.name=keyword";
  private static final String NOON_RANGE = "&from=2026-03-29T12:00Z&to=2026-03-29T12:10Z";

  private ElasticsearchNode elasticsearch;
  private HotLogs logs;
  private GatewayProcess gateway;
  private Api api;

  @BeforeAll
  void start(
      SharedNodes nodes,
      KafkaBroker kafka,
      ElasticsearchNode sharedElasticsearch,
      ObjectStore objectStore)
      throws Exception {
    elasticsearch = sharedElasticsearch;
    try (Admin admin = kafka.admin()) {
      admin
          .createTopics(List.of(new NewTopic(TOPIC, 2, (short) 1)))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
    objectStore.createBucket(BUCKET);
    logs =
        new HotLogs(elasticsearch, TOPIC, PromotedFields.parse(List.of(PROMOTED.split(", "))))
            .withTemplate();
    gateway =
        GatewayProcess.builder(nodes.directories())
            .name("gateway-search")
            .option("kafka.bootstrap-servers", kafka.bootstrapServers())
            .option("kafka.logs-topic", TOPIC)
            .option("elasticsearch.hosts", elasticsearch.uri().toString())
            .option("elasticsearch.promoted-fields", PROMOTED)
            .option("archive.uri", "s3://" + BUCKET + "/logs")
            .option("archive.s3.endpoint", objectStore.endpoint().toString())
            .option("archive.s3.access-key", ObjectStore.ACCESS_KEY)
            .option("archive.s3.secret-key", ObjectStore.SECRET_KEY)
            .option("archive.s3.path-style", "true")
            .build();
    gateway.start();
    writeEventsAtNoon();
    writeArchive(objectStore.bucketFolder(BUCKET));
    gateway.awaitReady();
    api = new Api(gateway);
  }

  @AfterAll
  void stop() {
    if (gateway != null) {
      gateway.close();
    }
  }

  private void writeEventsAtNoon() {
    List<LogEvent> events = new ArrayList<>();
    String[] messages = {
      "Connection refused by card-processor",
      "refused: the connection was closed",
      "health check passed",
      "GET /health 200",
      "card declined"
    };
    for (int i = 0; i < messages.length; i++) {
      events.add(
          logs.event(
              NOON.plusSeconds(i).plusNanos(i),
              i,
              "noon-payments",
              i == 4 ? null : "web-" + i % 2,
              LogLevel.values()[i + 1],
              messages[i],
              "{\"user_id\":"
                  + (40 + i)
                  + ",\"http\":{\"status\":"
                  + (500 + i % 2)
                  + "},\"duration_ms\":"
                  + (i == 3 ? "\"n/a\"" : i * 2.5)
                  + ",\"tenant\":{\"name\":\"t"
                  + i % 3
                  + "\"}}"));
    }
    events.add(logs.event(NOON.plusSeconds(1), 5, "noon-checkout", LogLevel.INFO, "health"));
    logs.index(events);
  }

  /** DuckDB writes the files: the footers that the gateway reads are none of our making. */
  private static void writeArchive(Path bucket) throws Exception {
    Path folder = bucket.resolve("logs/date=2026-03-29/hour=12/service=noon-payments");
    Files.createDirectories(folder);
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckdb.createStatement()) {
      for (int rows : new int[] {5, 7}) {
        statement.execute(
            "COPY (SELECT range AS n FROM range("
                + rows
                + ")) TO '"
                + folder.resolve("batch-x-" + rows + ".parquet")
                + "' (FORMAT parquet)");
      }
    }
  }

  // ---- filters ----

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"connection refused\"             | 0",
        "connection refused                 | 0 1",
        "conn*                              | 0 1",
        "CARD                               | 0 4",
        "card-processor                     | 0",
        "-health                            | 0 1 4",
        "health -\"health check\"           | 3",
        "user_id:42                         | 2",
        "fields.user_id:42                  | 2",
        "http.status:500                    | 0 2 4",
        "http:*                             | 0 1 2 3 4",
        "nothing:*                          | ",
        "user_id:4*                         | 0 1 2 3 4",
        "host:web-0                         | 0 2",
        "-host:*                            | 4",
        "user_id:>=42                       | 2 3 4",
        "user_id:[41 TO 43}                 | 1 2",
        "-user_id:>41                       | 0 1",
        "user_id:42.0                       | 2",
        "duration_ms:<3                     | 0 1",
        "duration_ms:[2.5 TO *]             | 1 2 4",
        "duration_ms:5                      | 2",
        "duration_ms:n/a                    | 3",
        "duration_ms:*                      | 0 1 2 3 4",
        "tenant.name:[t1 TO t2]             | 1 2 4",
        "tenant.name:t1                     | 1 4",
        "level:(DEBUG OR WARN)              | 0 2",
        "level:>=ERROR                      | 3 4",
        "level:{DEBUG TO ERROR}             | 1 2",
        "kafka_offset:[1 TO 2]              | 1 2",
        "timestamp:<=2026-03-29T12:00:01Z   | 0",
        "timestamp:<=2026-03-29T12:00:01.000000001Z | 0 1",
        "region:eu-1 AND (card OR get)      | 0 3 4"
      })
  void findsWhatTheQuerySays(String query, String offsets) {
    List<Long> expected =
        offsets == null || offsets.isBlank()
            ? List.of()
            : java.util.Arrays.stream(offsets.strip().split(" ", -1)).map(Long::valueOf).toList();
    assertThat(
            api.walk(
                "logs/search?service=noon-payments&order=asc&q=" + Api.encoded(query) + NOON_RANGE))
        .isEqualTo(expected);
  }

  @Test
  void filtersByServicesHostsAndLevelLists() {
    assertThat(api.walk("logs/search?service=noon-payments&service=noon-checkout" + NOON_RANGE))
        .containsExactly(4L, 3L, 2L, 1L, 5L, 0L);
    assertThat(api.walk("logs/search?service=noon-payments&level=error,FATAL" + NOON_RANGE))
        .containsExactly(4L, 3L);
    assertThat(api.walk("logs/search?service=noon-payments&host=web-1" + NOON_RANGE))
        .containsExactly(3L, 1L);
  }

  @Test
  void returnsWholeEventsWithoutTheTermsThatAreOnlyForSearching() {
    JsonNode log =
        api.get("logs/search?service=noon-payments&level=DEBUG" + NOON_RANGE).path("logs").get(0);
    assertThat(log.path("event_id").asText()).hasSize(22);
    assertThat(log.path("timestamp").asText()).isEqualTo("2026-03-29T12:00:00.000000000Z");
    assertThat(log.path("fields").path("http").path("status").asInt()).isEqualTo(500);
    assertThat(log.has("field_terms")).isFalse();
    assertThat(log.has("promoted")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "logs/search?cursor=bm90IGEgY3Vyc29y | cursor | malformed cursor",
        "logs/search?from=2026-01-01&to=2026-03-29 | from | range too long",
        "logs/search?limit=1001 | limit | 1001 is greater than 1000",
        "logs/search?q=latency_ms:%3E5 | q | is a structured field without an order",
        "logs/search?q=user_id:%3Eabc | q | holds numbers",
        "logs/search?q=a%20) | q | unexpected"
      })
  void refusesWithTheFieldAndTheReason(String path, String field, String reason) {
    HttpResponse<String> response = api.call(path);
    assertThat(response.statusCode()).isEqualTo(400);
    JsonNode error = HotLogs.json(response.body()).path("errors").get(0);
    assertThat(error.path("field").asText()).isEqualTo(field);
    assertThat(error.path("reason").asText()).contains(reason);
  }

  // ---- paging ----

  @Test
  void pagesThroughFiveThousandEventsWithoutGapOrRepeatWhileNewOnesArrive() throws Exception {
    Instant start = Instant.now().truncatedTo(ChronoUnit.SECONDS).minus(Duration.ofHours(3));
    List<LogEvent> events = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      // Seven events share each instant, so that pages end among events of one instant.
      Instant at = start.plusMillis(i / 7 * 2_000L).plusNanos(i / 7 % 1_000);
      events.add(logs.event(at, 100_000 + i, "paged", LogLevel.INFO, "number " + i));
    }
    Collections.shuffle(events, new java.util.Random(7));
    logs.index(events);

    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger arrived = new AtomicInteger();
    CompletableFuture<Void> arrivals =
        CompletableFuture.runAsync(
            () -> {
              while (!done.get()) {
                int n = arrived.getAndIncrement();
                // Some are newer than the frozen range, some are late and fall into its middle.
                logs.index(
                    List.of(
                        logs.event(Instant.now(), 200_000 + n, "paged", LogLevel.INFO, "new"),
                        logs.event(
                            start.plusSeconds(600 + n),
                            300_000 + n,
                            "paged",
                            LogLevel.INFO,
                            "late")));
              }
            });
    try {
      for (String order : new String[] {"desc", "asc"}) {
        int before = arrived.get();
        List<Long> offsets =
            api.walk("logs/search?service=paged&limit=173&order=" + order + "&from=" + start);
        assertThat(offsets).doesNotHaveDuplicates();
        Set<Long> found = new HashSet<>(offsets);
        assertThat(found).containsAll(LongStream.range(100_000, 105_000).boxed().toList());
        assertThat(arrived.get()).isGreaterThan(before);
        List<Long> original =
            offsets.stream().filter(offset -> offset >= 100_000 && offset < 105_000).toList();
        List<Long> expected = new ArrayList<>(expectedOrder(events, order.equals("asc")));
        assertThat(original).isEqualTo(expected);
      }
    } finally {
      done.set(true);
      arrivals.get(30, TimeUnit.SECONDS);
    }
  }

  private static List<Long> expectedOrder(List<LogEvent> events, boolean ascending) {
    java.util.Comparator<LogEvent> order =
        java.util.Comparator.comparingLong(LogEvent::timestampNanos)
            .thenComparingInt(LogEvent::partition)
            .thenComparingLong(LogEvent::offset);
    return events.stream()
        .sorted(ascending ? order : order.reversed())
        .map(LogEvent::offset)
        .toList();
  }

  @Test
  void collectsAPageAboveTheShardBudgetInRounds() {
    Instant start = Instant.parse("2026-03-28T06:00:00Z");
    List<LogEvent> events = new ArrayList<>();
    for (int i = 0; i < 1_200; i++) {
      events.add(logs.event(start.plusMillis(i), 400_000 + i, "rounds", LogLevel.INFO, "m"));
    }
    logs.index(events);
    JsonNode page =
        api.get(
            "logs/search?service=rounds&limit=1000&from=2026-03-28T06:00Z&to=2026-03-28T07:00Z");
    assertThat(page.path("logs")).hasSize(1_000);
    assertThat(page.path("total_matched").asInt()).isEqualTo(1_200);
    assertThat(page.path("total_relation").asText()).isEqualTo("eq");
    assertThat(page.path("next_cursor").isTextual()).isTrue();
  }

  @Test
  void searchesARangeOverManyHoursAndTouchesOnlyWhatOverlaps() {
    Instant start = Instant.parse("2026-02-10T00:00:00Z");
    List<LogEvent> events = new ArrayList<>();
    for (int hour = 0; hour < 40; hour++) {
      events.add(
          logs.event(
              start.plus(Duration.ofHours(hour)).plusSeconds(5),
              500_000 + hour,
              "many-hours",
              LogLevel.INFO,
              "hour " + hour));
    }
    logs.index(events);
    JsonNode days = api.get("logs/search?service=many-hours&from=2026-02-09&to=2026-02-13&limit=7");
    assertThat(days.path("total_matched").asInt()).isEqualTo(40);
    assertThat(api.walk("logs/search?service=many-hours&from=2026-02-09&to=2026-02-13&limit=7"))
        .containsExactlyElementsOf(LongStream.range(0, 40).map(i -> 500_039 - i).boxed().toList());
    // A month is named by wildcards; the answer is the same.
    assertThat(api.walk("logs/search?service=many-hours&from=2026-02-01&to=2026-03-03&limit=50"))
        .hasSize(40);
    JsonNode twoHours =
        api.get("logs/search?service=many-hours&from=2026-02-10T03:30Z&to=2026-02-10T05:00Z");
    assertThat(twoHours.path("logs")).hasSize(1);
    assertThat(twoHours.path("shards").path("total").asInt()).isEqualTo(2);
  }

  @Test
  void saysWhenTheTotalIsALowerBound(SharedNodes nodes) {
    GatewayProcess bounded =
        GatewayProcess.builder(nodes.directories())
            .name("gateway-bounded")
            .option("roles", "search")
            .option("elasticsearch.hosts", elasticsearch.uri().toString())
            .option("search.total-bound", "3")
            .build();
    try (bounded) {
      bounded.start();
      bounded.awaitReady();
      JsonNode page =
          new Api(bounded).get("logs/search?service=noon-payments&limit=2" + NOON_RANGE);
      assertThat(page.path("total_matched").asInt()).isEqualTo(3);
      assertThat(page.path("total_relation").asText()).isEqualTo("gte");
      assertThat(new Api(bounded).ingest("{}").statusCode()).isEqualTo(404);
    }
  }

  // ---- what fails ----

  @Test
  void isPartialWhileAnIndexIsRedAndComesBackToTheSamePlace() {
    Instant start = Instant.parse("2026-01-20T08:30:00Z");
    List<LogEvent> events = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      events.add(logs.event(start.plusSeconds(i), 600_000 + i, "partly", LogLevel.INFO, "m"));
    }
    logs.index(events);
    String red = HotIndices.hourly(events.get(0).timestampNanos() + 3_600_000_000_000L);
    elasticsearch.send(
        "PUT",
        "/" + red + "?wait_for_active_shards=0",
        "{\"settings\":{\"index.routing.allocation.require._name\":\"nowhere\"}}");
    String search =
        "logs/search?service=partly&limit=5&from=2026-01-20T08:00Z&to=2026-01-20T10:00Z";
    try {
      JsonNode partial = api.get(search);
      assertThat(partial.path("partial").asBoolean()).isTrue();
      assertThat(partial.path("shards").path("failed").asInt()).isOne();
      assertThat(partial.path("shards").path("failures")).isNotEmpty();
      assertThat(partial.path("total_relation").asText()).isEqualTo("gte");
      JsonNode skipping = api.get(search + "&on_partial=skip");
      assertThat(skipping.path("gaps").asBoolean()).isTrue();
      JsonNode past =
          api.get(search + "&on_partial=skip&cursor=" + skipping.path("next_cursor").asText());
      assertThat(past.path("logs").get(0).path("kafka_offset").asLong()).isEqualTo(600_004);
      elasticsearch.send("DELETE", "/" + red, "");
      JsonNode again = api.get(search + "&cursor=" + partial.path("next_cursor").asText());
      assertThat(again.path("partial").asBoolean()).isFalse();
      assertThat(again.path("logs").get(0).path("kafka_offset").asLong()).isEqualTo(600_009);
    } finally {
      elasticsearch.send("DELETE", "/" + red + "?ignore_unavailable=true", "");
    }
  }

  @Test
  void answers503WhileElasticsearchIsAwayAndIngestGoesOn() {
    elasticsearch.process().stop();
    try {
      HttpResponse<String> search = api.call("logs/search");
      assertThat(search.statusCode()).as(search.body()).isEqualTo(503);
      assertThat(search.headers().firstValue("Retry-After")).isPresent();
      assertThat(search.headers().firstValue("Content-Type")).contains("application/problem+json");
      assertThat(api.ingest("{\"events\":[{\"service\":\"a\",\"message\":\"m\"}]}").statusCode())
          .isEqualTo(202);
      assertThat(api.call("ready?role=search").statusCode()).isEqualTo(503);
      assertThat(api.call("ready").statusCode()).isEqualTo(200);
    } finally {
      elasticsearch.start();
      elasticsearch.awaitReady();
    }
    await()
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> api.call("ready?role=search").statusCode() == 200);
    assertThat(api.walk("logs/search?service=noon-payments" + NOON_RANGE)).hasSize(5);
  }

  // ---- the other calls ----

  @Test
  void countsOverTimeAndByValue() {
    JsonNode histogram =
        api.get(
            "logs/histogram?service=noon-payments&interval=1s"
                + NOON_RANGE.replace("12:10", "12:01"));
    assertThat(histogram.path("buckets")).hasSize(60);
    assertThat(histogram.path("total").asInt()).isEqualTo(5);
    assertThat(histogram.path("buckets").get(0).path("levels").path("DEBUG").asInt()).isOne();
    JsonNode hosts = api.get("logs/facets?field=host&service=noon-payments" + NOON_RANGE);
    assertThat(hosts.path("values").get(0).path("count").asInt()).isEqualTo(2);
    assertThat(hosts.path("error_bound").asInt()).isZero();
    JsonNode statuses = api.get("logs/facets?field=http.status&service=noon-payments" + NOON_RANGE);
    assertThat(statuses.path("sampled").asBoolean()).isTrue();
    assertThat(statuses.path("sample_size").asInt()).isEqualTo(5);
    assertThat(statuses.path("values").get(0).path("value").asText()).isEqualTo("500");
    assertThat(statuses.path("values").get(0).path("count").asInt()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"user_id,40,1,4", "duration_ms,0.0,1,3", "tenant.name,t0,2,3"})
  void countsPromotedFieldsOverAllEvents(String field, String top, int count, int others) {
    JsonNode facet =
        api.get("logs/facets?size=1&field=" + field + "&service=noon-payments" + NOON_RANGE);
    assertThat(facet.path("sampled").asBoolean()).isFalse();
    assertThat(facet.path("values").get(0).path("value").asText()).isEqualTo(top);
    assertThat(facet.path("values").get(0).path("count").asInt()).isEqualTo(count);
    assertThat(facet.path("other_count").asInt()).isEqualTo(others);
    assertThat(facet.path("error_bound").asInt()).isZero();
  }

  @Test
  void showsTheLinesAroundAnEvent() {
    Instant start = Instant.parse("2026-03-27T06:00:00Z");
    List<LogEvent> events = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      events.add(logs.event(start, 700_000 + i, "around", LogLevel.INFO, "line " + i));
    }
    logs.index(events);
    String id = events.get(8).eventId();
    for (String hint : new String[] {"", "&timestamp=2026-03-27T06:00Z"}) {
      JsonNode context = api.get("logs/context?id=" + id + "&before=2&after=1" + hint);
      // Same instant: partition, then offset decide, as in a search. Offset 8 is in partition 0.
      assertThat(context.path("event").path("event_id").asText()).isEqualTo(id);
      assertThat(context.path("before").get(0).path("kafka_offset").asLong()).isEqualTo(700_000);
      assertThat(context.path("before").get(1).path("kafka_offset").asLong()).isEqualTo(700_004);
      assertThat(context.path("after").get(0).path("kafka_offset").asLong()).isEqualTo(700_012);
      assertThat(context.path("more_after").asBoolean()).isTrue();
    }
  }

  @Test
  void listsIndicesAndTheFilesOfTheArchive() {
    JsonNode page = api.get("segments?from=2026-03-29T12:00Z&to=2026-03-29T13:00Z");
    List<JsonNode> segments = new ArrayList<>();
    page.path("segments").forEach(segments::add);
    Map<String, JsonNode> byName = new java.util.HashMap<>();
    segments.forEach(segment -> byName.put(segment.path("name").asText(), segment));
    assertThat(byName.get("logs-2026-03-29-12").path("documents").asInt())
        .isGreaterThanOrEqualTo(6);
    String folder = "date=2026-03-29/hour=12/service=noon-payments/";
    assertThat(byName.get(folder + "batch-x-5.parquet").path("documents").asInt()).isEqualTo(5);
    assertThat(byName.get(folder + "batch-x-7.parquet").path("documents").asInt()).isEqualTo(7);
    assertThat(byName.get(folder + "batch-x-7.parquet").path("service").asText())
        .isEqualTo("noon-payments");
    JsonNode first = api.get("segments?tier=cold&limit=1");
    JsonNode second =
        api.get("segments?tier=cold&limit=1&cursor=" + first.path("next_cursor").asText());
    assertThat(second.path("segments").get(0).path("name").asText())
        .isEqualTo(folder + "batch-x-7.parquet");
  }
}
