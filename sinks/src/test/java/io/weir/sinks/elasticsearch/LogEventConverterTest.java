package io.weir.sinks.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.index.HotIndices;
import io.weir.model.index.PromotedFields;
import io.weir.model.json.LogDocument;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLevel;
import io.weir.sinks.support.TestingWriterContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogEventConverterTest {
  private static final long HOUR = 3_600_000_000_000L;

  private final LogEventConverter converter = new LogEventConverter();

  @BeforeEach
  void open() {
    converter.open(new TestingWriterContext(ElasticsearchSinkMetrics.GROUP));
  }

  @Test
  void makesTheDocumentOfAnEvent() {
    LogEvent event = event(Documents.TIMESTAMP + 5, "{\"user\":42}");

    BulkDocument document = converter.apply(event, null);

    assertThat(document.index()).isEqualTo("logs-2026-03-29-10");
    assertThat(document.id()).isEqualTo(event.eventId());
    assertThat(LogDocument.decode(document.source())).isEqualTo(event);
    assertThat(document.timestampNanos()).isEqualTo(event.timestampNanos());
    assertThat(document.origin()).isEqualTo(event.origin());
    assertThat(document.attempts()).isZero();
  }

  @Test
  void writesFieldsOfSeveralLinesAsOne() {
    LogEvent event = event(Documents.TIMESTAMP, "{\n  \"user\": 42,\r\n  \"name\": \"a\\nb\"\n}");

    BulkDocument document = converter.apply(event, null);

    assertThat(document.source()).doesNotContain('\n');
    assertThat(LogDocument.decode(document.source()).fields())
        .isEqualTo("{   \"user\": 42,\r   \"name\": \"a\\nb\" }");
  }

  @Test
  void writesPromotedFieldsAndCountsWhatIsNotOfTheirType() {
    LogEventConverter promoting =
        new LogEventConverter(PromotedFields.parse(List.of("user=long", "name=keyword")));
    TestingWriterContext context = new TestingWriterContext("elasticsearch");
    promoting.open(context);

    BulkDocument document =
        promoting.apply(event(Documents.TIMESTAMP, "{\"user\":\"x\",\"name\":\"n\"}"), null);
    promoting.apply(event(Documents.TIMESTAMP, "{\"user\":[\"y\",1]}"), null);

    assertThat(new String(document.source(), StandardCharsets.UTF_8))
        .contains("\"promoted\":{\"name\":\"n\"}");
    assertThat(context.counter("promotedValuesLeftOut")).isEqualTo(2);
  }

  @Test
  void countsDocumentsWhoseFieldsAreNotAllSearched() {
    TestingWriterContext context = new TestingWriterContext("elasticsearch");
    converter.open(context);
    String many =
        IntStream.range(0, 300)
            .mapToObj(i -> "\"f" + i + "\":" + i)
            .collect(Collectors.joining(",", "{", "}"));

    converter.apply(event(Documents.TIMESTAMP, "{\"user\":42}"), null);
    converter.apply(event(Documents.TIMESTAMP, many), null);

    assertThat(context.counter("fieldTermsTruncated")).isEqualTo(1);
  }

  @Test
  void namesIndicesAsTheModelDoesWhateverTheOrderOfTheHours() {
    HourlyIndexNames names = new HourlyIndexNames();
    for (long hour : new long[] {0, 1, 64, 0, 128, 1, 65, -1, -64, 495_000, 494_999, 495_000}) {
      for (long nanos : new long[] {0, 1, HOUR - 1}) {
        long timestamp = hour * HOUR + nanos;
        assertThat(names.of(timestamp)).isEqualTo(HotIndices.hourly(timestamp));
      }
    }
  }

  private static LogEvent event(long timestampNanos, String fields) {
    return new LogEvent(
        timestampNanos,
        "payments",
        "host-1",
        "eu",
        LogLevel.ERROR,
        "it \"failed\"\n\tat line 1",
        fields,
        null,
        null,
        0,
        "logs",
        "abcde",
        3,
        17,
        Documents.TIMESTAMP / 1_000_000);
  }
}
