package io.weir.harness.e2e.prometheus;

import io.weir.harness.e2e.SinkCluster;
import io.weir.harness.e2e.SinkJob;
import io.weir.model.metric.Sample;
import io.weir.sinks.prometheus.RemoteWriteSink;
import io.weir.sinks.prometheus.RemoteWriteSinkBuilder;
import io.weir.sinks.prometheus.RemoteWriteSinkMetrics;
import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Starts jobs that write samples to a receiver of remote writes. */
public final class SampleJobs extends SinkCluster {
  /** Series of a metric; samples go round them. */
  static final int SERIES = 7;

  /** Makes the cluster that runs them. */
  public SampleJobs() {
    super(RemoteWriteSinkMetrics.GROUP);
  }

  /**
   * Numbered samples of one metric: the value is the number, each series has a sample a second.
   *
   * @param metric the metric
   * @param count how many; numbers count from 0
   * @param startMillis time of the first, epoch milliseconds
   * @param failingAt number of the sample before which the first attempt fails, -1 for none
   */
  record Numbers(String metric, long count, long startMillis, long failingAt)
      implements Serializable {

    /** Times that end about now. */
    static Numbers of(String metric, long count) {
      return new Numbers(
          metric, count, System.currentTimeMillis() - (count / SERIES + 1) * 1_000, -1);
    }

    Numbers failingOnceAt(long number) {
      return new Numbers(metric, count, startMillis, number);
    }

    Sample sample(long number) {
      return new Sample(metric, Map.of("shard", "s" + number % SERIES), number, timeOf(number));
    }

    long timeOf(long number) {
      return startMillis + number / SERIES * 1_000;
    }
  }

  /** Starts a job that writes numbered samples. */
  SinkJob start(URI url, Numbers numbers) throws Exception {
    StreamExecutionEnvironment environment = environment(numbers.failingAt < 0 ? 0 : 1);
    environment
        .fromSequence(0, numbers.count - 1)
        .map(new MakeSample(numbers))
        .returns(TypeInformation.of(Sample.class))
        .sinkTo(builder(url).build());
    return execute(environment, "write " + numbers.metric);
  }

  /** Starts a job that writes these samples in this order. */
  SinkJob start(URI url, List<Sample> samples) throws Exception {
    return start(url, samples, builder -> builder);
  }

  /** Starts a job that writes these samples in this order, with other options than usual. */
  public SinkJob start(URI url, List<Sample> samples, UnaryOperator<RemoteWriteSinkBuilder> options)
      throws Exception {
    StreamExecutionEnvironment environment = environment(0);
    environment
        .fromData(samples, TypeInformation.of(Sample.class))
        .sinkTo(options.apply(builder(url)).build());
    return execute(environment, "write " + samples.size() + " samples");
  }

  private static RemoteWriteSinkBuilder builder(URI url) {
    return RemoteWriteSink.builder()
        .setPrometheusRemoteWriteUrl(url.toString())
        .setMaxBatchSize(200)
        .setMaxBufferedRequests(1_000)
        .setMaxTimeInBufferMS(100)
        .setBackoff(Duration.ofMillis(50), Duration.ofMillis(500));
  }

  private static final class MakeSample extends RichMapFunction<Long, Sample> {
    private static final long serialVersionUID = 1;

    private final Numbers numbers;
    private transient boolean firstAttempt;

    private MakeSample(Numbers numbers) {
      this.numbers = numbers;
    }

    @Override
    public void open(OpenContext context) {
      firstAttempt = getRuntimeContext().getTaskInfo().getAttemptNumber() == 0;
    }

    @Override
    public Sample map(Long number) {
      if (firstAttempt && number == numbers.failingAt) {
        throw new IllegalStateException("fails once, as the test asked");
      }
      return numbers.sample(number);
    }
  }
}
