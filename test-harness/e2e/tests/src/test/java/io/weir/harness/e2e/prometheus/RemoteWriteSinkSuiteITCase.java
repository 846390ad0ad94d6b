package io.weir.harness.e2e.prometheus;

import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.node.PrometheusNode;
import io.weir.model.metric.Sample;
import io.weir.sinks.prometheus.RemoteWriteSink;
import java.net.URL;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.testframe.environment.MiniClusterTestEnvironment;
import org.apache.flink.connector.testframe.external.ExternalContextFactory;
import org.apache.flink.connector.testframe.external.ExternalSystemDataReader;
import org.apache.flink.connector.testframe.external.sink.DataStreamSinkV2ExternalContext;
import org.apache.flink.connector.testframe.external.sink.TestingSinkSettings;
import org.apache.flink.connector.testframe.junit.annotations.TestContext;
import org.apache.flink.connector.testframe.junit.annotations.TestEnv;
import org.apache.flink.connector.testframe.junit.annotations.TestSemantics;
import org.apache.flink.connector.testframe.testsuites.SinkTestSuiteBase;
import org.apache.flink.core.execution.CheckpointingMode;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Flink's own test suite for sinks: basic writing, restart from a savepoint with the same, a higher
 * and a lower parallelism, metrics.
 */
@ExtendWith(SharedNodes.class)
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class RemoteWriteSinkSuiteITCase extends SinkTestSuiteBase<Long> {
  @TestEnv MiniClusterTestEnvironment flink = new MiniClusterTestEnvironment();

  /** A repeat finds its first value there: in effect each sample is stored once. */
  @TestSemantics
  CheckpointingMode[] semantics = new CheckpointingMode[] {CheckpointingMode.EXACTLY_ONCE};

  @TestContext ExternalContextFactory<Context> contexts;

  private final AtomicInteger tests = new AtomicInteger();

  RemoteWriteSinkSuiteITCase(PrometheusNode prometheus) {
    contexts = name -> new Context(prometheus, "rw_suite_" + tests.incrementAndGet());
  }

  /** One test's samples, told apart by their metric. */
  private static final class Context implements DataStreamSinkV2ExternalContext<Long> {
    private final PrometheusNode prometheus;
    private final String metric;
    private final long start = System.currentTimeMillis() - 60_000;

    private Context(PrometheusNode prometheus, String metric) {
      this.prometheus = prometheus;
      this.metric = metric;
    }

    @Override
    public Sink<Long> createSink(TestingSinkSettings settings) {
      return new NumberSink(
          metric,
          start,
          RemoteWriteSink.builder()
              .setPrometheusRemoteWriteUrl(prometheus.remoteWriteUri().toString())
              // The suite stops its job with a savepoint and expects at once what was written
              // before. What waits for its batch would rightly be in the savepoint instead.
              .setMaxBatchSize(1)
              .setMaxTimeInBufferMS(1)
              .build());
    }

    @Override
    public ExternalSystemDataReader<Long> createSinkDataReader(TestingSinkSettings settings) {
      return new NewSamples(prometheus, metric);
    }

    @Override
    public List<Long> generateTestData(TestingSinkSettings settings, long seed) {
      return LongStream.range(0, 400).boxed().toList();
    }

    @Override
    public TypeInformation<Long> getProducedType() {
      return TypeInformation.of(Long.class);
    }

    @Override
    public List<URL> getConnectorJarPaths() {
      return List.of();
    }

    @Override
    public void close() {}
  }

  /** Returns with each poll the samples that an earlier one has not. */
  private static final class NewSamples implements ExternalSystemDataReader<Long> {
    private final PrometheusNode prometheus;
    private final String metric;
    private final List<Long> returned = new ArrayList<>();

    private NewSamples(PrometheusNode prometheus, String metric) {
      this.prometheus = prometheus;
      this.metric = metric;
    }

    @Override
    public List<Long> poll(Duration timeout) {
      List<Long> fresh = new ArrayList<>();
      for (Sample sample : StoredSamples.of(prometheus, metric)) {
        fresh.add((long) sample.value());
      }
      returned.forEach(fresh::remove);
      returned.addAll(fresh);
      return fresh;
    }

    @Override
    public void close() {}
  }
}
