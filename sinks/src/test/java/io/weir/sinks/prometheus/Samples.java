package io.weir.sinks.prometheus;

import io.weir.model.metric.Sample;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Samples for tests: the number is the value and the offset of the time. */
final class Samples {
  /** 2026-03-29T10:00:00Z. */
  static final long TIME = 1_774_778_400_000L;

  private Samples() {}

  static Sample sample(int number) {
    return new Sample("requests", Map.of("host", "h" + number % 3), number, TIME + number);
  }

  static SeriesSample encoded(int number) {
    return SeriesSample.of(sample(number));
  }

  static List<SeriesSample> encoded(int from, int to) {
    return IntStream.range(from, to).mapToObj(Samples::encoded).toList();
  }

  /** A sample that takes exactly this many bytes in a request; at least 200. */
  static Sample ofSize(int number, int bytes) {
    int length = bytes - 80;
    Sample sample = padded(number, length);
    while (SeriesSample.of(sample).sizeInBytes() < bytes) {
      sample = padded(number, ++length);
    }
    return sample;
  }

  private static Sample padded(int number, int length) {
    return new Sample("requests", Map.of("pad", "x".repeat(length)), number, TIME + number);
  }
}
