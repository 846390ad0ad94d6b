package io.weir.harness.e2e.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.node.ElasticsearchNode;
import io.weir.harness.node.GatewayProcess;
import io.weir.harness.node.KafkaBroker;
import io.weir.model.log.LogEvent;
import io.weir.model.query.Query;
import io.weir.model.query.QueryParser;
import io.weir.model.query.QueryPrinter;
import io.weir.model.query.QuerySyntaxException;
import io.weir.model.query.UnanswerableQueryException;
import io.weir.model.query.match.EventMatcher;
import io.weir.model.query.match.MatchedEvent;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A query has one meaning: the hot index, asked through the gateway, and the condition that counts
 * events for alert rules and tails them find the same events. Chance decides which events and which
 * queries; {@code -Dweir.seed=N} repeats a run, {@code -Dweir.queries=N} makes a longer one.
 */
@ExtendWith(SharedNodes.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QueryAgreementITCase {
  private static final String TOPIC = "query-agreement";
  private static final int EVENTS = 400;
  private static final int QUERIES = Integer.getInteger("weir.queries", 1_500);
  private static final Duration LONGEST = Duration.ofSeconds(Math.max(25, QUERIES / 60));

  /** An hour in which no other test has events. */
  private static final Instant HOUR = Instant.parse("2026-02-03T04:00:00Z");

  /** A gateway takes no longer request line. */
  private static final int MAX_ENCODED = 3_500;

  private final MatchedEvent matched = new MatchedEvent();
  private GatewayProcess gateway;
  private Api api;
  private HotLogs hot;

  @BeforeAll
  void start(SharedNodes nodes, KafkaBroker kafka, ElasticsearchNode elasticsearch) {
    hot = new HotLogs(elasticsearch, TOPIC).withTemplate();
    gateway =
        GatewayProcess.builder(nodes.directories())
            .name("gateway-agreement")
            .option("roles", "search")
            .option("kafka.bootstrap-servers", kafka.bootstrapServers())
            .option("elasticsearch.hosts", elasticsearch.uri().toString())
            .build();
    gateway.start();
    gateway.awaitReady();
    api = new Api(gateway);
  }

  @AfterAll
  void stop() {
    if (gateway != null) {
      gateway.close();
    }
  }

  @Test
  void theIndexAndTheConditionInMemoryFindTheSameEvents() {
    long seed = Long.getLong("weir.seed", System.nanoTime());
    Random random = new Random(seed);
    List<LogEvent> events = new RandomLogs(random, TOPIC).events(EVENTS, HOUR.toEpochMilli());
    hot.index(events);
    RandomQueries queries = new RandomQueries(random, events);
    long began = System.nanoTime();
    int asked = 0;
    int withHits = 0;
    while (asked < QUERIES && System.nanoTime() - began < LONGEST.toNanos()) {
      Query query = queries.next();
      String text = QueryPrinter.print(query);
      if (Api.encoded(text).length() > MAX_ENCODED) {
        continue;
      }
      TreeSet<Long> inMemory = inMemory(query, events);
      if (!inMemory.equals(inIndex(query))) {
        Query smallest = smallestDisagreement(query, events);
        TreeSet<Long> expected = inMemory(smallest, events);
        TreeSet<Long> found = inIndex(smallest);
        TreeSet<Long> either = new TreeSet<>(expected);
        either.addAll(found);
        either.removeIf(offset -> expected.contains(offset) && found.contains(offset));
        assertThat(found)
            .as(
                "-Dweir.seed=%d, query %s%nthey differ over %s",
                seed, QueryPrinter.print(smallest), events.get(Math.toIntExact(either.first())))
            .isEqualTo(expected);
      }
      asked++;
      withHits += inMemory.isEmpty() || inMemory.size() == EVENTS ? 0 : 1;
    }

    System.out.println(
        asked + " queries agree, " + withHits + " of them tell events apart; -Dweir.seed=" + seed);
    // Queries that find all or nothing prove little.
    assertThat(withHits).as("-Dweir.seed=" + seed).isGreaterThan(asked / 4);
  }

  @Test
  void bothRefuseWhatNeitherCanAnswer() {
    for (String query :
        List.of(
            "user_id:[1 TO 2]",
            "message:[a TO b]",
            "NOT (card a.b:>3)",
            "host:>" + "n".repeat(257))) {
      assertThat(answerable(query)).as(query).isFalse();
      HttpResponse<String> answer = api.call(path(query));
      assertThat(answer.statusCode()).as(query + " -> " + answer.body()).isEqualTo(400);
    }
  }

  private static boolean answerable(String query) {
    try {
      EventMatcher.parse(query);
      return true;
    } catch (UnanswerableQueryException | QuerySyntaxException e) {
      return false;
    }
  }

  /** A compound that disagrees nearly always has a part that does. */
  private Query smallestDisagreement(Query query, List<LogEvent> events) {
    List<Query> parts =
        query instanceof Query.And and
            ? and.clauses()
            : query instanceof Query.Or or
                ? or.clauses()
                : query instanceof Query.Not not ? List.of(not.clause()) : List.of();
    for (Query part : parts) {
      if (!inMemory(part, events).equals(inIndex(part))) {
        return smallestDisagreement(part, events);
      }
    }
    return query;
  }

  private TreeSet<Long> inMemory(Query query, List<LogEvent> events) {
    // As a rule has it: from its text.
    EventMatcher matcher = EventMatcher.of(QueryParser.parse(QueryPrinter.print(query)));
    TreeSet<Long> found = new TreeSet<>();
    for (LogEvent event : events) {
      if (matcher.matches(matched.of(event))) {
        found.add(event.offset());
      }
    }
    return found;
  }

  private TreeSet<Long> inIndex(Query query) {
    TreeSet<Long> found = new TreeSet<>();
    JsonNode answer = api.get(path(QueryPrinter.print(query)));
    assertThat(answer.path("partial").asBoolean()).as(answer.toString()).isFalse();
    answer.path("logs").forEach(log -> found.add(log.path("kafka_offset").asLong()));
    return found;
  }

  private static String path(String query) {
    return "logs/search?limit=1000&from="
        + HOUR.minusSeconds(3_600)
        + "&to="
        + HOUR.plusSeconds(7_200)
        + "&q="
        + Api.encoded(query);
  }
}
