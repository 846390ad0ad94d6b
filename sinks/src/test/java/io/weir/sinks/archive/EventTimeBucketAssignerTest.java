package io.weir.sinks.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.archive.ArchiveLayout;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLevel;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class EventTimeBucketAssignerTest {
  private static final int MAX_OPEN = 16;
  private static final int MAX_HOURLY = 14;

  private final OpenFiles openFiles = new OpenFiles();
  private final EventTimeBucketAssigner assigner =
      new EventTimeBucketAssigner(Duration.ofHours(24), MAX_OPEN, openFiles);
  private final Set<String> written = new HashSet<>();

  @Test
  void goesByEventTimeAndService() {
    assertThat(write("2026-03-29T23:59:59.999999999Z", "2026-03-30T00:00:01Z", "payments"))
        .isEqualTo("date=2026-03-29/hour=23/service=payments");
    assertThat(write("2026-03-30T00:00:00Z", "2026-03-30T00:00:01Z", "payments"))
        .isEqualTo("date=2026-03-30/hour=00/service=payments");
    assertThat(write("2026-03-29T23:00:00Z", "2026-03-30T00:00:01Z", "a/b"))
        .isEqualTo("date=2026-03-29/hour=23/service=a~2Fb");
    assertThat(write("2026-03-29T23:00:00Z", "2026-03-30T00:00:01Z", "_mixed"))
        .isEqualTo("date=2026-03-29/hour=23/service=~5Fmixed");
  }

  @Test
  void sharesAFolderForEventsWhoseHourEndedTooLongBeforeTheirAppendTime() {
    assertThat(write("2026-03-29T10:30:00Z", "2026-03-30T11:00:00Z", "a"))
        .isEqualTo("date=2026-03-29/hour=10/service=a");
    assertThat(write("2026-03-29T10:30:00Z", "2026-03-30T11:00:00.001Z", "a"))
        .isEqualTo("date=2026-03-29/hour=late/service=_mixed");
    assertThat(write("2026-03-29T03:00:00Z", "2026-03-30T11:00:00Z", "b"))
        .isEqualTo("date=2026-03-29/hour=late/service=_mixed");
  }

  @Test
  void opensNoMoreFilesThanItMay() {
    for (int service = 0; service < 100; service++) {
      write("2026-03-29T10:00:00Z", "2026-03-29T10:00:00Z", "service-" + service);
    }
    assertThat(written)
        .hasSize(MAX_HOURLY + 1)
        .contains("date=2026-03-29/hour=late/service=_mixed");
    for (int day = 1; day < 28; day++) {
      String time = "2026-02-%02dT10:00:00Z".formatted(day);
      write(time, time, "service-0");
    }
    assertThat(written).hasSize(MAX_OPEN + 1).contains(ArchiveLayout.CATCH_ALL);
    assertThat(openFiles.count()).isEqualTo(MAX_OPEN + 1);
  }

  @Test
  void keepsUsingAFolderThatIsOpenWhateverElseIsFull() {
    for (int service = 0; service < 100; service++) {
      write("2026-03-29T10:00:00Z", "2026-03-29T10:00:00Z", "service-" + service);
    }
    assertThat(write("2026-03-29T10:00:00Z", "2026-03-29T10:00:00Z", "service-3"))
        .isEqualTo("date=2026-03-29/hour=10/service=service-3");
  }

  @Test
  void startsAnewWhenACheckpointHasClosedAllFiles() {
    for (int service = 0; service < 100; service++) {
      write("2026-03-29T10:00:00Z", "2026-03-29T10:00:00Z", "service-" + service);
    }
    checkpoint();
    assertThat(write("2026-03-29T10:00:00Z", "2026-03-29T10:00:00Z", "service-99"))
        .isEqualTo("date=2026-03-29/hour=10/service=service-99");
  }

  @Test
  void sharesTheCountOfOpenFilesWithTheWriterAfterTravelling() throws Exception {
    openFiles.opened();
    Travelling travelling = InstantiationUtil.clone(new Travelling(assigner, openFiles));
    assertThat(travelling.openFiles().count()).isZero();
    for (int i = 0; i < MAX_OPEN; i++) {
      travelling.openFiles().opened();
    }
    assertThat(
            travelling
                .assigner()
                .getBucketId(event("2026-03-29T10:00:00Z", "2026-03-29T10:00:00Z", "a"), null))
        .isEqualTo(ArchiveLayout.CATCH_ALL);
  }

  private record Travelling(EventTimeBucketAssigner assigner, OpenFiles openFiles)
      implements java.io.Serializable {}

  /** Assigns and opens a file as FileSink would. */
  private String write(String time, String appendTime, String service) {
    String bucket = assigner.getBucketId(event(time, appendTime, service), null);
    if (written.add(bucket)) {
      openFiles.opened();
    }
    return bucket;
  }

  private void checkpoint() {
    written.forEach(bucket -> openFiles.closed());
    written.clear();
  }

  private static LogEvent event(String time, String appendTime, String service) {
    Instant instant = Instant.parse(time);
    return new LogEvent(
        instant.getEpochSecond() * 1_000_000_000L + instant.getNano(),
        service,
        null,
        null,
        LogLevel.INFO,
        "",
        LogEvent.NO_FIELDS,
        null,
        null,
        0,
        "logs",
        "a1b2c",
        0,
        0,
        Instant.parse(appendTime).toEpochMilli());
  }
}
