package io.weir.model.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampsTest {

  @ParameterizedTest
  @CsvSource({
    "2026-03-29T10:00Z, 2026-03-29T10:00:00Z",
    "2026-03-29T10:00, 2026-03-29T10:00:00Z",
    "2026-03-29T10:00:01Z, 2026-03-29T10:00:01Z",
    "2026-03-29T10:00:01.5Z, 2026-03-29T10:00:01.5Z",
    "2026-03-29T10:00:01.123456789Z, 2026-03-29T10:00:01.123456789Z",
    "2026-03-29T10:00:01.1234567899Z, 2026-03-29T10:00:01.123456789Z",
    "'2026-03-29T10:00:01,25Z', 2026-03-29T10:00:01.25Z",
    "2026-03-29t10:00:01z, 2026-03-29T10:00:01Z",
    "2026-03-29 10:00:01Z, 2026-03-29T10:00:01Z",
    "2026-03-29 10:00:01.5 +0200, 2026-03-29T08:00:01.5Z",
    "2026-03-29 10:00:01 UTC, 2026-03-29T10:00:01Z",
    "2026-03-29 10:00:01 GMT, 2026-03-29T10:00:01Z",
    "2026-03-29T10:00:01+02:00, 2026-03-29T08:00:01Z",
    "2026-03-29T10:00:01-0530, 2026-03-29T15:30:01Z",
    "2026-03-29T10:00:01+02, 2026-03-29T08:00:01Z",
    "2026-03-29T10:00+02:00, 2026-03-29T08:00:00Z",
    "2016-12-31T23:59:60Z, 2017-01-01T00:00:00Z",
    "2024-02-29T00:00Z, 2024-02-29T00:00:00Z",
    "1677-09-22T00:00:00Z, 1677-09-22T00:00:00Z",
    "2262-04-11T00:00:00Z, 2262-04-11T00:00:00Z",
    "0, 1970-01-01T00:00:00Z",
    "1711706400, 2024-03-29T10:00:00Z",
    "1711706400.25, 2024-03-29T10:00:00.25Z",
    "1711706400.123456789, 2024-03-29T10:00:00.123456789Z",
    "1711706400250, 2024-03-29T10:00:00.25Z",
    "1711706400250.5, 2024-03-29T10:00:00.2505Z",
    "1711706400250001, 2024-03-29T10:00:00.250001Z",
    "1711706400250001.5, 2024-03-29T10:00:00.250001500Z",
    "1711706400250001002, 2024-03-29T10:00:00.250001002Z",
    "1.7117064e9, 2024-03-29T10:00:00Z",
    "1.71170640025E12, 2024-03-29T10:00:00.25Z",
    "-1, 1969-12-31T23:59:59Z",
    "-1.5, 1969-12-31T23:59:58.5Z",
    "-62135596800000, 0001-01-01T00:00:00Z",
  })
  void readsWhatProducersWrite(String text, Instant expected) {
    long nanos = Timestamps.parse(text);

    if (expected.isBefore(Instant.parse("1677-09-22T00:00:00Z"))) {
      assertThat(nanos).isEqualTo(Timestamps.UNREADABLE);
    } else {
      assertThat(Timestamps.format(nanos))
          .isEqualTo(
              DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z'")
                  .format(expected.atOffset(ZoneOffset.UTC)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "now",
        "-",
        "+",
        "10:00",
        "2026-03-29",
        "2026-03-29T10",
        "2026-03-29T10:00:",
        "2026-03-29T10:00:1Z",
        "2026-03-29T10:00:00.Z",
        "2026-13-29T10:00Z",
        "2026-00-29T10:00Z",
        "2026-02-29T10:00Z",
        "2026-03-32T10:00Z",
        "2026-03-29T24:00Z",
        "2026-03-29T10:60Z",
        "2026-03-29T10:00:61Z",
        "2026-03-29X10:00Z",
        "2026-03-29T10:00+2",
        "2026-03-29T10:00+19:00",
        "2026-03-29T10:00+02:60",
        "2026-03-29T10:00CET",
        "2026-03-29T10:00ZZ",
        "2026/03/29T10:00Z",
        "1677-01-01T00:00Z",
        "0000-01-01T00:00Z",
        "17117064oo",
        "1711706400.",
        "1711706400.5.5",
        ".5",
        "1e",
        "e9",
        "1-1",
        "NaN",
        "Infinity",
        "0x10",
        "1d",
        "-99999999999999999999",
        "-1e300"
      })
  void saysThatOtherTextIsUnreadable(String text) {
    assertThat(Timestamps.parse(text)).isEqualTo(Timestamps.UNREADABLE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "3000-01-01T00:00Z",
        "2262-04-12T00:00Z",
        "32503680000",
        "99999999999999999999",
        "1e300"
      })
  void putsTimesPastTheLastExpressibleOneAtTheEndOfTime(String text) {
    assertThat(Timestamps.parse(text)).isEqualTo(Long.MAX_VALUE);
  }

  @Property
  void readsWhatItWrites(@ForAll long nanos) {
    Assume.that(nanos > Long.MIN_VALUE + Timestamps.NANOS_PER_SECOND);

    assertThat(Timestamps.parse(Timestamps.format(nanos))).isEqualTo(nanos);
  }

  @Property
  void agreesWithJavaTime(
      @ForAll @IntRange(min = -9_000_000, max = 9_000_000) int thousandSeconds,
      @ForAll @IntRange(max = 999_999_999) int nanos,
      @ForAll @IntRange(min = -1080, max = 1080) int offsetMinutes) {
    OffsetDateTime time =
        Instant.ofEpochSecond(thousandSeconds * 1_000L, nanos)
            .atOffset(ZoneOffset.ofTotalSeconds(offsetMinutes * 60));

    String text = DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time);

    assertThat(Timestamps.parse(text))
        .isEqualTo(thousandSeconds * 1_000L * Timestamps.NANOS_PER_SECOND + nanos);
  }

  @Property
  void neverThrows(@ForAll String text) {
    long nanos = Timestamps.parse(text);

    if (nanos != Timestamps.UNREADABLE) {
      assertThat(Timestamps.format(nanos)).hasSize(Timestamps.FORMATTED_LENGTH);
    }
  }
}
