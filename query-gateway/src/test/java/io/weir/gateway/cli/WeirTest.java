package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.http.TestingGateway;
import io.weir.gateway.search.LogHit;
import io.weir.gateway.search.TestingLogStore;
import io.weir.gateway.search.Times;
import io.weir.model.deadletter.DeadLetter;
import io.weir.model.json.DeadLetterJson;
import io.weir.model.json.DocumentFields;
import io.weir.model.kafka.RecordOrigin;
import io.weir.model.log.LogLevel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeirTest {
  private static final long T10 = Times.nanos(Instant.parse("2026-03-29T10:00:00Z"));

  private final TestingGateway gateway = new TestingGateway();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void writesALineForEachEventAndSaysHowManyMatch() {
    gateway.store.add(T10, 1, "payments", "web-1", LogLevel.ERROR);
    gateway.store.add(T10 + 1, 2, "checkout", null, LogLevel.INFO);
    assertThat(weir("search", "--service", "payments", "--from", "2026-03-29T10:00Z")).isZero();
    assertThat(out.toString())
        .isEqualTo(
            "2026-03-29T10:00:00.000000000Z ERROR payments@web-1 message 1 user_id=1"
                + System.lineSeparator());
    assertThat(err.toString()).contains("-- 1 events match");
  }

  @Test
  void coloursOnlyWhenToldToOrOnATerminal() {
    gateway.store.add(T10, 1, "payments", "web-1", LogLevel.ERROR);
    weir("search", "--colour", "--from", "2026-03-29T10:00Z");
    assertThat(out.toString()).contains("\u001b[31mERROR\u001b[0m");
  }

  @Test
  void letsNoMessageActOnTheTerminal() {
    LogHit hit = gateway.store.add(T10, 1, "pay\u001b[2Jments", "web", LogLevel.INFO);
    hit.source().put(DocumentFields.MESSAGE, "a\nb\u0007\u009b31m\u202e\u2028\ttab");
    weir("search", "--from", "2026-03-29T10:00Z");
    assertThat(out.toString().stripTrailing())
        .endsWith("pay\\u001b[2Jments@web a\\nb\\u0007\\u009b31m\\u202e\\u2028\\ttab user_id=1")
        .doesNotContain("\u001b");
  }

  @Test
  void followsAllPagesWhenToldTo() {
    for (int i = 0; i < 2_500; i++) {
      gateway.store.add(T10 + i, i, "payments", "web", LogLevel.INFO);
    }
    assertThat(weir("search", "--json", "--follow-pages", "--from", "2026-03-29T10:00Z")).isZero();
    assertThat(out.toString().lines()).hasSize(2_500).allMatch(line -> line.startsWith("{"));
    out.getBuffer().setLength(0);
    assertThat(weir("search", "--limit", "1200", "--from", "2026-03-29T10:00Z")).isZero();
    assertThat(out.toString().lines()).hasSize(1_200);
    assertThat(err.toString()).contains("more with --follow-pages or --cursor ");
  }

  @Test
  void asksAgainForWhatAPartialPageLacksAndShowsNothingTwice() {
    for (int i = 0; i < 30; i++) {
      gateway.store.add(T10 + i, i, "payments", "web", LogLevel.INFO);
    }
    gateway.store.reportNext(TestingLogStore.ONE_FAILED);
    assertThat(weir("search", "--json", "--follow-pages", "--from", "2026-03-29T10:00Z")).isZero();
    assertThat(out.toString().lines()).hasSize(30).doesNotHaveDuplicates();
    assertThat(err.toString()).contains("1 of 3 shards failed [logs-2026-03-29-10: it is red]");
  }

  @Test
  void givesUpOnAShardThatKeepsFailing() {
    gateway.store.add(T10, 1, "payments", "web", LogLevel.INFO);
    gateway.store.reportNext(
        TestingLogStore.ONE_FAILED,
        TestingLogStore.ONE_FAILED,
        TestingLogStore.ONE_FAILED,
        TestingLogStore.ONE_FAILED);
    assertThat(weir("search", "--follow-pages", "--from", "2026-03-29T10:00Z"))
        .isEqualTo(Weir.EXIT_FAILED);
    assertThat(out.toString().lines()).hasSize(1);
  }

  @Test
  void tellsWhatTheGatewayRefusedAndWhenThereIsNone() {
    assertThat(weir("search", "a)")).isEqualTo(Weir.EXIT_FAILED);
    assertThat(err.toString()).contains("weir: q: unexpected ')'");
    StringWriter words = new StringWriter();
    assertThat(
            new Weir(
                    Map.of("WEIR_URL", "http://127.0.0.1:1"),
                    false,
                    new ByteArrayInputStream(new byte[0]),
                    new PrintWriter(out, true),
                    new PrintWriter(words, true))
                .run("search"))
        .isEqualTo(Weir.EXIT_FAILED);
    assertThat(words.toString()).contains("no gateway answers at http://127.0.0.1:1/");
  }

  @Test
  void showsDeadLettersAndSaysWhatItDidNotLookAt() {
    String topic = "logs-dead-letters";
    gateway.newest.append(topic, letter("mapping_rejected", 7));
    for (int i = 0; i < 5; i++) {
      gateway.newest.append(topic, letter("not_json", 100 + i));
    }
    gateway.newest.append(topic, letter("duplicate", 200));
    assertThat(weir("dead-letters", "--limit", "2")).isZero();
    assertThat(out.toString().lines()).hasSize(2).allMatch(line -> line.contains("not_json"));
    assertThat(err.toString())
        .contains("1 duplicate, missing in all")
        .contains("older ones: --cursor ")
        .doesNotContain("not all were looked at");
    String cursor = err.toString().replaceAll("(?s).*--cursor (\\S+).*", "$1");
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    assertThat(weir("dead-letters", "--limit", "9", "--cursor", cursor)).isZero();
    assertThat(out.toString().lines()).hasSize(4).last().asString().contains("logs-2@7");
    assertThat(err.toString()).doesNotContain("--cursor");
    out.getBuffer().setLength(0);
    assertThat(weir("dead-letters", "--duplicates", "--limit", "1")).isZero();
    assertThat(out.toString()).contains("duplicate");

    gateway.newest.mostLooked(3);
    out.getBuffer().setLength(0);
    assertThat(weir("dead-letters", "--reason", "mapping_rejected")).isZero();
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).contains("not all were looked at, only those since 2026-03-29T");
    assertThat(weir("dead-letters", "--topic", "logs", "--partition", "2", "--offset", "7"))
        .isZero();
    assertThat(out.toString()).as("as far back as it takes").contains("logs-2@7");
  }

  private static byte[] letter(String reason, long offset) {
    return DeadLetterJson.encode(
        new DeadLetter(
            new RecordOrigin("logs", "it000", 2, offset, 1_774_778_400_000L),
            DeadLetter.Stage.PARSE,
            DeadLetter.Store.ALL,
            reason,
            "words",
            DeadLetter.PayloadKind.RECORD,
            "{}".getBytes(UTF_8)));
  }

  @Test
  void sendsLinesOrADocumentAndNamesWhatWasRejected(@TempDir Path folder) throws IOException {
    Path lines = folder.resolve("lines");
    Files.writeString(
        lines,
        "{\"service\":\"a\",\"message\":\"1\"}\n\n{\"service\":\"a\"}\nnot json\n"
            + "{\"service\":\"a\",\"message\":\"2\"}\n");
    assertThat(weir("ingest", lines.toString(), "--batch", "2")).isEqualTo(Weir.EXIT_FAILED);
    assertThat(out.toString()).contains("2 accepted, 2 rejected, 0 shed");
    assertThat(err.toString())
        .contains("event 2: missing_message")
        .contains("event 3: not_json: the line is not JSON");
    out.getBuffer().setLength(0);
    String document = "{\n\"events\": [{\"service\":\"a\",\"message\":\"1\"}]}";
    assertThat(weirReading(document, "ingest", "--idempotency-key", "k")).isZero();
    assertThat(out.toString()).contains("1 accepted, 0 rejected");
    assertThat(new String(gateway.publisher.published().get(2).value(), UTF_8))
        .containsPattern("\"id\":\"[0-9a-f]{32}\"");
    assertThat(weirReading("{\"service\":\"a\"}", "ingest")).isEqualTo(Weir.EXIT_FAILED);
    assertThat(err.toString()).contains("event 1: missing_message");
  }

  @Test
  void followsTheLiveStreamFromThePastOn() {
    gateway.log.append("payments", "INFO", "one");
    gateway.log.append("mail", "INFO", "not mine");
    gateway.log.append("payments", "ERROR", "two");
    assertThat(weir("tail", "--service", "payments", "--since", "15m", "--limit", "2")).isZero();
    assertThat(out.toString().lines().toList())
        .hasSize(2)
        .allMatch(line -> line.contains("payments"))
        .last(org.assertj.core.api.InstanceOfAssertFactories.STRING)
        .contains("ERROR payments two");
  }

  @Test
  void goesOnBehindTheLastEventWhenTheGatewayEndsTheStream() throws Exception {
    StringWriter shown = new StringWriter();
    Tail tail =
        new Tail(
            new GatewayClient(gateway.uri(), Optional.empty()),
            new Terminal(new PrintWriter(shown, true), true, false),
            new FilterOptions(),
            Duration.ofMinutes(1),
            warning -> err.append(warning));
    CompletableFuture<Void> following =
        CompletableFuture.runAsync(
            () -> {
              try {
                tail.run("15m", 0);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    gateway.log.append("payments", "INFO", "first");
    await().atMost(Duration.ofSeconds(60)).until(() -> shown.toString().contains("first"));
    // Another partition: every stream ends, to be resumed.
    gateway.log.addPartition();
    await().atMost(60, TimeUnit.SECONDS).until(() -> err.toString().contains("ended the stream"));
    gateway.log.append("payments", "INFO", "second");
    await().atMost(60, TimeUnit.SECONDS).until(() -> shown.toString().contains("second"));
    tail.stop();
    following.get(30, TimeUnit.SECONDS);
    assertThat(shown.toString().lines()).hasSize(2);
  }

  @Test
  void saysWhatIsWrongWithAStream() {
    assertThat(weir("tail", "--since", "99h")).isEqualTo(1);
    assertThat(err.toString()).contains("since: goes back further");
  }

  @Test
  void showsContextHistogramFacetsAndSegments() {
    LogHit event = gateway.store.add(T10, 1, "payments", "web", LogLevel.ERROR);
    gateway.store.add(T10 + 1, 2, "payments", "web", LogLevel.INFO);
    gateway.store.index("logs-2026-03-29-10", 2);
    assertThat(weir("context", event.eventId())).isZero();
    assertThat(out.toString()).contains("message 1").contains("message 2");
    assertThat(weir("histogram", "--from", "2026-03-29T10:00Z", "--interval", "5m")).isZero();
    assertThat(out.toString())
        .contains(
            "2026-03-29T10:00:00Z          2 ######################################## ERROR=1"
                + " INFO=1");
    assertThat(weir("facets", "--field", "user_id", "--from", "2026-03-29T10:00Z")).isZero();
    assertThat(err.toString()).contains("counted in a sample of 2 events");
    assertThat(weir("segments")).isZero();
    assertThat(out.toString()).contains("logs-2026-03-29-10");
  }

  @Test
  void saysWhatIsWrongWithTheArguments() {
    assertThat(weir("serach")).isEqualTo(2);
    assertThat(weir("search", "--limit", "many")).isEqualTo(2);
    assertThat(weir("tail", "--help")).isZero();
    assertThat(out.toString()).contains("Shows log events as they come in");
  }

  private int weir(String... args) {
    return weirReading("", args);
  }

  private int weirReading(String input, String... args) {
    return new Weir(
            Map.of("WEIR_URL", gateway.uri().toString()),
            false,
            new ByteArrayInputStream(input.getBytes(UTF_8)),
            new PrintWriter(out, true),
            new PrintWriter(err, true))
        .run(args);
  }
}
