package io.weir.harness.ship;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LineFormatsTest {
  private static final Instant NOW = Instant.parse("2026-11-23T07:00:00Z");
  private final LineTimes times = new LineTimes(ZoneOffset.UTC, Clock.fixed(NOW, ZoneOffset.UTC));
  private final LineFormat library = LibraryFormat.withLevel(times);
  private final LineFormat timeOnly = LibraryFormat.timeOnly(times);
  private final LineFormat syslog = new SyslogFormat(times);
  private final LineFormat logfmt = new LogfmtFormat(times);
  private final LineFormat access = new AccessLogFormat(times);

  @Test
  void readsElasticsearch() {
    ParsedLine line =
        library.parse(
            "[2026-11-23T06:45:56,123][INFO ][o.e.n.Node               ] [node-1] started {a}{b}");
    assertLine(line, "2026-11-23T06:45:56.123Z", "INFO", "[node-1] started {a}{b}");
    assertThat(line.fields()).isEqualTo(Map.of("logger", "o.e.n.Node"));
  }

  @Test
  void readsKafka() {
    ParsedLine line =
        library.parse(
            "[2026-11-23 06:45:56,123] WARN [SocketServer listenerType=CONTROLLER, nodeId=1] Unexpected error (org.apache.kafka.common.network.Selector)");
    assertLine(
        line,
        "2026-11-23T06:45:56.123Z",
        "WARN",
        "[SocketServer listenerType=CONTROLLER, nodeId=1] Unexpected error");
    assertThat(line.fields())
        .isEqualTo(Map.of("logger", "org.apache.kafka.common.network.Selector"));
  }

  @Test
  void readsLogfmt() {
    ParsedLine line =
        logfmt.parse(
            "ts=2026-11-23T06:45:56.123Z caller=main.go:551 level=warn msg=\"Over \\\"limit\\\"\" mode=server");
    assertLine(line, "2026-11-23T06:45:56.123Z", "warn", "Over \"limit\"");
    assertThat(line.fields()).isEqualTo(Map.of("caller", "main.go:551", "mode", "server"));
  }

  @Test
  void keepsALogfmtLineWithoutMessageAsItStands() {
    String text = "ts=2026-11-23T06:45:56.123Z caller=main.go:557 level=info fs_type=EXT4";
    assertLine(logfmt.parse(text), "2026-11-23T06:45:56.123Z", "info", text);
  }

  @Test
  void doesNotTakeTextForLogfmt() {
    assertThat(logfmt.parse("ts=yesterday level=info msg=x")).isNull();
    assertThat(logfmt.parse("ts=2026-11-23T06:45:56Z and then some text")).isNull();
    assertThat(logfmt.parse("ts=2026-11-23T06:45:56Z msg=\"no end")).isNull();
    assertThat(logfmt.parse("level=info msg=x")).isNull();
  }

  @Test
  void readsVictoriaMetrics() {
    ParsedLine line =
        library.parse(
            "2026-11-23T06:45:56.123Z\tinfo\tVictoriaMetrics/lib/logger/flag.go:13\tcommand line flags");
    assertLine(line, "2026-11-23T06:45:56.123Z", "info", "command line flags");
    assertThat(line.fields()).isEqualTo(Map.of("logger", "VictoriaMetrics/lib/logger/flag.go:13"));
  }

  @Test
  void readsZooKeeper() {
    ParsedLine line =
        library.parse(
            "2026-11-23 06:45:56,123 [myid:1] - INFO  [main:o.a.z.s.q.QuorumPeerConfig@177] - Reading configuration from: zoo.cfg");
    assertLine(line, "2026-11-23T06:45:56.123Z", "INFO", "Reading configuration from: zoo.cfg");
    assertThat(line.fields())
        .isEqualTo(Map.of("logger", "o.a.z.s.q.QuorumPeerConfig", "thread", "main"));
  }

  @Test
  void readsFlink() {
    ParsedLine line =
        library.parse(
            "2026-11-23 06:45:56,123 INFO  org.apache.flink.runtime.checkpoint.CheckpointCoordinator    [] - Triggering checkpoint 1 (type=CHECKPOINT)");
    assertLine(
        line, "2026-11-23T06:45:56.123Z", "INFO", "Triggering checkpoint 1 (type=CHECKPOINT)");
    assertThat(line.fields())
        .isEqualTo(Map.of("logger", "org.apache.flink.runtime.checkpoint.CheckpointCoordinator"));
  }

  @Test
  void readsLogbackAndItsKin() {
    assertLine(
        library.parse("2026-11-23 06:45:56.123 [vert.x-eventloop-0] INFO  i.w.g.Gateway - up"),
        "2026-11-23T06:45:56.123Z",
        "INFO",
        "up");
    assertLine(
        library.parse("2026-11-23T06:45:56.123+01:00 INFO [main] io.weir.Foo - up"),
        "2026-11-23T05:45:56.123Z",
        "INFO",
        "up");
    assertLine(
        library.parse("2026-11-23 06:45:56,123 ERROR io.weir.Foo - down"),
        "2026-11-23T06:45:56.123Z",
        "ERROR",
        "down");
    assertLine(
        library.parse(
            "2026-11-23T06:45:56.123Z  WARN 4711 --- [shop] [  main] c.shop.Orders   : slow"),
        "2026-11-23T06:45:56.123Z",
        "WARN",
        "slow");
    assertLine(
        library.parse("2026-11-23 06:45:56 [warn] disk almost full"),
        "2026-11-23T06:45:56Z",
        "warn",
        "disk almost full");
  }

  @Test
  void readsS3Proxy() {
    ParsedLine line =
        library.parse(
            "[s3proxy] I 11-23 06:45:56.123 S3Proxy-Jetty-17 o.gaul.s3proxy.S3ProxyHandler:42 |::] request: GET");
    assertLine(line, "2026-11-23T06:45:56.123Z", "INFO", "request: GET");
    assertThat(line.fields())
        .isEqualTo(Map.of("logger", "o.gaul.s3proxy.S3ProxyHandler", "thread", "S3Proxy-Jetty-17"));
  }

  @Test
  void readsAnyLineThatBeginsWithATime() {
    assertLine(
        timeOnly.parse("2026-11-23 06:45:56 upgraded libc6"),
        "2026-11-23T06:45:56Z",
        null,
        "upgraded libc6");
    assertThat(timeOnly.parse("2026-99-23 06:45:56 no such month")).isNull();
    assertThat(timeOnly.parse("\tat io.weir.Foo.bar(Foo.java:17)")).isNull();
    assertThat(library.parse("2026-11-23 06:45:56 upgraded libc6")).isNull();
  }

  @Test
  void readsTimesWithoutZoneInTheGivenZone() {
    LineTimes vienna = new LineTimes(ZoneId.of("Europe/Vienna"), Clock.fixed(NOW, ZoneOffset.UTC));
    assertThat(vienna.iso("2026-11-23 06:45:56,5"))
        .isEqualTo(Instant.parse("2026-11-23T05:45:56.5Z"));
  }

  @Test
  void readsSyslogOfRfc3164() {
    ParsedLine line =
        syslog.parse("<27>Nov 23 06:45:56 web-1 sshd[4711]: Failed password for root");
    assertLine(line, "2026-11-23T06:45:56Z", "ERROR", "Failed password for root");
    assertThat(line.service()).isEqualTo("sshd");
    assertThat(line.host()).isEqualTo("web-1");
    assertThat(line.fields()).isEqualTo(Map.of("pid", "4711", "facility", 3L));
  }

  @Test
  void readsSyslogAsDebianWritesItToday() {
    ParsedLine line =
        syslog.parse("2026-11-23T06:45:56.123456+01:00 web-1 kernel: [    0.0] Linux version");
    assertLine(line, "2026-11-23T05:45:56.123456Z", null, "[    0.0] Linux version");
    assertThat(line.service()).isEqualTo("kernel");
  }

  @Test
  void readsSyslogOfRfc5424() {
    ParsedLine line =
        syslog.parse(
            "<165>1 2026-11-23T06:45:56.003Z web-1 evntslog - ID47 [ex@1 iut=\"3\"] An application event");
    assertLine(line, "2026-11-23T06:45:56.003Z", "INFO", "An application event");
    assertThat(line.service()).isEqualTo("evntslog");
    assertThat(line.fields()).isEqualTo(Map.of("facility", 20L));
  }

  @Test
  void aTimeWithoutYearIsTheLatestThatIsNotInTheFuture() {
    assertThat(times.syslog("Dec 31 23:59:59")).isEqualTo(Instant.parse("2025-12-31T23:59:59Z"));
    assertThat(times.syslog("Nov  3 06:45:56")).isEqualTo(Instant.parse("2026-11-03T06:45:56Z"));
    assertThat(times.syslog("Feb 29 00:00:00")).isEqualTo(Instant.parse("2024-02-29T00:00:00Z"));
    assertThat(times.monthAndDay("02-30 00:00:00")).isNull();
    assertThat(times.syslog("Foo  3 06:45:56")).isNull();
  }

  @Test
  void readsApacheAccessLogs() {
    String text =
        "83.149.9.216 - frank [17/May/2015:10:05:03 +0200] \"GET /a?q=\\\"x\\\" HTTP/1.1\" 503 - \"http://ref/\" \"Mozilla/5.0 (X)\"";
    ParsedLine line = access.parse(text);
    assertLine(line, "2015-05-17T08:05:03Z", "ERROR", text);
    assertThat(line.fields())
        .isEqualTo(
            Map.of(
                "client", "83.149.9.216",
                "user", "frank",
                "method", "GET",
                "path", "/a?q=\\\"x\\\"",
                "protocol", "HTTP/1.1",
                "status", 503L,
                "referrer", "http://ref/",
                "user_agent", "Mozilla/5.0 (X)"));
    assertThat(access.parse("127.0.0.1 - - [x] \"GET /\" 200 1")).isNull();
    assertThat(access.parse("127.0.0.1 - -")).isNull();
    assertThat(access.parse("")).isNull();
  }

  @Test
  void readsEveryRealAccessLogLine() throws IOException {
    Path file = Path.of("../../../shared/data/apache-access/access.log");
    assumeThat(file).as("real access log").exists();
    List<String> lines = Files.readAllLines(file);
    assertThat(lines)
        .hasSize(10_000)
        .allSatisfy(line -> assertThat(access.parse(line)).isNotNull());
  }

  @Test
  void aHostileLineCostsNoStackAndLittleTime() {
    String escapes = "127.0.0.1 - - [17/May/2015:10:05:03 +0200] \"" + "\\x".repeat(120_000);
    assertThat(access.parse(escapes)).isNull();
    String brackets = "2026-11-23 06:45:56 [" + " [x]".repeat(60_000);
    assertThat(library.parse(brackets)).isNull();
    assertThat(syslog.parse("<1>1 - - - - - " + "[a]".repeat(60_000))).isNotNull();
  }

  private static void assertLine(ParsedLine line, String time, String level, String message) {
    assertThat(line).isNotNull();
    assertThat(line.timestamp()).isEqualTo(Instant.parse(time));
    assertThat(line.level()).isEqualTo(level);
    assertThat(line.message()).isEqualTo(message);
  }
}
