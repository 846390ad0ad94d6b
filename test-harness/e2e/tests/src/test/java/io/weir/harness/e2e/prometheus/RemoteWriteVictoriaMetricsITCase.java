package io.weir.harness.e2e.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.SinkJob;
import io.weir.harness.e2e.prometheus.SampleJobs.Numbers;
import io.weir.harness.node.VictoriaMetricsNode;
import io.weir.model.metric.Sample;
import io.weir.sinks.prometheus.RemoteWriteSinkMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The remote-write sink against a receiver that is not Prometheus. */
@ExtendWith(SharedNodes.class)
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class RemoteWriteVictoriaMetricsITCase {
  @RegisterExtension static final SampleJobs JOBS = new SampleJobs();

  private final VictoriaMetricsNode node;
  private final long now = System.currentTimeMillis();

  RemoteWriteVictoriaMetricsITCase(VictoriaMetricsNode node) {
    this.node = node;
  }

  @Test
  void storesNamesLabelsValuesAndTimesExactly() throws Exception {
    List<Sample> samples = new ArrayList<>();
    for (double value : new double[] {0.1, -2.5, 123_456.75, 42}) {
      samples.add(
          new Sample(
              "vm:exact",
              Map.of("Zone", "a", "service", "zahlung \"\u00fc\u20ac\ud83d\ude00\""),
              value,
              now - 10_000 + samples.size()));
    }

    JOBS.start(node.remoteWriteUri(), samples).awaitEnd();

    assertThat(StoredSamples.of(node, "vm:exact")).isEqualTo(samples);
  }

  @Test
  void storesEverySampleThoughTheJobRestarts() throws Exception {
    Numbers numbers = Numbers.of("vm_restarted", 20_000).failingOnceAt(12_345);

    JOBS.start(node.remoteWriteUri(), numbers).awaitEnd();

    assertStored(numbers);
  }

  @Test
  void storesWhatComesOutOfOrder() throws Exception {
    Numbers numbers = Numbers.of("vm_shuffled", 1_000);
    List<Sample> samples = new ArrayList<>(samplesOf(numbers));
    Collections.reverse(samples);

    JOBS.start(node.remoteWriteUri(), samples).awaitEnd();

    assertStored(numbers);
  }

  /** In order: a killed VictoriaMetrics may lose what it has answered for. */
  @Test
  void storesEverySampleThoughTheReceiverIsStopped() throws Exception {
    Numbers numbers = Numbers.of("vm_stopped", 200_000);
    SinkJob job = JOBS.start(node.remoteWriteUri(), numbers);
    await()
        .pollInterval(Duration.ofMillis(10))
        .atMost(Duration.ofMinutes(1))
        .until(() -> job.counter(RemoteWriteSinkMetrics.SAMPLES_WRITTEN) > 10_000);

    node.process().stop();
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> job.gauge(RemoteWriteSinkMetrics.CONSECUTIVE_FAILURES) > 2);
    assertThat(job.counter(RemoteWriteSinkMetrics.SAMPLES_WRITTEN)).isLessThan(200_000);
    node.process().restart();
    job.awaitEnd();

    assertStored(numbers);
  }

  private void assertStored(Numbers numbers) {
    assertThat(StoredSamples.of(node, numbers.metric())).isEqualTo(samplesOf(numbers));
  }

  private static List<Sample> samplesOf(Numbers numbers) {
    return IntStream.range(0, (int) numbers.count()).mapToObj(numbers::sample).toList();
  }
}
