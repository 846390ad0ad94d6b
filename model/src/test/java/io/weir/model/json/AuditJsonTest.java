package io.weir.model.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.audit.HourTally;
import io.weir.model.audit.OffsetRanges;
import io.weir.model.audit.StoreTally;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AuditJsonTest {
  private static final HourTally TALLY =
      new HourTally(
          "logs",
          3,
          1_774_778_400_000L,
          1_000,
          2,
          1,
          4,
          0,
          new StoreTally(
              991, 0, OffsetRanges.of(12, 18).union(OffsetRanges.of(40, 40)), OffsetRanges.NONE),
          new StoreTally(998, 1, OffsetRanges.NONE, OffsetRanges.of(7, 7)));

  @Test
  void tellsEveryRangeOfAnHour() {
    assertThat(new String(AuditJson.hour(TALLY), StandardCharsets.UTF_8))
        .isEqualTo(
            """
            {"type":"hour","topic":"logs","partition":3,"hour":"2026-03-29T10:00:00Z",\
            "status":"incomplete","expected":1000,"pending":2,"duplicates":1,\
            "not_for_elasticsearch":4,\
            "elasticsearch":{"stored":991,"dead":0,"missing":8,"missing_ranges":[[12,18],[40,40]],\
            "doubled":0,"doubled_ranges":[]},\
            "archive":{"stored":998,"dead":1,"missing":0,"missing_ranges":[],\
            "doubled":1,"doubled_ranges":[[7,7]]}}\
            """);
  }

  @Test
  void whatTheJobHasNotPassedIsNotCalledComplete() {
    HourTally pending =
        new HourTally("logs", 3, 0, 10, 5, 0, 0, 0, StoreTally.NONE, StoreTally.NONE);
    HourTally passed =
        new HourTally("logs", 3, 0, 10, 0, 0, 0, 0, StoreTally.NONE, StoreTally.NONE);

    assertThat(new String(AuditJson.hour(pending), StandardCharsets.UTF_8))
        .contains("\"status\":\"pending\"");
    assertThat(new String(AuditJson.hour(passed), StandardCharsets.UTF_8))
        .contains("\"status\":\"complete\"");
    assertThat(
            new String(
                AuditJson.summary(Instant.EPOCH, Instant.EPOCH, pending, 0.5, 0.5),
                StandardCharsets.UTF_8))
        .contains("\"status\":\"pending\"");
  }

  @Test
  void summarisesWithTheDeliveredRatios() {
    Instant hour = Instant.ofEpochMilli(TALLY.hourMillis());
    assertThat(
            new String(
                AuditJson.summary(hour, hour.plusSeconds(3_600), TALLY, 0.992, 1),
                StandardCharsets.UTF_8))
        .startsWith("{\"type\":\"summary\",\"from\":\"2026-03-29T10:00:00Z\"")
        .contains("\"missing_in_elasticsearch\":8", "\"doubled_in_archive\":1")
        .endsWith("\"delivered_ratio_elasticsearch\":0.992,\"delivered_ratio_archive\":1}");
  }
}
