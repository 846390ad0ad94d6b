package io.weir.jobs.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.model.deadletter.DeadLetter;
import io.weir.model.kafka.RecordOrigin;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuditJobOptionsTest {
  private static final Instant NOW = Instant.parse("2026-03-29T12:34:56Z");
  private static final List<String> STORES =
      List.of(
          "--kafka.bootstrap-servers", "k:9092",
          "--elasticsearch.hosts", "http://e:9200",
          "--archive.path", "file:///archive");

  private static String[] with(String... more) {
    List<String> args = new ArrayList<>(STORES);
    args.addAll(List.of(more));
    return args.toArray(String[]::new);
  }

  private static AuditOptions audit(String... more) {
    return AuditJobOptions.parse(NOW, with(more)).audit();
  }

  @Test
  void auditsTheLastDayUpToWhatMayBeOnItsWay() {
    AuditOptions options = audit();

    assertThat(options.to()).isEqualTo("2026-03-29T12:24:56Z");
    assertThat(options.from()).as("the beginning of its hour").isEqualTo("2026-03-28T12:00:00Z");
    assertThat(options.cluster()).isEmpty();
    assertThat(options.json()).isFalse();
  }

  @Test
  void takesTheOptionsOfTheLogsJobAndItsOwn() {
    AuditOptions options =
        audit(
            "--audit.from", "2026-03-29T08:15:00+02:00",
            "--audit.to", "1774771200000",
            "--audit.cluster-url", "http://flink:8081",
            "--audit.output", "json",
            "--retention.hot", "7 d");

    assertThat(options.from()).isEqualTo("2026-03-29T06:00:00Z");
    assertThat(options.to()).isEqualTo("2026-03-29T08:00:00Z");
    assertThat(options.cluster()).contains(URI.create("http://flink:8081"));
    assertThat(options.json()).isTrue();
  }

  @Test
  void refusesTimesThatCannotBeJudged() {
    assertThatThrownBy(() -> audit("--audit.to", "2026-03-29T12:30:00Z"))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining("audit.to: 2026-03-29T12:30:00Z is less than audit.settle ago");
    assertThatThrownBy(() -> audit("--audit.from", "2026-03-29T13:00:00Z"))
        .hasMessageContaining("audit.from: ")
        .hasMessageContaining("is not before audit.to");
    assertThatThrownBy(() -> audit("--audit.from", "2026-01-01T00:00:00Z"))
        .hasMessageContaining("at most 31 days");
    assertThatThrownBy(() -> audit("--audit.from", "yesterday"))
        .hasMessageContaining("neither epoch milliseconds nor a time like");
  }

  private static DeadLetter letter(DeadLetter.Stage stage, DeadLetter.Store store, String reason) {
    return new DeadLetter(
        new RecordOrigin("logs", "it000", 2, 7, 0),
        stage,
        store,
        reason,
        "words",
        DeadLetter.PayloadKind.NONE,
        new byte[0]);
  }

  private static boolean selects(DeadLetter letter, String... more) {
    return RedriveJobOptions.parse(NOW, with(more))
        .redrive()
        .selects(letter, NOW.toEpochMilli() - 1);
  }

  @Test
  void selectsLettersByEveryConditionTogether() {
    DeadLetter parse = letter(DeadLetter.Stage.PARSE, DeadLetter.Store.ALL, "missing_service");
    DeadLetter write =
        letter(DeadLetter.Stage.WRITE, DeadLetter.Store.ELASTICSEARCH, "mapping_rejected");

    assertThat(selects(parse)).isTrue();
    assertThat(selects(parse, "--redrive.reason", "not_json, missing_service")).isTrue();
    assertThat(selects(parse, "--redrive.reason", "not_json")).isFalse();
    assertThat(selects(write, "--redrive.store", "elasticsearch")).isTrue();
    assertThat(selects(parse, "--redrive.store", "elasticsearch")).isFalse();
    assertThat(selects(write, "--redrive.topic", "other")).isFalse();
    assertThat(selects(write, "--redrive.partition", "2")).isTrue();
    assertThat(selects(write, "--redrive.partition", "3")).isFalse();
    assertThat(selects(write, "--redrive.first-offset", "8")).isFalse();
    assertThat(selects(write, "--redrive.last-offset", "7")).isTrue();
    assertThat(selects(write, "--redrive.to", "2026-03-29T12:00:00Z")).isFalse();
    assertThat(selects(write, "--redrive.from", "2026-03-29T12:00:00Z")).isTrue();
    assertThat(selects(letter(DeadLetter.Stage.DEDUPLICATE, DeadLetter.Store.ALL, "duplicate")))
        .as("no store lacks it")
        .isFalse();
  }
}
