package io.weir.harness.ship;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventAssemblerTest {
  private final LineTimes times = new LineTimes(ZoneOffset.UTC, Clock.systemUTC());
  private final List<LogText> events = new ArrayList<>();

  @Test
  void aStackTraceIsOneEvent() {
    String trace =
        """
        2026-11-23 06:45:56,123 ERROR io.weir.Foo - request failed
        java.lang.IllegalStateException: closed
        \tat io.weir.Foo.bar(Foo.java:17)
        Caused by: java.io.IOException: broken pipe

        \t... 12 more
        2026-11-23 06:45:57,000 INFO io.weir.Foo - next
        """;
    take(trace, 1 << 18);
    assertThat(events).hasSize(2);
    assertThat(events.get(0).head().level()).isEqualTo("ERROR");
    assertThat(events.get(0).text())
        .isEqualTo(
            "request failed\njava.lang.IllegalStateException: closed\n\tat io.weir.Foo.bar(Foo.java:17)\n"
                + "Caused by: java.io.IOException: broken pipe\n\n\t... 12 more");
    assertThat(events.get(0).end()).isEqualTo(events.get(1).start());
    assertThat(events.get(1).end()).isEqualTo(trace.length());
  }

  @Test
  void aTraceWithoutHeadIsOneEventToo() {
    take(
        """
        Exception in thread "main" java.lang.Error: x
        \tat Main.main(Main.java:1)
        Caused by: java.lang.Error: y
        \tat Main.main(Main.java:2)
        unrelated line
        """,
        1 << 18);
    assertThat(events).extracting(event -> event.text().lines().count()).containsExactly(4L, 1L);
  }

  @Test
  void linesWithoutFormatAreEventsOfTheirOwn() {
    take("one\ntwo\n\nthree\n", 1 << 18);
    assertThat(events).extracting(LogText::text).containsExactly("one", "two", "three");
  }

  @Test
  void aJsonLineIsNoContinuation() {
    take("2026-11-23 06:45:56,123 INFO io.weir.Foo - up\n{\"message\":\"m\"}\n", 1 << 18);
    assertThat(events).extracting(LogText::text).containsExactly("up", "{\"message\":\"m\"}");
  }

  @Test
  void syslogLinesAreNotSwallowedByOneAnother() {
    take("Nov 23 06:45:56 h a: one\nNov 23 06:45:57 h b: two\nfree text\n", 1 << 18);
    assertThat(events).extracting(LogText::text).containsExactly("one", "two", "free text");
  }

  @Test
  void anEndlessTraceIsCutIntoPiecesThatShareTheHead() {
    take(
        "2026-11-23 06:45:56,123 ERROR io.weir.Foo - deep\n" + "\tat a.b.C(C.java:1)\n".repeat(100),
        200);
    assertThat(events).hasSizeGreaterThan(9);
    assertThat(events)
        .allSatisfy(
            event -> {
              assertThat(event.head().level()).isEqualTo("ERROR");
              assertThat(event.text()).hasSizeLessThanOrEqualTo(200);
            });
    assertThat(events.stream().mapToLong(event -> event.text().lines().count()).sum())
        .isEqualTo(101);
  }

  @Test
  void aLineThatOutgrowsTheLimitComesInPiecesWithoutCutCharacters() {
    LineSplitter splitter = new LineSplitter(10, 64);
    List<RawLine> lines = new ArrayList<>();
    byte[] bytes = ("é".repeat(100) + "\r\nx\n").getBytes(StandardCharsets.UTF_8);
    for (byte b : bytes) {
      splitter.take(ByteBuffer.wrap(new byte[] {b}), lines::add);
    }
    assertThat(String.join("", lines.stream().map(RawLine::text).toList()))
        .isEqualTo("é".repeat(100) + "x");
    assertThat(lines.get(0).start()).isEqualTo(10);
    for (int i = 1; i < lines.size(); i++) {
      assertThat(lines.get(i).start()).isEqualTo(lines.get(i - 1).end());
    }
    assertThat(lines.get(lines.size() - 1).end()).isEqualTo(10 + bytes.length);
  }

  private void take(String text, int maxEventChars) {
    EventAssembler assembler =
        new EventAssembler(
            List.of(
                LibraryFormat.withLevel(times),
                new SyslogFormat(times),
                new AccessLogFormat(times),
                LibraryFormat.timeOnly(times)),
            maxEventChars);
    LineSplitter splitter = new LineSplitter(0, 1 << 18);
    splitter.take(
        ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)),
        line -> assembler.take(line, events::add));
    assembler.flush(events::add);
  }
}
