package io.weir.gateway.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.kafka.RecordOrigin;
import io.weir.model.log.JsonLogParser;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLevel;
import io.weir.model.log.LogLimits;
import io.weir.model.log.ParsedLog;
import io.weir.model.log.Timestamps;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.properties.PropertiesConfigurationFactory;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the processes log with {@code WEIR_LOG_FORMAT=json}, whatever is in it, is a line that
 * Weir's own parser reads, as agents send it, with the service that they add.
 */
class JsonLinesTest {
  private static final String MESSAGE = "said \"no\"\n\ttwice \\ {} \u0001 \u20ac \ud83d\ude00";
  private static final Instant TIME = Instant.parse("2026-03-29T10:00:00.123Z");

  @ParameterizedTest
  @ValueSource(
      strings = {"src/main/resources/log4j2.properties", "../flink-conf/log4j2.properties"})
  void aLineIsAnEventOfOurOwnParser(String file) throws IOException {
    String line = line(Path.of(file));
    assertThat(line).endsWith("}\n");
    assertThat(line.lines()).hasSize(1);

    ParsedLog parsed =
        new JsonLogParser(
                new LogLimits(
                    1 << 20, 10_000, 20, Duration.ofDays(36_500), Duration.ofDays(36_500)))
            .parse(
                line.replaceFirst("\\{", "{\"service\":\"weir\",").getBytes(UTF_8),
                new RecordOrigin("logs", "it000", 0, 1, TIME.toEpochMilli()));

    LogEvent event = parsed.event();
    assertThat(event).as(String.valueOf(parsed.deadLetter())).isNotNull();
    assertThat(event.message()).isEqualTo(MESSAGE);
    assertThat(event.level()).isEqualTo(LogLevel.ERROR);
    assertThat(Timestamps.format(event.timestampNanos())).startsWith("2026-03-29T10:00:00.123");
    assertThat(event.fields().toString())
        .contains("io.weir.\\\"Odd\\\"", "pool \\\"1\\\"")
        .contains("because \\\"x\\\"")
        .contains("Caused by: java.io.IOException: line\\nbreak");
  }

  private static String line(Path file) throws IOException {
    try (LoggerContext context = new LoggerContext("json");
        InputStream content = Files.newInputStream(file)) {
      Configuration configuration =
          new PropertiesConfigurationFactory()
              .getConfiguration(context, new ConfigurationSource(content));
      configuration.initialize();
      return configuration
          .getAppender("json")
          .getLayout()
          .toSerializable(
              Log4jLogEvent.newBuilder()
                  .setLoggerName("io.weir.\"Odd\"")
                  .setThreadName("pool \"1\"")
                  .setLevel(Level.ERROR)
                  .setTimeMillis(TIME.toEpochMilli())
                  .setMessage(new SimpleMessage(MESSAGE))
                  .setThrown(
                      new IllegalStateException("because \"x\"", new IOException("line\nbreak")))
                  .build())
          .toString();
    }
  }
}
