package io.weir.gateway.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.TestingClock;
import io.weir.gateway.auth.Caller;
import io.weir.gateway.auth.CallerLimits;
import io.weir.gateway.auth.ServiceAccess;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.config.TestingConfig;
import io.weir.model.log.JsonLogParser;
import io.weir.model.log.LogLevel;
import io.weir.model.log.LogLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IngestServiceTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TestingPublisher publisher = new TestingPublisher();
  private final GatewayConfig.Ingest limits =
      TestingConfig.with(
              "ingest.max-events", "5",
              "ingest.max-body-bytes", "4KiB",
              "ingest.max-inflated-bytes", "8KiB",
              "ingest.max-in-flight-bytes", "100000",
              "ingest.partition-sets", "large=8",
              "ingest.ack-timeout", "200ms")
          .ingest();
  private final MemoryBudget budget = new MemoryBudget(limits.maxInFlightBytes());
  private final TestingClock clock = new TestingClock("2026-03-29T10:00:00Z");
  private final IngestService service =
      new IngestService(
          publisher,
          new LogBodyReader(
              new LogIntake(() -> new JsonLogParser(LogLimits.DEFAULT), limits, clock),
              new ProducerIds(clock, new Random(1)::nextLong),
              limits),
          budget,
          limits);

  @Test
  void passesEventsOnAsTheyWereWrittenUnderTheirServiceWithAnId() throws Exception {
    String event =
        "{ \"service\":\"payments\", \"message\":\"caf\u00e9\", \"n\": 1.00,"
            + " \"big\":12345678901234567890 }";
    IngestResult result = ingest("{\"events\":[" + event + " ]}", Optional.empty()).join();
    assertThat(result).isEqualTo(new IngestResult(1, List.of(), Map.of(), Map.of()));
    OutgoingRecord sent = publisher.published().get(0);
    assertThat(sent.key()).isEqualTo("payments");
    String value = new String(sent.value(), UTF_8);
    assertThat(value).endsWith(event.substring(1));
    assertThat(JSON.readTree(value).path("id").asText())
        .matches("weir-019d3909-3d00-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  }

  @Test
  void keysAServiceWithAPartitionSetByItsHostHoweverOftenAnEventIsSent() throws Exception {
    String event = "{\"service\":\"large\",\"host\":\" web-1 \",\"message\":\"m\"}";
    String again = "{\"app\":\"large\",\"host\":{\"name\":\"web-1\"},\"msg\":\"m\"}";
    String other = "{\"service\":\"large\",\"message\":\"m\"}";
    ingest("{\"events\":[" + event + "," + again + "," + other + "]}", Optional.empty()).join();
    int partitionOfHost = Utils.toPositive(Utils.murmur2("web-1".getBytes(UTF_8))) % 8;
    int partitionOfNone = Utils.toPositive(Utils.murmur2(new byte[0])) % 8;
    assertThat(publisher.published())
        .extracting(OutgoingRecord::key)
        .containsExactly(
            "large#" + partitionOfHost, "large#" + partitionOfHost, "large#" + partitionOfNone);
  }

  @Test
  void keepsTheProducersOwnId() throws Exception {
    ingest(
            "{\"events\":[{\"id\":\"mine\",\"service\":\"a\",\"message\":\"m\"}]}",
            Optional.of("key"))
        .join();
    assertThat(sent(0).path("id").asText()).isEqualTo("mine");
    assertThat(new String(publisher.published().get(0).value(), UTF_8))
        .isEqualTo("{\"id\":\"mine\",\"service\":\"a\",\"message\":\"m\"}");
  }

  @Test
  void givesStableIdsUnderAnIdempotencyKey() throws Exception {
    String body =
        "{\"events\":[{\"service\":\"a\",\"message\":\"1\"},{\"service\":\"a\"},"
            + "{\"service\":\"a\",\"message\":\"3\"}]}";
    ingest(body, Optional.of("batch-\"7\"")).join();
    ingest(body, Optional.of("batch-\"7\"")).join();
    ingest(body, Optional.of("batch-\"8\"")).join();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      ids.add(sent(i).path("id").asText());
    }
    assertThat(ids).allMatch(id -> id.matches("[0-9a-f]{32}"));
    assertThat(ids.subList(2, 4)).isEqualTo(ids.subList(0, 2));
    assertThat(Set.copyOf(ids)).hasSize(4);
    // Requests may be repeated after the gateway was upgraded: the same in every version.
    assertThat(ids.get(0)).isEqualTo("f957a099f1f8a520ef71ff4e0617f088");
    assertThat(new String(publisher.published().get(0).value(), UTF_8))
        .isEqualTo(
            "{\"id\":\"f957a099f1f8a520ef71ff4e0617f088\",\"service\":\"a\",\"message\":\"1\"}");
  }

  @Test
  void givesOtherIdsToOtherEventsUnderAKeyThatIsTakenAgain() throws Exception {
    Optional<String> key = Optional.of("batch-1");
    ingest(batch("INFO"), key, Caller.ANYONE).join();
    ingest(batch("WARN"), key, Caller.ANYONE).join();
    ingest(batch("INFO"), key, client("key:one")).join();
    ingest(batch("INFO"), key, client("key:two")).join();
    // Two texts that are the same when one is put behind the other.
    ingest(batch("INFO"), Optional.of("x1"), client("key:")).join();
    ingest(batch("INFO"), Optional.of("1"), client("key:x")).join();
    ingest("{\"events\":[7," + events("INFO") + "]}", key, Caller.ANYONE).join();
    Set<String> first = idsSoFar();
    assertThat(first).as("one for each event").hasSize(publisher.published().size()).hasSize(7);
    // Time goes on between a request and its repeat.
    clock.advance(Duration.ofMinutes(9));
    ingest(batch("INFO"), key, Caller.ANYONE).join();
    ingest(batch("WARN"), key, Caller.ANYONE).join();
    ingest(batch("INFO"), key, client("key:one")).join();
    assertThat(idsSoFar()).isEqualTo(first);
  }

  @Test
  void rejectsSingleEventsWithTheReasonOfADeadLetter() throws Exception {
    IngestResult result =
        ingest(
                "{\"events\":[{\"service\":\"a\",\"message\":\"m\"},{\"message\":\"m\"},7,"
                    + "{\"service\":\"a\"}]}",
                Optional.empty())
            .join();
    assertThat(result.accepted()).isEqualTo(1);
    assertThat(result.rejected())
        .extracting(IngestResult.Rejection::index)
        .containsExactly(1, 2, 3);
    assertThat(result.rejected())
        .extracting(IngestResult.Rejection::reason)
        .containsExactly("missing_service", "not_an_object", "missing_message");
    assertThat(result.rejected().get(0).detail()).contains("service");
  }

  @Test
  void reportsWhatKafkaRefusesUnderItsPlaceInTheRequest() throws Exception {
    publisher.refuse(Map.of(1, "too large for the topic"));
    IngestResult result =
        ingest(
                "{\"events\":[{\"service\":\"a\"},{\"service\":\"a\",\"message\":\"1\"},"
                    + "{\"service\":\"a\",\"message\":\"2\"}]}",
                Optional.empty())
            .join();
    assertThat(result.accepted()).isEqualTo(1);
    assertThat(result.rejected()).extracting(IngestResult.Rejection::index).containsExactly(0, 2);
    assertThat(result.rejected().get(1).reason()).isEqualTo("refused_by_kafka");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          ~ body: is not a JSON object
          [] ~ body: is not a JSON object
          {} ~ events: is missing
          {"events":{}} ~ events: is not an array
          {"events":[]} ~ events: is empty; send 1 to 5 events
          {"events":[{},{},{},{},{},{}]} ~ events: has more than 5 events
          {"event":[{}]} ~ body: has the unknown key 'event'
          {"events":[{}],"events":[{}]} ~ events: is there twice
          {"events":[{}]} x ~ body: is not JSON
          {"events":[{}]} {} ~ body: goes on after the end
          {"events":[{"a":1]} ~ body: is not JSON
          {"events":[{"a":"\u0000"}]} ~ body: is not JSON
          {"events":[{" ~ body: is not JSON
          """)
  void refusesABodyThatIsNoListOfEvents(String body, String message) {
    Throwable failure =
        catchThrowable(() -> ingest(body == null ? "" : body, Optional.empty()).join());
    assertThat(failure.getCause())
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith(message);
    assertThat(budget.used()).isZero();
  }

  @Test
  void shedsTraceFirstThenDebugAndNeverMore() throws Exception {
    String body =
        events("TRACE") + "," + events("DEBUG") + "," + events("INFO") + "," + events("ERROR");
    String request = "{\"events\":[" + body + "]}";
    try (MemoryBudget.Reservation others = budget.reserve()) {
      others.grow(49_000);
      assertThat(ingest(request, Optional.empty()).join().shed()).isEmpty();
      others.grow(1_500);
      IngestResult first = ingest(request, Optional.empty()).join();
      assertThat(first.shed()).isEqualTo(Map.of(LogLevel.TRACE, 1));
      assertThat(first.accepted()).isEqualTo(3);
      others.grow(20_000);
      IngestResult second = ingest(request, Optional.empty()).join();
      assertThat(second.shed()).isEqualTo(Map.of(LogLevel.TRACE, 1, LogLevel.DEBUG, 1));
      assertThat(second.accepted()).isEqualTo(2);
      others.grow(29_400);
      assertThat(catchThrowable(() -> ingest(request, Optional.empty()).join()))
          .hasCauseInstanceOf(OverloadedException.class);
    }
    assertThat(budget.used()).isZero();
  }

  @Test
  void holdsTheMemoryUntilKafkaIsDoneEvenIfTheClientHasBeenTold() throws Exception {
    publisher.hold();
    CompletableFuture<IngestResult> answer =
        ingest("{\"events\":[" + events("INFO") + "]}", Optional.empty());
    Throwable failure = catchThrowable(answer::join);
    assertThat(failure)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(PublishException.class);
    assertThat(budget.used()).isPositive();
    publisher.acknowledge();
    assertThat(budget.used()).isZero();
  }

  @Test
  void passesOnHowManyEventsAFailedRequestGotThrough() {
    publisher.fail(new PublishException("away", 3, null));
    Throwable failure =
        catchThrowable(
            () -> ingest("{\"events\":[" + events("INFO") + "]}", Optional.empty()).join());
    assertThat(((PublishException) failure.getCause()).acknowledged()).isEqualTo(3);
    assertThat(budget.used()).isZero();
  }

  @Test
  void refusesABodyThatIsNotWhatItsEncodingSays() {
    MemoryBudget.Reservation reservation = budget.reserve();
    byte[] body = {1, 2, 3};
    reservation.grow(body.length);
    assertThat(
            catchThrowable(
                () ->
                    service
                        .ingest(
                            body,
                            ContentEncoding.GZIP,
                            Optional.empty(),
                            Caller.ANYONE,
                            reservation)
                        .join()))
        .hasCauseInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("is not gzip");
    assertThat(budget.used()).isZero();
  }

  private Set<String> idsSoFar() throws JsonProcessingException {
    Set<String> ids = new TreeSet<>();
    for (int i = 0; i < publisher.published().size(); i++) {
      ids.add(sent(i).path("id").asText());
    }
    return ids;
  }

  private static Caller client(String id) {
    return new Caller(id, "a client", Set.of(), ServiceAccess.ALL, CallerLimits.NONE);
  }

  private CompletableFuture<IngestResult> ingest(String body, Optional<String> key) {
    return ingest(body, key, Caller.ANYONE);
  }

  private CompletableFuture<IngestResult> ingest(String body, Optional<String> key, Caller caller) {
    byte[] bytes = body.getBytes(UTF_8);
    MemoryBudget.Reservation reservation = budget.reserve();
    try {
      reservation.grow(bytes.length);
    } catch (OverloadedException e) {
      return CompletableFuture.failedFuture(e);
    }
    return service.ingest(bytes, ContentEncoding.IDENTITY, key, caller, reservation);
  }

  private JsonNode sent(int index) throws JsonProcessingException {
    return JSON.readTree(
        new String(new ArrayList<>(publisher.published()).get(index).value(), UTF_8));
  }

  private static String batch(String level) {
    return "{\"events\":[" + events(level) + "]}";
  }

  private static String events(String level) {
    return "{\"service\":\"a\",\"message\":\"m\",\"level\":\"" + level + "\"}";
  }
}
