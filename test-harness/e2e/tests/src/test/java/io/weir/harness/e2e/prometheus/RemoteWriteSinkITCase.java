package io.weir.harness.e2e.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.SinkJob;
import io.weir.harness.e2e.prometheus.SampleJobs.Numbers;
import io.weir.harness.node.NodeDirectories;
import io.weir.harness.node.PrometheusNode;
import io.weir.model.metric.Sample;
import io.weir.sinks.prometheus.RemoteWriteSinkMetrics;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The remote-write sink in a Flink job, against a real Prometheus. */
@ExtendWith(SharedNodes.class)
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class RemoteWriteSinkITCase {
  @RegisterExtension static final SampleJobs JOBS = new SampleJobs();

  private final PrometheusNode prometheus;
  private final URI url;
  private final long now = System.currentTimeMillis();

  RemoteWriteSinkITCase(PrometheusNode prometheus) {
    this.prometheus = prometheus;
    this.url = prometheus.remoteWriteUri();
  }

  @Test
  void storesNamesLabelsValuesAndTimesExactly() throws Exception {
    List<Double> values =
        List.of(
            0.1,
            -0.0,
            1e300,
            Double.MIN_VALUE,
            123_456_789.123_456_78,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            Double.NaN);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      Map<String, String> tags =
          Map.of("Zone", "a", "__meta", "b", "service", "zahlung \"\u00fc\u20ac\ud83d\ude00\"\n\\");
      samples.add(new Sample("rw:exact", tags, values.get(i), now - 10_000 + i));
    }

    JOBS.start(url, samples).awaitEnd();

    assertThat(StoredSamples.of(prometheus, "rw:exact")).isEqualTo(samples);
  }

  @Test
  void storesEverySampleThoughTheJobRestarts() throws Exception {
    Numbers numbers = Numbers.of("rw_restarted", 20_000).failingOnceAt(12_345);

    JOBS.start(url, numbers).awaitEnd();

    assertStored(numbers);
  }

  @Test
  void aRepeatChangesNothing() throws Exception {
    Numbers numbers = Numbers.of("rw_repeated", 1_000);
    JOBS.start(url, numbers).awaitEnd();

    SinkJob repeat = JOBS.start(url, numbers).awaitEnd();

    assertStored(numbers);
    assertThat(repeat.counter(RemoteWriteSinkMetrics.SAMPLES_WRITTEN)).isEqualTo(1_000);
  }

  /**
   * What other values at the same times do: Prometheus refuses one at the newest time of a series.
   * An older one counts as out of order, and which of the two a query shows is not said anywhere;
   * it shows one.
   */
  @Test
  void showsOneValueAtATimeAndRefusesAnotherAtTheNewest() throws Exception {
    Numbers numbers = Numbers.of("rw_changed", 1_000);
    JOBS.start(url, numbers).awaitEnd();
    List<Sample> others =
        numbersOf(numbers).stream()
            .map(s -> new Sample(s.metric(), s.tags(), s.value() + 0.5, s.timestampMillis()))
            .toList();

    SinkJob job = JOBS.start(url, others).awaitEnd();

    assertThat(dropped(job, "duplicate_timestamp")).isEqualTo(SampleJobs.SERIES);
    List<Sample> stored = StoredSamples.of(prometheus, "rw_changed");
    assertThat(stored.stream().map(sample -> (long) sample.value()))
        .isEqualTo(LongStream.range(0, 1_000).boxed().toList());
    assertThat(stored.subList(1_000 - SampleJobs.SERIES, 1_000))
        .isEqualTo(numbersOf(numbers).subList(1_000 - SampleJobs.SERIES, 1_000));
  }

  @Test
  void storesWhatComesOutOfOrderInsideTheWindow() throws Exception {
    Numbers numbers = new Numbers("rw_shuffled", 1_000, now - Duration.ofHours(47).toMillis(), -1);
    List<Sample> samples = new ArrayList<>(numbersOf(numbers));
    samples.add(new Sample("rw_shuffled_now", Map.of(), 1, now));
    Collections.reverse(samples);

    SinkJob job = JOBS.start(url, samples).awaitEnd();

    assertStored(numbers);
    assertThat(job.counter(RemoteWriteSinkMetrics.SAMPLES_WRITTEN)).isEqualTo(1_001);
  }

  @Test
  void dropsAndCountsOnlyWhatIsTooOld() throws Exception {
    JOBS.start(url, List.of(new Sample("rw_head", Map.of(), 1, now))).awaitEnd();
    Numbers numbers = Numbers.of("rw_around_old", 1_000);
    List<Sample> samples = new ArrayList<>(numbersOf(numbers));
    long tooOld = now - Duration.ofHours(49).toMillis();
    for (int i = 0; i < 10; i++) {
      samples.add(i * 101, new Sample("rw_too_old", Map.of(), i, tooOld + i));
    }

    SinkJob job = JOBS.start(url, samples).awaitEnd();

    assertStored(numbers);
    assertThat(StoredSamples.of(prometheus, "rw_too_old")).isEmpty();
    assertThat(dropped(job, "too_old")).isEqualTo(10);
    assertThat(job.counter(RemoteWriteSinkMetrics.SAMPLES_WRITTEN)).isEqualTo(1_000);
    assertThat(job.counter(RemoteWriteSinkMetrics.SAMPLES_RETRIED)).isZero();
  }

  @Test
  void isNotStalledByAStreamThatIsTooOld() throws Exception {
    JOBS.start(url, List.of(new Sample("rw_head", Map.of(), 1, now))).awaitEnd();
    Numbers old = new Numbers("rw_all_old", 50_000, now - Duration.ofDays(10).toMillis(), -1);

    SinkJob job = JOBS.start(url, old).awaitEnd();

    assertThat(dropped(job, "too_old")).isEqualTo(50_000);
    assertThat(job.counter(RemoteWriteSinkMetrics.REQUESTS))
        .as("250 batches of 200 samples")
        .isLessThan(3_000);
  }

  @Test
  void dropsTheOneSampleThatContradictsWhatIsThere() throws Exception {
    Sample there = new Sample("rw_contradicted", Map.of(), 1, now - 1_000);
    JOBS.start(url, List.of(there)).awaitEnd();
    Numbers numbers = Numbers.of("rw_around_contradiction", 150);
    List<Sample> samples = new ArrayList<>(numbersOf(numbers));
    samples.add(77, new Sample("rw_contradicted", Map.of(), 2, now - 1_000));

    SinkJob job = JOBS.start(url, samples).awaitEnd();

    assertStored(numbers);
    assertThat(StoredSamples.of(prometheus, "rw_contradicted")).containsExactly(there);
    assertThat(dropped(job, "duplicate_timestamp")).isEqualTo(1);
    assertThat(job.counter(RemoteWriteSinkMetrics.SAMPLES_WRITTEN)).isEqualTo(150);
  }

  @Test
  void countsNamesThatPrometheusWouldHaveStoredThoughNobodyCouldAskForThem() throws Exception {
    SinkJob job =
        JOBS.start(
                url,
                List.of(
                    new Sample("rw-invalid", Map.of(), 1, now),
                    new Sample("rw_valid", Map.of("a-b", "c"), 2, now),
                    new Sample("rw_valid", Map.of(), 3, now)))
            .awaitEnd();

    assertThat(StoredSamples.of(prometheus, "rw-invalid")).isEmpty();
    assertThat(StoredSamples.of(prometheus, "rw_valid"))
        .containsExactly(new Sample("rw_valid", Map.of(), 3, now));
    assertThat(dropped(job, "invalid_labels")).isEqualTo(2);
  }

  @Test
  void storesEverySampleThoughPrometheusIsKilled() throws Exception {
    Numbers numbers = Numbers.of("rw_killed", 200_000);
    SinkJob job = JOBS.start(url, numbers);
    await()
        .pollInterval(Duration.ofMillis(10))
        .atMost(Duration.ofMinutes(1))
        .until(() -> job.counter(RemoteWriteSinkMetrics.SAMPLES_WRITTEN) > 10_000);

    prometheus.process().kill();
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> job.gauge(RemoteWriteSinkMetrics.CONSECUTIVE_FAILURES) > 2);
    assertThat(job.counter(RemoteWriteSinkMetrics.SAMPLES_WRITTEN)).isLessThan(200_000);
    assertThat(job.gauge(RemoteWriteSinkMetrics.IN_FLIGHT_AGE)).isPositive();
    assertThat(job.isRunning()).isTrue();
    prometheus.process().restart();
    job.awaitEnd();

    assertStored(numbers);
    assertThat(job.gauge(RemoteWriteSinkMetrics.CONSECUTIVE_FAILURES)).isZero();
  }

  @Test
  void failsNamingTheAddressWhereNobodyTakesWrites() throws Exception {
    URI wrong = prometheus.uri().resolve("/api/v1/nothing");

    SinkJob job = JOBS.start(wrong, List.of(new Sample("rw_nowhere", Map.of(), 1, now)));

    assertThatThrownBy(job::awaitEnd)
        .hasStackTraceContaining("POST " + wrong + " with 1 samples")
        .hasStackTraceContaining("was answered 404");
  }

  @Test
  void logsInOverTls(@TempDir Path folder) throws Exception {
    SecuredServer secured = SecuredServer.in(folder);
    try (PrometheusNode server =
        PrometheusNode.builder(NodeDirectories.under(folder))
            .webConfig(secured.webConfig())
            .build()) {
      server.start();
      server.awaitReady();
      List<Sample> samples = List.of(new Sample("rw_secured", Map.of(), 1, now));

      SinkJob wrong =
          JOBS.start(
              server.remoteWriteUri(),
              samples,
              builder ->
                  builder
                      .setCaCertificate(secured.certificate())
                      .setUsername(SecuredServer.USER)
                      .setPassword("wrong"));
      assertThatThrownBy(wrong::awaitEnd)
          .hasStackTraceContaining("POST " + server.remoteWriteUri())
          .hasStackTraceContaining("was answered 401 Unauthorized");

      SinkJob right =
          JOBS.start(
                  server.remoteWriteUri(),
                  samples,
                  builder ->
                      builder
                          .setCaCertificate(secured.certificate())
                          .setUsername(SecuredServer.USER)
                          .setPassword(SecuredServer.PASSWORD))
              .awaitEnd();
      assertThat(right.counter(RemoteWriteSinkMetrics.SAMPLES_WRITTEN)).isEqualTo(1);
    }
  }

  private void assertStored(Numbers numbers) {
    List<Sample> stored = StoredSamples.of(prometheus, numbers.metric());
    // Compared as numbers first: a difference of two long lists of samples cannot be read.
    assertThat(stored.stream().map(sample -> (long) sample.value()))
        .isEqualTo(LongStream.range(0, numbers.count()).boxed().toList());
    assertThat(stored).isEqualTo(numbersOf(numbers));
  }

  private static List<Sample> numbersOf(Numbers numbers) {
    return IntStream.range(0, (int) numbers.count()).mapToObj(numbers::sample).toList();
  }

  private static long dropped(SinkJob job, String reason) {
    return job.counter(
        RemoteWriteSinkMetrics.REASON
            + "\\."
            + reason
            + "\\."
            + RemoteWriteSinkMetrics.SAMPLES_DROPPED);
  }
}
