package io.weir.model.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.kafka.RecordOrigin;
import io.weir.model.metric.ParsedMetric;
import io.weir.model.metric.ParsedMetric.TimeSource;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricRecordParserTest {
  private static final long APPEND_TIME = 1_774_778_400_000L;
  private static final RecordOrigin ORIGIN =
      new RecordOrigin("metrics", "0a1b2", 1, 5, APPEND_TIME);

  private final MetricRecordParser parser = new MetricRecordParser(200);

  private ParsedMetric parse(String json) {
    return parser.parse(json.getBytes(StandardCharsets.UTF_8), ORIGIN);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'timestamp':1774778399000|-1000|PRODUCER",
        "'timestamp':1774778400000|0|PRODUCER",
        "'timestamp':1774778400001|0|IN_FUTURE",
        "'timestamp':'2100-01-01T00:00:00Z'|0|IN_FUTURE",
        "'timestamp':'soon'|0|UNREADABLE",
        "'timestamp':[]|0|UNREADABLE",
        "'timestamp':null|0|MISSING",
        "'x':1|0|MISSING"
      },
      quoteCharacter = '`')
  void judgesTimeByTheAppendTime(String timestamp, long offset, TimeSource source) {
    ParsedMetric parsed = parse(("{'metric':'m','value':1," + timestamp + "}").replace('\'', '"'));

    assertThat(parsed.point().timestampMillis()).isEqualTo(APPEND_TIME + offset);
    assertThat(parsed.timeSource()).isEqualTo(source);
    assertThat(parsed.timestampMillis()).isEqualTo(APPEND_TIME + offset);
  }

  @Test
  void whatIsNoPointIsADeadLetterThatNamesTheField() {
    ParsedMetric parsed = parse("{\"metric\":\"m\",\"value\":\"x\"}");

    assertThat(parsed.deadLetter().reason()).isEqualTo("invalid_point");
    assertThat(parsed.deadLetter().detail()).contains("value").contains("finite number");
    assertThat(parsed.deadLetter().origin()).isEqualTo(ORIGIN);
    assertThat(parsed.timestampMillis()).isEqualTo(APPEND_TIME);
  }

  @Test
  void anEmptyOrATooLargeRecordIsADeadLetter() {
    assertThat(parser.parse(null, ORIGIN).deadLetter().reason()).isEqualTo("empty_record");
    assertThat(parse("").deadLetter().reason()).isEqualTo("empty_record");
    assertThat(parse(" ".repeat(201)).deadLetter().reason()).isEqualTo("record_too_large");
    assertThat(parse("{").deadLetter().reason()).isEqualTo("invalid_point");
  }
}
