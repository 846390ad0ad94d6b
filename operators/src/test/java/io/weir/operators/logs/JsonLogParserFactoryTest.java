package io.weir.operators.logs;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.log.LogLimits;
import io.weir.model.log.ParsedLog;
import io.weir.operators.TestingRecords;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class JsonLogParserFactoryTest {

  @Test
  void itsLimitsTravelWithTheJobGraph() throws Exception {
    LogLimits limits = new LogLimits(200, 5, 2, Duration.ofSeconds(1), Duration.ofHours(1));

    LogParserFactory there = InstantiationUtil.clone(new JsonLogParserFactory(limits));

    byte[] record =
        "{\"service\":\"payments\",\"message\":\"123456789\"}".getBytes(StandardCharsets.UTF_8);
    ParsedLog parsed = there.create().parse(record, TestingRecords.origin(1));
    assertThat(parsed.event().message()).hasSizeLessThanOrEqualTo(5);
    assertThat(there.create().parse(new byte[201], TestingRecords.origin(2)).deadLetter())
        .isNotNull();
  }

  @Test
  void everyReaderHasItsOwnParser() {
    LogParserFactory factory = new JsonLogParserFactory(LogLimits.DEFAULT);

    assertThat(factory.create()).isNotSameAs(factory.create());
  }
}
