package io.weir.model.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveLayoutTest {

  @Test
  void putsAnEventIntoTheFolderOfItsHourAndService() {
    assertThat(ArchiveLayout.bucket(nanos("2026-03-29T23:59:59.999999999Z"), "payments"))
        .isEqualTo("date=2026-03-29/hour=23/service=payments");
    assertThat(ArchiveLayout.bucket(nanos("2026-03-30T00:00:00Z"), "payments"))
        .isEqualTo("date=2026-03-30/hour=00/service=payments");
  }

  @Test
  void knowsTimesBeforeTheEpoch() {
    assertThat(ArchiveLayout.bucket(-1, "a")).isEqualTo("date=1969-12-31/hour=23/service=a");
    assertThat(ArchiveLayout.lateBucket(Long.MIN_VALUE))
        .isEqualTo("date=1677-09-21/hour=late/service=_mixed");
    assertThat(ArchiveLayout.lateBucket(Long.MAX_VALUE))
        .isEqualTo("date=2262-04-11/hour=late/service=_mixed");
  }

  @ParameterizedTest
  @CsvSource({
    "payments-api.v2_x, payments-api.v2_x",
    "., ~2E",
    ".., ~2E.",
    ".hidden, ~2Ehidden",
    "_mixed, ~5Fmixed",
    "__late__, ~5F_late__",
    "a/b, a~2Fb",
    "'a b', a~20b",
    "100%, 100~25",
    "a=b, a~3Db",
    "~, ~7E",
    "größe, gr~C3~B6~C3~9Fe",
    "\uD83D\uDD25, ~F0~9F~94~A5",
    "'', ~",
  })
  void encodesNamesSoThatTheyAreOneSafePathElement(String service, String part) {
    assertThat(ArchiveLayout.encodeService(service)).isEqualTo(part);
    assertThat(ArchiveLayout.decodeService(part)).contains(service);
  }

  @Test
  void encodesControlCharacters() {
    assertThat(ArchiveLayout.encodeService("a\u0000\n")).isEqualTo("a~00~0A");
  }

  @Test
  void givesEveryNameAPartOfItsOwnThatLeadsBackToIt() {
    Random random = new Random(7);
    Set<String> names = new HashSet<>();
    Set<String> parts = new HashSet<>();
    for (int i = 0; i < 5_000; i++) {
      StringBuilder name = new StringBuilder();
      int length = random.nextInt(120);
      for (int j = 0; j < length; j++) {
        int kind = random.nextInt(4);
        name.appendCodePoint(
            kind == 0
                ? 0x1F600 + random.nextInt(60)
                : kind == 1 ? random.nextInt(128) : 'a' + random.nextInt(26));
      }
      String service = name.toString();
      String part = ArchiveLayout.encodeService(service);
      names.add(service);
      parts.add(part);
      assertThat(part).matches("(~[0-9A-F]{2}|[A-Za-z0-9._-])*(~-[0-9a-f]{32})?|~");
      assertThat(part.length()).isBetween(1, ArchiveLayout.MAX_SERVICE_LENGTH);
      if (!part.contains("~-")) {
        assertThat(ArchiveLayout.decodeService(part)).contains(service);
      }
    }
    assertThat(parts).hasSameSizeAs(names);
  }

  @Test
  void tellsLongNamesWithOneBeginningApartAndNeverCutsInsideAnEscape() {
    for (int pad = 0; pad < 4; pad++) {
      String start = "a".repeat(pad) + "ö".repeat(200);
      String one = ArchiveLayout.encodeService(start + "1");
      String two = ArchiveLayout.encodeService(start + "2");
      assertThat(one).isNotEqualTo(two).matches("(~[0-9A-F]{2}|a)*~-[0-9a-f]{32}");
      assertThat(one.length()).isLessThanOrEqualTo(ArchiveLayout.MAX_SERVICE_LENGTH);
      assertThat(ArchiveLayout.decodeService(one)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"_mixed", "", "a~", "~4", "~zz", "~FF", "ö", "abc~-00"})
  void decodesNothingThatIsNotOneService(String part) {
    assertThat(ArchiveLayout.decodeService(part)).isEmpty();
  }

  @Test
  void readsTheFolderOutOfAPath() {
    ArchiveBucket bucket =
        ArchiveLayout.parse(
                "s3a://bucket/logs/date=2026-03-29/hour=07/service=a~2Fb/batch-x-0.parquet")
            .orElseThrow();
    assertThat(bucket)
        .isEqualTo(new ArchiveBucket(LocalDate.of(2026, 3, 29), OptionalInt.of(7), "a~2Fb"));
    assertThat(bucket.service()).contains("a/b");
    assertThat(bucket.mayContain("a/b")).isTrue();
    assertThat(bucket.mayContain("a")).isFalse();
    assertThat(bucket.from()).contains(Instant.parse("2026-03-29T07:00:00Z"));
    assertThat(bucket.to()).contains(Instant.parse("2026-03-29T08:00:00Z"));
  }

  @Test
  void knowsThatALateFolderHoldsAWholeDayOfEveryService() {
    ArchiveBucket bucket =
        ArchiveLayout.parse(ArchiveLayout.lateBucket(nanos("2026-03-29T07:00:00Z"))).orElseThrow();
    assertThat(bucket.mixed()).isTrue();
    assertThat(bucket.catchAll()).isFalse();
    assertThat(bucket.mayContain("anything")).isTrue();
    assertThat(bucket.service()).isEmpty();
    assertThat(bucket.from()).contains(Instant.parse("2026-03-29T00:00:00Z"));
    assertThat(bucket.to()).contains(Instant.parse("2026-03-30T00:00:00Z"));
  }

  @Test
  void knowsThatTheCatchAllFolderHoldsAnyTime() {
    ArchiveBucket bucket = ArchiveLayout.parse(ArchiveLayout.CATCH_ALL).orElseThrow();
    assertThat(bucket.catchAll()).isTrue();
    assertThat(bucket.from()).isEmpty();
    assertThat(bucket.to()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "date=2026-13-01/hour=07/service=a",
        "date=2026-03-01/hour=24/service=a",
        "date=2026-03-01/hour=7/service=a",
        "date=2026-03-01/hour=07/service=",
        "date=2026-03-01/hour=07",
        "xdate=2026-03-01/hour=07/service=a",
        ""
      })
  void refusesPathsOfOtherShapes(String path) {
    assertThat(ArchiveLayout.parse(path)).isEmpty();
  }

  private static long nanos(String time) {
    Instant instant = Instant.parse(time);
    return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
  }
}
