package io.weir.jobs.audit;

import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.flink.client.deployment.StandaloneClusterId;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.SecurityOptions;
import org.apache.flink.core.execution.JobListener;
import org.apache.flink.runtime.client.JobStatusMessage;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A session cluster that does the work of bounded jobs.
 *
 * @param address of its REST API: http or https, also with a path
 */
record BatchCluster(URI address) {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  /** Names of the jobs that write into the stores what was not there when they looked. */
  private static final Set<String> WRITERS = Set.of("weir-repair", "weir-redrive");

  /**
   * Returns an environment whose jobs run here.
   *
   * @param listener hears of each of them
   * @param jars with the classes of the jobs' functions
   */
  StreamExecutionEnvironment environment(
      Configuration configuration, JobListener listener, String... jars) {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createRemoteEnvironment(
            address.getHost(), port(), clientConfiguration(configuration), jars);
    environment.registerJobListener(listener);
    return environment;
  }

  /**
   * Makes sure that no job writes here that would write the same records as another.
   *
   * @throws IllegalStateException if one does, or if the cluster cannot be asked
   */
  void requireNoWriter() {
    String writers =
        jobs().stream()
            .filter(job -> WRITERS.contains(job.getJobName()))
            .filter(job -> !job.getJobState().isGloballyTerminalState())
            .map(job -> job.getJobName() + " (job " + job.getJobId() + ")")
            .collect(Collectors.joining(", "));
    if (!writers.isEmpty()) {
      throw new IllegalStateException(
          writers
              + " runs on "
              + address
              + " already, and two at a time may write the same records into the archive; wait for"
              + " its end or cancel it");
    }
  }

  private Collection<JobStatusMessage> jobs() {
    try (RestClusterClient<StandaloneClusterId> client =
        new RestClusterClient<>(
            clientConfiguration(new Configuration()), StandaloneClusterId.getInstance())) {
      return client.listJobs().get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking " + address + " for its jobs", e);
    } catch (Exception e) {
      throw new IllegalStateException("cannot ask " + address + " for its jobs: " + e, e);
    }
  }

  /** What Flink's client needs beyond host and port is in keys; trust comes from the JVM. */
  Configuration clientConfiguration(Configuration configuration) {
    Configuration client = new Configuration(configuration);
    client.set(JobManagerOptions.ADDRESS, address.getHost());
    client.set(JobManagerOptions.PORT, port());
    client.set(RestOptions.ADDRESS, address.getHost());
    client.set(RestOptions.PORT, port());
    String path = address.getPath() == null ? "" : address.getPath().replaceAll("/+$", "");
    if (!path.isEmpty()) {
      client.set(RestOptions.PATH, path);
    }
    if (isSecured()) {
      client.set(SecurityOptions.SSL_REST_ENABLED, true);
    }
    return client;
  }

  private boolean isSecured() {
    return "https".equalsIgnoreCase(address.getScheme());
  }

  private int port() {
    int port = address.getPort();
    return port >= 0 ? port : isSecured() ? HTTPS : HTTP;
  }
}
