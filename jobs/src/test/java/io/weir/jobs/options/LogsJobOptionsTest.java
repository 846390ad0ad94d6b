package io.weir.jobs.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.model.index.PromotedFields;
import io.weir.model.log.LogLimits;
import io.weir.operators.kafka.ExpiredOffsets;
import io.weir.operators.logs.CreateTimePolicy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogsJobOptionsTest {

  private static LogsJobOptions parse(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "--kafka.bootstrap-servers", "localhost:9092",
                "--elasticsearch.hosts", "http://localhost:9200",
                "--archive.path", "s3a://archive/logs"));
    args.addAll(List.of(more));
    return LogsJobOptions.parse(args.toArray(String[]::new));
  }

  @Test
  void needsOnlyToKnowWhereThingsAre() {
    LogsJobOptions options = parse();

    assertThat(options.kafka().topics()).containsExactly("logs");
    assertThat(options.kafka().expiredOffsets()).isEqualTo(ExpiredOffsets.FAIL);
    assertThat(options.kafka().createTime()).isEqualTo(CreateTimePolicy.FAIL);
    assertThat(options.kafka().startFrom()).isEqualTo(new StartFrom.Earliest());
    assertThat(options.limits()).isEqualTo(LogLimits.DEFAULT);
    assertThat(options.elasticsearch()).isPresent();
    assertThat(options.archive().orElseThrow().path()).isEqualTo("s3a://archive/logs");
    assertThat(options.deadLetters().topic()).isEqualTo("logs-dead-letters");
  }

  @Test
  void saysEverythingThatIsMissing() {
    assertThatThrownBy(LogsJobOptions::parse)
        .hasMessageContaining("kafka.bootstrap-servers: is required")
        .hasMessageContaining("elasticsearch.hosts: is required")
        .hasMessageContaining("archive.path: is required");
  }

  @Test
  void asksOnlyForTheStoresThatAreWritten() {
    LogsJobOptions archiveOnly =
        LogsJobOptions.parse(
            "--kafka.bootstrap-servers", "x:1",
            "--logs.stores", "archive",
            "--archive.path", "file:///tmp/a");
    LogsJobOptions none =
        LogsJobOptions.parse("--kafka.bootstrap-servers", "x:1", "--logs.stores", "none");

    assertThat(archiveOnly.elasticsearch()).isEmpty();
    assertThat(archiveOnly.archive()).isPresent();
    assertThat(none.elasticsearch()).isEmpty();
    assertThat(none.archive()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "2026-03-29T10:00:00Z, 2026-03-29T10:00:00Z",
    "2026-03-29T12:00:00+02:00, 2026-03-29T10:00:00Z",
    "1774778400000, 2026-03-29T10:00:00Z"
  })
  void startsFromAnInstant(String text, Instant expected) {
    assertThat(parse("--kafka.start-from", text).kafka().startFrom())
        .isEqualTo(new StartFrom.At(expected));
  }

  @Test
  void refusesAStartThatIsNone() {
    assertThatThrownBy(() -> parse("--kafka.start-from", "yesterday"))
        .hasMessageContaining("kafka.start-from: 'yesterday' is neither earliest, latest");
  }

  @Test
  void readsTopicsByListOrByPatternButNotByBoth() {
    assertThat(parse("--kafka.topics", "a,b").kafka().topics()).containsExactly("a", "b");
    LogsJobOptions byPattern = parse("--kafka.topic-pattern", "logs-[a-z]{2}");
    assertThat(byPattern.kafka().topics()).isEmpty();
    assertThat(byPattern.kafka().topicPattern()).isPresent();
    assertThatThrownBy(() -> parse("--kafka.topics", "a", "--kafka.topic-pattern", "b"))
        .hasMessageContaining("kafka.topic-pattern: is given, and kafka.topics too");
    assertThatThrownBy(() -> parse("--kafka.topic-pattern", "("))
        .hasMessageContaining("kafka.topic-pattern: '(' is not a regular expression");
  }

  @Test
  void refusesToReadItsOwnDeadLetters() {
    assertThatThrownBy(() -> parse("--kafka.topics", "logs,logs-dead-letters"))
        .hasMessageContaining("dead-letters.topic: is one of the topics that are read");
    assertThatThrownBy(() -> parse("--kafka.topic-pattern", "logs.*"))
        .hasMessageContaining("dead-letters.topic: matches the pattern");
  }

  @Test
  void handsOnPropertiesOfKafkasClients() {
    LogsJobOptions options = parse("--kafka.properties.security.protocol", "SASL_SSL");

    assertThat(options.kafka().clientProperties())
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("bootstrap.servers", "localhost:9092");
  }

  @Test
  void promotesTheFieldsThatAreGivenAndNoneWithoutThem() {
    assertThat(parse("--elasticsearch.promoted-fields", "status=long, user_id=keyword").promoted())
        .isEqualTo(PromotedFields.parse(List.of("status=long", "user_id=keyword")));
    assertThat(parse().promoted()).isEqualTo(PromotedFields.NONE);
    assertThatThrownBy(() -> parse("--elasticsearch.promoted-fields", "status=int"))
        .hasMessageContaining("elasticsearch.promoted-fields: 'status=int' is not field=type");
  }

  @Test
  void reportsWhatASinkRefusesUnderTheSinksName() {
    assertThatThrownBy(() -> parse("--elasticsearch.username", "weir"))
        .hasMessageContaining("elasticsearch.*: Elasticsearch: username and password go together");
  }

  @Test
  void refusesAnArchivePathThatIsNoUri() {
    assertThatThrownBy(
            () ->
                LogsJobOptions.parse(
                    "--kafka.bootstrap-servers", "x:1",
                    "--logs.stores", "archive",
                    "--archive.path", "logs"))
        .hasMessageContaining("archive.*:")
        .hasMessageContaining("path 'logs' is not an absolute URI");
  }

  @ParameterizedTest
  @CsvSource({
    "--elasticsearch.bulk.max-buffered-size, 1 mb, must be at least elasticsearch.bulk.max-size",
    "--elasticsearch.bulk.max-buffered-documents, 100, must be more than",
    "--elasticsearch.bulk.max-backoff, 1 ms, must be at least elasticsearch.bulk.initial-backoff",
    "--retention.hot, 0 s, must be longer than 0",
    "--parse.max-record-size, 3 gb, must be 1 byte to 2 gb",
    "--logs.stores, tape, 'tape' is none of elasticsearch",
    "--kafka.expired-offsets, latest, 'latest' is none of fail"
  })
  void refusesValuesThatDoNotGoTogether(String key, String value, String reason) {
    assertThatThrownBy(() -> parse(key, value))
        .hasMessageContaining(key.substring(2) + ": ")
        .hasMessageContaining(reason);
  }

  @Test
  void passwordsDoNotShow() {
    LogsJobOptions options =
        parse("--elasticsearch.username", "weir", "--elasticsearch.password", "s3cret");

    assertThat(options.shown()).containsEntry("elasticsearch.password", "******");
    assertThat(options.shown().toString()).doesNotContain("s3cret");
  }
}
