package io.weir.harness.e2e.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.node.GatewayProcess;
import io.weir.harness.node.KafkaBroker;
import io.weir.model.kafka.RecordOrigin;
import io.weir.model.log.JsonLogParser;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLimits;
import io.weir.model.query.match.EventMatcher;
import io.weir.model.query.match.MatchedEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The tail role of the shipped gateway, alone in its process, in front of a real Kafka. There is no
 * Elasticsearch: its address is one where nobody listens.
 */
@ExtendWith(SharedNodes.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GatewayTailITCase {
  private static final String TOPIC = "gateway-tail";
  private static final int PARTITIONS = 4;
  private static final int QUEUE_EVENTS = 1_000;
  private static final int STREAMS = 12;
  private static final Pattern DROPPED =
      Pattern.compile("event: dropped\ndata: \\{\"count\":(\\d+)");
  private static final Pattern LATER = Pattern.compile("\"message\":\"later (\\d+)\"");
  private static final String[] LEVELS = {"DEBUG", "INFO", "WARN", "ERROR"};

  private SharedNodes nodes;
  private KafkaBroker kafka;
  private Producer<String, byte[]> producer;
  private GatewayProcess gateway;
  private Api api;

  @BeforeAll
  void start(SharedNodes sharedNodes, KafkaBroker sharedKafka) throws Exception {
    nodes = sharedNodes;
    kafka = sharedKafka;
    try (Admin admin = kafka.admin()) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(TOPIC, PARTITIONS, (short) 1)
                      .configs(Map.of("message.timestamp.type", "LogAppendTime"))))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
    producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                kafka.bootstrapServers(),
                ProducerConfig.LINGER_MS_CONFIG,
                2),
            new StringSerializer(),
            new ByteArraySerializer());
    gateway = gateway("gateway-tail");
    api = new Api(gateway);
  }

  private GatewayProcess gateway(String name) {
    GatewayProcess started =
        GatewayProcess.builder(nodes.directories())
            .name(name)
            .option("roles", "tail")
            .option("kafka.bootstrap-servers", kafka.bootstrapServers())
            .option("kafka.logs-topic", TOPIC)
            .option("elasticsearch.hosts", "http://127.0.0.1:1")
            .option("ingest.partition-sets", "spread=3")
            .option("tail.heartbeat", "300ms")
            .option("tail.queue-events", Integer.toString(QUEUE_EVENTS))
            .option("tail.max-subscribers-per-address", Integer.toString(STREAMS))
            .option("tail.retry-after", "1s")
            .option("tail.max-unfiltered-rate", "1000000")
            .build();
    started.start();
    started.awaitReady();
    return started;
  }

  @AfterAll
  void stop() {
    if (producer != null) {
      producer.close();
    }
    if (gateway != null) {
      gateway.close();
    }
  }

  @Test
  @Order(1)
  void findsWhatTheQueryLanguageFindsWithoutElasticsearch() throws Exception {
    Map<String, String> filters = new LinkedHashMap<>();
    filters.put("?service=svc-1", "service:svc-1");
    filters.put(
        "?service=svc-1&service=svc-2&level=warn,ERROR",
        "service:(svc-1 OR svc-2) level:(WARN OR ERROR)");
    filters.put("?host=web-3", "host:web-3");
    for (String q :
        List.of(
            "level:>=WARN -svc",
            "\"connection refused\" user_id:4*",
            "service:svc-3 (timeout OR user_id:42)",
            "message:conn* -level:DEBUG")) {
      filters.put("?q=" + Api.encoded(q), q);
    }
    Map<String, TailStream> streams = new LinkedHashMap<>();
    filters.keySet().forEach(query -> streams.put(query, TailStream.open(gateway, query, "")));
    List<LogEvent> events = new ArrayList<>();
    JsonLogParser parser = new JsonLogParser(LogLimits.DEFAULT);
    Random random = new Random(5);
    String[] messages = {
      "connection refused by card-processor", "timeout after 30 s", "all is well"
    };
    List<byte[]> values = new ArrayList<>();
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      String service = "svc-" + random.nextInt(5);
      byte[] value =
          "{\"service\":\"%s\",\"host\":\"web-%d\",\"level\":\"%s\",\"message\":\"%s\",\"fields\":{\"user_id\":%d}}"
              .formatted(
                  service,
                  random.nextInt(5),
                  LEVELS[random.nextInt(4)],
                  messages[random.nextInt(3)],
                  40 + random.nextInt(5))
              .getBytes(UTF_8);
      values.add(value);
      sent.add(producer.send(new ProducerRecord<>(TOPIC, service, value)));
    }
    producer.flush();
    for (int i = 0; i < sent.size(); i++) {
      RecordMetadata place = sent.get(i).get(30, TimeUnit.SECONDS);
      events.add(
          parser
              .parse(
                  values.get(i),
                  new RecordOrigin(
                      TOPIC, "00000", place.partition(), place.offset(), place.timestamp()))
              .event());
    }
    MatchedEvent matched = new MatchedEvent();
    for (Map.Entry<String, String> filter : filters.entrySet()) {
      EventMatcher matcher = EventMatcher.parse(filter.getValue());
      List<String> expected =
          events.stream()
              .filter(event -> matcher.matches(matched.of(event)))
              .map(event -> event.partition() + "-" + event.offset())
              .toList();
      assertThat(expected).as(filter.getValue()).isNotEmpty();
      try (TailStream stream = streams.get(filter.getKey())) {
        List<TailStream.Event> got = stream.awaitLogs(expected.size());
        assertThat(got)
            .as(filter.getKey())
            .extracting(event -> event.partition() + "-" + event.offset())
            .containsExactlyInAnyOrderElementsOf(expected);
        assertThat(got.get(0).data().has("field_terms")).isFalse();
        assertThat(got.get(0).data().path("event_id").asText()).hasSize(22);
      }
    }
    assertThat(api.get("ready?role=tail").path("status").asText()).isEqualTo("ready");
  }

  @Test
  @Order(2)
  void readsOnlyPartitionsThatSomebodyWatches() {
    await().untilAsserted(() -> assertThat(api.metric("weir_tail_subscribers")).isZero());
    await().untilAsserted(() -> assertThat(api.metric("weir_tail_assigned_partitions")).isZero());
    double before = api.metric("weir_tail_decoded_records_total");
    send("nobody", 50, "unwatched");
    try (TailStream one = TailStream.open(gateway, "?service=svc-1", "");
        TailStream two = TailStream.open(gateway, "?service=svc-1&level=ERROR", "")) {
      assertThat(one.lastId()).isNotEqualTo("");
      assertThat(two.lastId()).isNotEqualTo("");
      assertThat(api.metric("weir_tail_assigned_partitions")).isEqualTo(1);
      send("svc-1", 20, "watched twice");
      one.awaitLogs(20);
      assertThat(api.metric("weir_tail_decoded_records_total") - before).isEqualTo(20);
      // Its hosts spread over the partitions of three keys.
      try (TailStream spread = TailStream.open(gateway, "?service=spread", "")) {
        spread.lastId();
        for (int k = 0; k < 3; k++) {
          send("spread#" + k, "spread", 5, "spread");
        }
        spread.awaitLogs(15);
      }
    }
    await().untilAsserted(() -> assertThat(api.metric("weir_tail_assigned_partitions")).isZero());
    assertThat(api.metric("weir_tail_queued_bytes")).isZero();
  }

  /** Clients are cut off at random moments while producers go on: the hand-over races. */
  @Test
  @Order(3)
  void resumesWithoutGapAndWithoutRepeatWhileEventsKeepComing() throws Exception {
    int total = 12_000;
    String id;
    try (TailStream stream = TailStream.open(gateway, "", "")) {
      id = stream.lastId();
    }
    Map<Integer, Long> next = ends();
    CompletableFuture<Void> producing =
        CompletableFuture.runAsync(
            () -> {
              Random random = new Random(1);
              for (int i = 0; i < total; i++) {
                String service = "race-" + random.nextInt(20);
                producer.send(
                    new ProducerRecord<>(TOPIC, service, event(service, "INFO", "race " + i)));
                if (i % 500 == 0) {
                  producer.flush();
                }
              }
              producer.flush();
            });
    Random random = new Random(2);
    int seen = 0;
    int streams = 0;
    while (seen < total) {
      int wanted = Math.min(1 + random.nextInt(2_000), total - seen);
      List<TailStream.Event> received;
      try (TailStream stream = TailStream.open(gateway, "", id)) {
        received = stream.awaitLogs(wanted).subList(0, wanted);
        assertThat(stream.of("gap")).isEmpty();
        assertThat(stream.of("dropped")).isEmpty();
      }
      for (TailStream.Event event : received) {
        assertThat(event.offset())
            .as("partition " + event.partition() + ", stream " + streams)
            .isEqualTo(next.get(event.partition()));
        next.put(event.partition(), event.offset() + 1);
      }
      seen += wanted;
      id = received.get(wanted - 1).id();
      streams++;
    }
    producing.get(30, TimeUnit.SECONDS);
    assertThat(next).isEqualTo(ends());
  }

  @Test
  @Order(4)
  void beginsInThePast() throws Exception {
    send("past", 30, "before");
    RecordMetadata last = sendOne("past", "the last before");
    Instant since = Instant.ofEpochMilli(last.timestamp() + 1);
    // The broker's clock has to tick once.
    await().until(() -> sendOne("tick", "tick").timestamp() > last.timestamp());
    send("past", 30, "after");
    try (TailStream stream =
        TailStream.open(gateway, "?service=past&since=" + Api.encoded(since.toString()), "")) {
      stream.awaitLogs(30);
      send("past", 5, "live");
      assertThat(stream.awaitLogs(35))
          .extracting(TailStream.Event::message)
          .allMatch(message -> !message.contains("before"))
          .last()
          .isEqualTo("live 4");
    }
  }

  @Test
  @Order(5)
  void aStalledClientCostsOthersNothingAndIsToldWhatItMissed() throws Exception {
    int total = 12_000;
    String padding = "x".repeat(1_500);
    try (Socket stalled = new Socket();
        TailStream quick = TailStream.open(gateway, "?service=flood", "")) {
      stalled.setReceiveBufferSize(8 << 10);
      stalled.connect(
          new InetSocketAddress(gateway.uri().getHost(), gateway.uri().getPort()), 10_000);
      stalled
          .getOutputStream()
          .write("GET /logs/stream?service=flood HTTP/1.0\r\nHost: x\r\n\r\n".getBytes(UTF_8));
      quick.lastId();
      await().until(() -> api.metric("weir_tail_subscribers") == 2);
      double decoded = api.metric("weir_tail_decoded_records_total");
      double droppedBefore = api.metric("weir_tail_dropped_events_total");
      for (int i = 0; i < total; i += 400) {
        send("flood", 400, padding);
        quick.awaitLogs(i + 400);
      }
      assertThat(quick.of("dropped")).isEmpty();
      assertThat(api.metric("weir_tail_decoded_records_total") - decoded).isEqualTo(total);

      // It reads at last. Events are dropped until it has taken half of what waits, so the first of
      // these that it gets stands behind everything that was dropped.
      CompletableFuture<String> reading =
          CompletableFuture.supplyAsync(() -> readUntilLater(stalled));
      int later = 0;
      while (!reading.isDone()) {
        sendOne("flood", "later " + later++);
      }
      String text = reading.get();
      Matcher delivered = LATER.matcher(text);
      assertThat(delivered.find()).isTrue();
      String until = text.substring(0, delivered.end());
      int logs = until.split("event: log\n", -1).length - 1;
      Matcher report = DROPPED.matcher(until);
      assertThat(report.find()).isTrue();
      int dropped = Integer.parseInt(report.group(1));
      assertThat(report.find()).isFalse();
      assertThat(dropped).isPositive();
      assertThat(logs + dropped).isEqualTo(total + Integer.parseInt(delivered.group(1)) + 1);
      assertThat(api.metric("weir_tail_dropped_events_total") - droppedBefore).isEqualTo(dropped);
    }
  }

  private static String readUntilLater(Socket socket) {
    StringBuilder text = new StringBuilder();
    byte[] buffer = new byte[64 << 10];
    int searched = 0;
    try {
      while (!LATER.matcher(text).region(searched, text.length()).find()) {
        searched = Math.max(0, text.length() - 4_000);
        int count = socket.getInputStream().read(buffer);
        assertThat(count).as("the stream ended").isPositive();
        text.append(new String(buffer, 0, count, UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  @Test
  @Order(6)
  void saysWhatKafkaHasDeleted() throws Exception {
    String id;
    try (TailStream stream = TailStream.open(gateway, "?service=expiring", "")) {
      id = stream.lastId();
    }
    RecordMetadata last = null;
    for (int i = 0; i < 10; i++) {
      last = sendOne("expiring", "expiring " + i);
    }
    try (Admin admin = kafka.admin()) {
      admin
          .deleteRecords(
              Map.of(
                  new TopicPartition(TOPIC, last.partition()),
                  RecordsToDelete.beforeOffset(last.offset())))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
    try (TailStream stream = TailStream.open(gateway, "?service=expiring", id)) {
      assertThat(stream.awaitLogs(1))
          .extracting(TailStream.Event::message)
          .containsExactly("expiring 9");
      assertThat(stream.of("gap"))
          .singleElement()
          .extracting(gap -> gap.data().path("reason").asText())
          .isEqualTo("expired");
      assertThat(
              stream.of("gap").get(0).data().path("partitions").path(0).path("to_offset").asLong())
          .isEqualTo(last.offset());
    }
  }

  @Test
  @Order(7)
  void boundsTheStreamsOfOneClient() {
    List<TailStream> streams = new ArrayList<>();
    try {
      for (int i = 0; i < STREAMS; i++) {
        streams.add(TailStream.open(gateway, "?service=crowd", ""));
      }
      HttpResponse<String> refused = api.call("logs/stream?service=crowd");
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    } finally {
      streams.forEach(TailStream::close);
    }
    await().untilAsserted(() -> assertThat(api.metric("weir_tail_subscribers")).isZero());
  }

  @Test
  @Order(8)
  void outlivesKafka() {
    try (TailStream stream = TailStream.open(gateway, "?service=outlive", "")) {
      send("outlive", 3, "before");
      stream.awaitLogs(3);
      kafka.process().kill();
      int heartbeats = stream.of("heartbeat").size();
      await().until(() -> stream.of("heartbeat").size() > heartbeats + 2);
      kafka.start();
      kafka.awaitReady();
      send("outlive", 3, "after");
      assertThat(stream.awaitLogs(6))
          .extracting(TailStream.Event::message)
          .containsExactly("before 0", "before 1", "before 2", "after 0", "after 1", "after 2");
    }
  }

  @Test
  @Order(9)
  void saysGoodbyeAndAnotherGatewayGoesOn() throws Exception {
    String id;
    try (TailStream stream = TailStream.open(gateway, "?service=handed-on", "")) {
      send("handed-on", 2, "first");
      stream.awaitLogs(2);
      gateway.close();
      stream.ended().get(30, TimeUnit.SECONDS);
      assertThat(stream.of("bye"))
          .singleElement()
          .extracting(bye -> bye.data().path("reason").asText())
          .isEqualTo("shutdown");
      id = stream.lastId();
    }
    send("handed-on", 2, "meanwhile");
    try (GatewayProcess other = gateway("gateway-tail-other");
        TailStream stream = TailStream.open(other, "?service=handed-on", id)) {
      send("handed-on", 2, "afterwards");
      assertThat(stream.awaitLogs(4))
          .extracting(TailStream.Event::message)
          .containsExactly("meanwhile 0", "meanwhile 1", "afterwards 0", "afterwards 1");
    }
  }

  /** However busy the machine is: no timing decides here. */
  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(90));
  }

  private Map<Integer, Long> ends() throws Exception {
    Map<TopicPartition, org.apache.kafka.clients.admin.OffsetSpec> wanted = new HashMap<>();
    for (int i = 0; i < PARTITIONS; i++) {
      wanted.put(new TopicPartition(TOPIC, i), org.apache.kafka.clients.admin.OffsetSpec.latest());
    }
    Map<Integer, Long> ends = new HashMap<>();
    try (Admin admin = kafka.admin()) {
      admin
          .listOffsets(wanted)
          .all()
          .get(30, TimeUnit.SECONDS)
          .forEach((partition, info) -> ends.put(partition.partition(), info.offset()));
    }
    return ends;
  }

  private void send(String service, int count, String message) {
    send(service, service, count, message);
  }

  /** Sends and waits for Kafka's acknowledgement. */
  private void send(String key, String service, int count, String message) {
    for (int i = 0; i < count; i++) {
      producer.send(new ProducerRecord<>(TOPIC, key, event(service, "INFO", message + " " + i)));
    }
    producer.flush();
  }

  private RecordMetadata sendOne(String service, String message) throws Exception {
    return producer
        .send(new ProducerRecord<>(TOPIC, service, event(service, "INFO", message)))
        .get(30, TimeUnit.SECONDS);
  }

  private static byte[] event(String service, String level, String message) {
    return "{\"service\":\"%s\",\"level\":\"%s\",\"message\":\"%s\"}"
        .formatted(service, level, message)
        .getBytes(UTF_8);
  }
}
