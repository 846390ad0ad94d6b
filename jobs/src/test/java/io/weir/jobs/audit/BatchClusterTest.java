package io.weir.jobs.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.SecurityOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.Test;

class BatchClusterTest {

  @Test
  void aWriterKeepsOthersAwayUntilItEndsWithItsProcess() throws Exception {
    MiniClusterConfiguration twoSlots =
        new MiniClusterConfiguration.Builder()
            .setNumSlotsPerTaskManager(2)
            .withRandomPorts()
            .build();
    // Without what makes it the cluster of every environment, remote ones too.
    try (MiniCluster flink = new MiniCluster(twoSlots)) {
      flink.start();
      URI address = flink.getRestAddress().get();
      BatchCluster cluster = new BatchCluster(address);
      EndWithProcess process = new EndWithProcess();
      cluster.requireNoWriter();

      JobClient audit = endless(cluster, new EndWithProcess(), "weir-audit");
      cluster.requireNoWriter();
      JobClient repair = endless(cluster, process, "weir-repair");
      assertThatThrownBy(cluster::requireNoWriter)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("weir-repair (job " + repair.getJobID() + ") runs on " + address);

      process.cancel();
      assertThat(repair.getJobExecutionResult()).failsWithin(Duration.ofMinutes(1));
      assertThat(repair.getJobStatus().get()).isEqualTo(JobStatus.CANCELED);
      assertThat(audit.getJobStatus().get()).isNotEqualTo(JobStatus.CANCELED);
      cluster.requireNoWriter();

      // It has ended, and being told again is no matter.
      assertThatCode(process::cancel).doesNotThrowAnyException();
      audit.cancel().get();
    }
  }

  @Test
  void isAskedBelowThePathOfItsAddress() throws IOException {
    HttpServer proxy =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    proxy.createContext(
        "/team/flink/v1/jobs/overview",
        exchange -> {
          byte[] body = oneJob("weir-redrive").getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    proxy.start();
    try {
      URI address = URI.create("http://127.0.0.1:" + proxy.getAddress().getPort() + "/team/flink/");

      assertThatThrownBy(new BatchCluster(address)::requireNoWriter)
          .hasMessageContaining("weir-redrive (job 00000000000000000000000000000001) runs on");
    } finally {
      proxy.stop(0);
    }
  }

  @Test
  void isReachedByHttpsOnItsOwnPort() {
    Configuration configuration =
        new BatchCluster(URI.create("https://flink.example"))
            .clientConfiguration(new Configuration());

    assertThat(configuration.get(SecurityOptions.SSL_REST_ENABLED)).isTrue();
    assertThat(configuration.get(RestOptions.ADDRESS)).isEqualTo("flink.example");
    assertThat(configuration.get(RestOptions.PORT)).isEqualTo(443);
  }

  private static JobClient endless(BatchCluster cluster, EndWithProcess process, String name)
      throws Exception {
    StreamExecutionEnvironment environment =
        cluster.environment(BatchEnvironment.configuration(1, 0), process);
    environment
        .fromSequence(0, Long.MAX_VALUE)
        .uid("endless")
        .sinkTo(new DiscardingSink<>())
        .uid("nowhere");
    return environment.executeAsync(name);
  }

  private static String oneJob(String name) {
    String tasks =
        Stream.of(ExecutionState.values())
            .map(state -> "\"" + state.name().toLowerCase(Locale.ROOT) + "\":0")
            .collect(Collectors.joining(","));
    return "{\"jobs\":[{\"jid\":\"00000000000000000000000000000001\",\"name\":\""
        + name
        + "\",\"start-time\":1,\"end-time\":-1,\"duration\":1,\"state\":\"RUNNING\","
        + "\"last-modification\":1,\"tasks\":{\"total\":0,"
        + tasks
        + "},\"pending-operators\":0}]}";
  }
}
