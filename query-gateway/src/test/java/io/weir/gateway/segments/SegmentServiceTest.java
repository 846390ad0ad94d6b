package io.weir.gateway.segments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.TestingClock;
import io.weir.gateway.archive.LocalArchive;
import io.weir.gateway.config.TestingConfig;
import io.weir.gateway.search.Cancellation;
import io.weir.gateway.search.OpaqueToken;
import io.weir.gateway.search.TestingLogStore;
import io.weir.model.archive.ArchiveLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Util;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentServiceTest {
  @TempDir Path root;
  private final TestingLogStore store = new TestingLogStore();
  private SegmentService service;

  @BeforeEach
  void open() {
    service =
        new SegmentService(
            store,
            Optional.of(new LocalArchive(root)),
            TestingConfig.with().archive(),
            new TestingClock("2026-03-29T12:00:00Z"));
  }

  @AfterEach
  void close() {
    service.close();
  }

  @Test
  void listsIndicesByTimeAndThenFilesWithTheirRows() throws IOException {
    store.index("logs-2026-03-29-11", 5);
    store.index("logs-late-2026-03-29", 1);
    store.index("logs-2026-03-29-10", 7);
    store.index("logs-of-somebody-else", 7);
    String paymentsFile =
        "date=2026-03-29/hour=10/service="
            + ArchiveLayout.encodeService("pay/ments")
            + "/batch-a-0.parquet";
    parquet(paymentsFile, 42, 0);
    parquet("date=2026-03-29/hour=late/service=_mixed/batch-a-1.parquet", 3, 100_000);
    parquet(ArchiveLayout.CATCH_ALL + "/batch-a-2.parquet", 1, 0);
    Files.writeString(root.resolve("date=2026-03-29/hour=10/.batch.inprogress"), "x");
    Files.writeString(root.resolve("date=2026-03-29/hour=10/_SUCCESS"), "");
    Path broken = root.resolve("date=2026-03-29/hour=11/service=a/batch-b-0.parquet");
    Files.createDirectories(broken.getParent());
    Files.writeString(broken, "no parquet");
    SegmentService.Page page = list(EnumSet.allOf(Segment.Tier.class), 100, Optional.empty());
    assertThat(page.nextCursor()).isEmpty();
    assertThat(page.segments())
        .extracting(Segment::name)
        .containsExactly(
            "logs-late-2026-03-29",
            "logs-2026-03-29-10",
            "logs-2026-03-29-11",
            ArchiveLayout.CATCH_ALL + "/batch-a-2.parquet",
            paymentsFile,
            "date=2026-03-29/hour=11/service=a/batch-b-0.parquet",
            "date=2026-03-29/hour=late/service=_mixed/batch-a-1.parquet");
    assertThat(page.segments())
        .extracting(Segment::documents)
        .containsExactly(
            Optional.of(1L),
            Optional.of(7L),
            Optional.of(5L),
            Optional.of(1L),
            Optional.of(42L),
            Optional.empty(),
            Optional.of(3L));
    Segment payments = page.segments().get(4);
    assertThat(payments.service()).contains("pay/ments");
    assertThat(payments.from()).contains(Instant.parse("2026-03-29T10:00:00Z"));
    assertThat(payments.to()).contains(Instant.parse("2026-03-29T11:00:00Z"));
    assertThat(payments.bytes().orElseThrow()).isEqualTo(Files.size(root.resolve(payments.name())));
    assertThat(page.segments().get(3).from()).isEmpty();
  }

  @Test
  void pagesWithoutGapOrRepeatAcrossBothTiers() throws IOException {
    for (int hour = 0; hour < 7; hour++) {
      store.index("logs-2026-03-29-0" + hour, hour);
      parquet("date=2026-03-29/hour=0" + hour + "/service=a/batch-0.parquet", hour, 0);
      parquet("date=2026-03-29/hour=0" + hour + "/service=a-b/batch-0.parquet", hour, 0);
    }
    List<String> whole =
        list(EnumSet.allOf(Segment.Tier.class), 100, Optional.empty()).segments().stream()
            .map(Segment::name)
            .toList();
    assertThat(whole).hasSize(21);
    for (int limit = 1; limit <= 21; limit++) {
      List<String> names = new ArrayList<>();
      Optional<String> cursor = Optional.empty();
      do {
        SegmentService.Page page = list(EnumSet.allOf(Segment.Tier.class), limit, cursor);
        assertThat(page.segments().size()).isLessThanOrEqualTo(limit);
        page.segments().forEach(segment -> names.add(segment.name()));
        cursor = page.nextCursor();
      } while (cursor.isPresent());
      assertThat(names).as("limit %s", limit).isEqualTo(whole);
    }
  }

  @Test
  void listsOnlyWhatMayHoldEventsOfTheRange() throws IOException {
    for (int day = 10; day < 30; day++) {
      store.index("logs-2026-03-" + day + "-12", day);
      parquet("date=2026-03-" + day + "/hour=12/service=a/batch-0.parquet", day, 0);
    }
    parquet(ArchiveLayout.CATCH_ALL + "/batch-9.parquet", 9, 0);
    SegmentService.Page page =
        service.list(
            EnumSet.allOf(Segment.Tier.class),
            Optional.of("2026-03-20T12:30Z"),
            Optional.of("2026-03-21T12:30Z"),
            100,
            Optional.empty(),
            new Cancellation());
    assertThat(page.nextCursor()).isEmpty();
    assertThat(page.segments())
        .extracting(Segment::name)
        .containsExactly(
            "logs-2026-03-20-12",
            "logs-2026-03-21-12",
            ArchiveLayout.CATCH_ALL + "/batch-9.parquet",
            "date=2026-03-20/hour=12/service=a/batch-0.parquet",
            "date=2026-03-21/hour=12/service=a/batch-0.parquet");
  }

  @Test
  void refusesACursorThatIsNotItsOwn() {
    assertThatThrownBy(() -> list(EnumSet.allOf(Segment.Tier.class), 10, Optional.of("AAAA")))
        .hasMessageStartingWith("cursor: malformed cursor");
    for (int hour = 10; hour < 13; hour++) {
      store.index("logs-2026-03-29-" + hour, 1);
    }
    Set<Segment.Tier> hot = EnumSet.of(Segment.Tier.HOT);
    Optional<String> cursor = list(hot, 1, Optional.empty()).nextCursor();
    assertThat(list(hot, 1, cursor).segments()).hasSize(1);
    assertRefused(EnumSet.allOf(Segment.Tier.class), cursor, "another tier, 'from' or 'to'");
    ObjectNode own = (ObjectNode) OpaqueToken.decode(cursor.orElseThrow());
    assertRefused(
        hot, Optional.of(OpaqueToken.encode(own.deepCopy().put("t", "LUKEWARM"))), "malformed");
    assertRefused(
        hot, Optional.of(OpaqueToken.encode(own.deepCopy().put("v", 2))), "another version");
    assertRefused(
        hot, Optional.of(OpaqueToken.encode(own.deepCopy().put("k", "search"))), "another call");
  }

  private void assertRefused(Set<Segment.Tier> tiers, Optional<String> cursor, String why) {
    assertThatThrownBy(() -> list(tiers, 1, cursor))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("cursor: ")
        .hasMessageContaining(why);
  }

  private SegmentService.Page list(Set<Segment.Tier> tiers, int limit, Optional<String> cursor) {
    return service.list(
        tiers, Optional.empty(), Optional.empty(), limit, cursor, new Cancellation());
  }

  /** Writes a file with nothing but a footer, which is all that is read of it. */
  private void parquet(String path, long rows, int padding) throws IOException {
    FileMetaData metadata =
        new FileMetaData(1, List.of(new SchemaElement("root")), rows, List.of());
    metadata.setCreated_by("x".repeat(padding));
    ByteArrayOutputStream footer = new ByteArrayOutputStream();
    Util.writeFileMetaData(metadata, footer);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write("PAR1".getBytes(StandardCharsets.US_ASCII));
    file.write(footer.toByteArray());
    file.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(footer.size()).array());
    file.write("PAR1".getBytes(StandardCharsets.US_ASCII));
    Path target = root.resolve(path);
    Files.createDirectories(target.getParent());
    Files.write(target, file.toByteArray());
  }
}
