package io.weir.harness.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.harness.process.ManagedProcess;
import io.weir.harness.process.NativeCommand;
import io.weir.harness.process.Ports;
import io.weir.harness.process.Readiness;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A real Prometheus that takes remote writes, samples out of order included. It scrapes nothing
 * unless it is told to: one that scrapes has its newest sample at now, and history that is written
 * into it must be inside the out-of-order window.
 */
public final class PrometheusNode implements ServerNode {
  private static final String NAME = "prometheus";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final int port;
  private final Path home;
  private final boolean secured;
  private final ManagedProcess process;
  private final Http http;

  private PrometheusNode(Builder builder) {
    this.port = builder.port();
    this.secured = builder.webConfig != null;
    this.http = new Http(uri());
    this.home = builder.directories.dataOf(builder.name);
    NativeServers servers = builder.layout().nativeServers();
    int memory = builder.heapMegabytes();
    List<String> flags = List.copyOf(builder.flags());
    String config = builder.config();
    this.process =
        builder
            .directories
            .process(builder.name)
            .readiness(readiness())
            .advice(
                "a lock error means another Prometheus uses "
                    + home
                    + "; damaged data: bin/up --fresh")
            .command(() -> command(servers, memory, config, flags))
            .build();
  }

  public static Builder builder(NodeDirectories directories) {
    return new Builder(directories);
  }

  @Override
  public ManagedProcess process() {
    return process;
  }

  public URI uri() {
    return URI.create((secured ? "https" : "http") + "://127.0.0.1:" + port + "/");
  }

  /** Where samples are written to. */
  public URI remoteWriteUri() {
    return uri().resolve("/api/v1/write");
  }

  /**
   * GETs a path of the API.
   *
   * @throws HttpStatusException when the answer is not 2xx
   */
  public JsonNode get(String path) {
    return http.get(path);
  }

  /** Evaluates an expression now; returns the list of results. */
  public JsonNode query(String expression) {
    return get("/api/v1/query?query=" + encoded(expression)).at("/data/result");
  }

  /**
   * Evaluates an expression at a time.
   *
   * @param expression in PromQL
   * @param timeMillis epoch milliseconds
   * @return the list of results
   */
  public JsonNode query(String expression, long timeMillis) {
    return get("/api/v1/query?query=" + encoded(expression) + "&time=" + timeMillis / 1_000.0)
        .at("/data/result");
  }

  /**
   * Says what a scrape job scrapes from now on; Prometheus notices within seconds.
   *
   * @param job name of a job that the builder was given
   * @param targets {@code host:port} and the labels of what is scraped there
   */
  public void scrape(String job, Map<String, Map<String, String>> targets) {
    writeTargets(home, job, targets);
  }

  private Readiness readiness() {
    if (secured) {
      // Only who has the password and the certificate may ask more.
      return () ->
          Ports.isOpen(port) ? Optional.empty() : Optional.of("nothing listens on port " + port);
    }
    return http.answers("/-/ready");
  }

  private NativeCommand command(
      NativeServers servers, int memory, String config, List<String> flags) {
    Path file = NodeFiles.write(home.resolve("prometheus.yml"), config);
    NodeFiles.createFolder(home.resolve("targets"));
    return servers
        .command("prometheus", home, memory)
        .arguments(
            "--config.file=" + file,
            "--storage.tsdb.path=" + home.resolve("tsdb"),
            "--web.listen-address=127.0.0.1:" + port,
            "--web.enable-remote-write-receiver",
            "--web.enable-lifecycle")
        .arguments(flags);
  }

  private static void writeTargets(
      Path home, String job, Map<String, Map<String, String>> targets) {
    List<ObjectNode> groups = new ArrayList<>();
    targets.forEach(
        (target, labels) -> {
          ObjectNode group = JSON.createObjectNode();
          group.putArray("targets").add(target);
          ObjectNode names = group.putObject("labels");
          labels.forEach(names::put);
          groups.add(group);
        });
    NodeFiles.write(home.resolve("targets").resolve(job + ".json"), groups.toString());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Where, how much, and what is scraped. */
  public static final class Builder extends ServerNodeBuilder<Builder> {
    private final TreeSet<String> scrapeJobs = new TreeSet<>();
    private final TreeSet<String> honoured = new TreeSet<>();
    private String name = NAME;
    private Duration outOfOrderWindow = Duration.ofHours(48);
    private Duration retention = Duration.ofDays(15);
    private Duration scrapeInterval = Duration.ofSeconds(15);
    private final List<URI> remoteWrites = new ArrayList<>();
    private Path webConfig;

    private Builder(NodeDirectories directories) {
      super(directories, 512);
    }

    /** Name of the process, for more than one Prometheus. */
    public Builder name(String value) {
      name = value;
      return this;
    }

    /** How far behind the newest sample one may be; Kafka's retention by default. */
    public Builder outOfOrderWindow(Duration value) {
      outOfOrderWindow = value;
      return this;
    }

    public Builder retention(Duration value) {
      retention = value;
      return this;
    }

    /** Adds a job whose targets come from {@link PrometheusNode#scrape}; none at first. */
    public Builder scrapeJob(String job) {
      scrapeJobs.add(job);
      return this;
    }

    /** Adds such a job, of a target that shows what others have measured: their labels win. */
    public Builder scrapeJobOfOthers(String job) {
      scrapeJobs.add(job);
      honoured.add(job);
      return this;
    }

    public Builder scrapeInterval(Duration value) {
      scrapeInterval = value;
      return this;
    }

    /** Also sends what it scrapes to another receiver, as an agent does. */
    public Builder remoteWrite(URI value) {
      remoteWrites.add(value);
      return this;
    }

    /** The file with certificate and users of the server; it answers with TLS then. */
    public Builder webConfig(Path value) {
      webConfig = value.toAbsolutePath();
      return this;
    }

    public PrometheusNode build() {
      return new PrometheusNode(this);
    }

    private List<String> flags() {
      List<String> flags = new ArrayList<>();
      flags.add("--storage.tsdb.retention.time=" + retention.toSeconds() + "s");
      if (webConfig != null) {
        flags.add("--web.config.file=" + webConfig);
      }
      return flags;
    }

    private String config() {
      StringBuilder config = new StringBuilder();
      config
          .append("global:\n  scrape_interval: ")
          .append(scrapeInterval.toMillis())
          .append("ms\n  scrape_timeout: ")
          .append(Math.min(10_000, scrapeInterval.toMillis()))
          .append("ms\nstorage:\n  tsdb:\n    out_of_order_time_window: ")
          .append(outOfOrderWindow.toSeconds())
          .append("s\n");
      if (!remoteWrites.isEmpty()) {
        config.append("remote_write:\n");
      }
      remoteWrites.forEach(url -> config.append("  - url: ").append(url).append('\n'));
      if (!scrapeJobs.isEmpty()) {
        config.append("scrape_configs:\n");
      }
      for (String job : scrapeJobs) {
        config
            .append("  - job_name: ")
            .append(job)
            .append(honoured.contains(job) ? "\n    honor_labels: true" : "")
            .append("\n    file_sd_configs:\n      - files: [targets/")
            .append(job)
            .append(".json]\n        refresh_interval: 5s\n");
      }
      return config.toString();
    }

    @Override
    Builder self() {
      return this;
    }
  }
}
