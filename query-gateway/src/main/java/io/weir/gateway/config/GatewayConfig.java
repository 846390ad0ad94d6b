package io.weir.gateway.config;

import io.weir.gateway.auth.CallerLimits;
import io.weir.gateway.auth.oidc.OidcSettings;
import io.weir.gateway.tail.TailLimits;
import io.weir.model.index.PromotedFields;
import io.weir.model.kafka.PartitionSets;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The gateway's whole configuration, validated once at start by {@link ConfigReader}.
 *
 * @param roles what this process serves
 */
public record GatewayConfig(
    Set<Role> roles,
    Http http,
    Auth auth,
    Ingest ingest,
    Kafka kafka,
    Search search,
    Tail tail,
    Elasticsearch elasticsearch,
    Archive archive,
    Prometheus prometheus,
    Metrics metrics,
    Rules rules,
    Pipeline pipeline) {

  public GatewayConfig {
    roles = Set.copyOf(roles);
  }

  /**
   * Where the gateway listens.
   *
   * @param port 0 picks a free one
   * @param eventLoops threads that translate HTTP; none of them ever waits
   * @param shutdownTimeout how long requests in flight may go on after a stop was asked for
   * @param bodyTimeout how long a small body may take to come in
   * @param maxConnections of clients, whoever they are
   * @param slowCall from where on a call is noted in the log
   * @param tls empty for plain HTTP
   * @param corsOrigins whose pages may call, beside the gateway's own
   * @param reloadInterval how often files of keys and certificates are looked at
   */
  public record Http(
      String host,
      int port,
      int eventLoops,
      Duration shutdownTimeout,
      Duration bodyTimeout,
      int maxConnections,
      Duration slowCall,
      Optional<Tls> tls,
      List<String> corsOrigins,
      Duration reloadInterval) {
    public Http {
      corsOrigins = List.copyOf(corsOrigins);
    }
  }

  /**
   * How the gateway shows who it is.
   *
   * @param certificate PEM, the gateway's first
   * @param key PEM, PKCS #8
   * @param clientAuthority PEM; clients have to have a certificate of it. Empty if they need none.
   */
  public record Tls(Path certificate, Path key, Optional<Path> clientAuthority) {}

  /**
   * Who may ask.
   *
   * @param keysFile hashes of API keys; empty if there are none
   * @param oidc whose tokens are taken; empty if nobody's are
   * @param openMetrics whether {@code /metrics} is shown to everybody
   * @param limits of a caller who has none of its own
   */
  public record Auth(
      Optional<Path> keysFile,
      Optional<OidcSettings> oidc,
      boolean openMetrics,
      CallerLimits limits) {
    /** Returns whether callers have to say who they are. */
    public boolean required() {
      return keysFile.isPresent() || oidc.isPresent();
    }
  }

  /**
   * Bounds of everything that is sent in.
   *
   * @param maxEvents events, points or samples of one request
   * @param maxBodyBytes of the body as it comes over the wire
   * @param maxInflatedBytes of the body after decompression
   * @param bodyTimeout how long a body may take to come in
   * @param maxInFlightBytes memory that all requests may hold together, from the first byte read to
   *     Kafka's acknowledgement
   * @param shedTraceAt share of {@code maxInFlightBytes} above which TRACE events are shed
   * @param shedDebugAt share of {@code maxInFlightBytes} above which DEBUG events are shed as well
   * @param partitionSets services that are spread over several keys
   */
  public record Ingest(
      int maxEvents,
      int maxBodyBytes,
      int maxInflatedBytes,
      Duration bodyTimeout,
      long maxInFlightBytes,
      double shedTraceAt,
      double shedDebugAt,
      int threads,
      int maxQueued,
      Duration ackTimeout,
      Duration retryAfter,
      PartitionSets partitionSets) {}

  /**
   * Kafka and the topics in it.
   *
   * @param compression of what ingest produces
   * @param properties further client properties, which win over the gateway's own
   */
  public record Kafka(
      String bootstrapServers,
      String logsTopic,
      String metricsTopic,
      String alertRulesTopic,
      String dashboardsTopic,
      String alertStateTopic,
      String compression,
      Map<String, String> properties) {
    public Kafka {
      properties = Map.copyOf(properties);
    }
  }

  /**
   * Bounds of everything that reads.
   *
   * @param maxConcurrent searches that run at the same time
   * @param maxQueued searches that wait for their turn; one more is answered with 429
   * @param shardTimeout a shard that needs longer makes the answer partial
   * @param shardBudget hits that one shard may return per request to Elasticsearch; a larger page
   *     is collected in rounds
   * @param totalBound up to here {@code total_matched} is exact
   * @param cursorMaxAge a cursor is good for so long after the first page
   */
  public record Search(
      int maxConcurrent,
      int maxQueued,
      Duration shardTimeout,
      int shardBudget,
      Duration maxRange,
      Duration defaultRange,
      int totalBound,
      Duration cursorMaxAge,
      int facetSample,
      Duration contextWindow,
      int maxHistogramBuckets,
      Duration retryAfter) {}

  /**
   * Bounds of live streams.
   *
   * @param threads that open streams
   * @param maxSubscribers streams in all
   * @param maxSubscribersPerAddress streams of one client address
   * @param watchAllPartitions whether producers cannot be relied on to place a service's events as
   *     Kafka's own clients do
   * @param limits of each stream and of all
   */
  public record Tail(
      int threads,
      int maxSubscribers,
      int maxSubscribersPerAddress,
      boolean watchAllPartitions,
      TailLimits limits) {}

  /**
   * The hot store.
   *
   * @param promoted structured fields with a column there, as the logs job writes them
   */
  public record Elasticsearch(
      List<URI> hosts,
      Optional<String> username,
      Optional<String> password,
      Optional<String> apiKey,
      Optional<Path> caCertificate,
      PromotedFields promoted,
      Duration connectTimeout,
      Duration requestTimeout) {
    public Elasticsearch {
      hosts = List.copyOf(hosts);
    }
  }

  /**
   * The cold store, as far as it is listed.
   *
   * @param uri {@code file:///path} or {@code s3://bucket/prefix}; empty when there is none
   * @param footerConcurrency Parquet footers read at the same time
   * @param footerCache row counts of how many files are remembered
   */
  public record Archive(Optional<URI> uri, S3 s3, int footerConcurrency, int footerCache) {}

  /** How to reach S3; what is absent is left to the SDK's own chain. */
  public record S3(
      Optional<URI> endpoint,
      String region,
      Optional<String> accessKey,
      Optional<String> secretKey,
      boolean pathStyle) {}

  /** The store of time series. */
  public record Prometheus(
      URI url,
      Optional<String> username,
      Optional<String> password,
      Optional<String> bearerToken,
      Optional<Path> caCertificate,
      Duration connectTimeout,
      Duration requestTimeout) {}

  /**
   * Bounds of everything that reads metrics.
   *
   * @param maxConcurrent requests to Prometheus at the same time
   * @param maxQueued queries that wait for their turn; one more is answered with 429
   * @param maxPoints of one series
   * @param maxSeries of one answer of {@code /metrics/query}
   * @param maxResponseBytes of one answer of Prometheus
   */
  public record Metrics(
      int maxConcurrent,
      int maxQueued,
      Duration maxRange,
      Duration defaultRange,
      int maxPoints,
      int maxSeries,
      long maxResponseBytes,
      Duration retryAfter) {}

  /**
   * Bounds of alert rules and dashboards.
   *
   * @param maxDocuments of either kind
   * @param maxBodyBytes of one of them
   * @param writeTimeout from a write until it has been read back
   * @param channelsFile names of channels that rules may use; empty if any may be used
   * @param testMaxRange over which a rule may be tried out
   */
  public record Rules(
      int threads,
      int maxQueued,
      int maxDocuments,
      int maxBodyBytes,
      Duration writeTimeout,
      Duration retryAfter,
      Optional<Path> channelsFile,
      Duration testMaxRange) {}

  /**
   * What is told of the pipeline, and of what stands behind it.
   *
   * @param flinkUrls REST addresses of the clusters, empty if none was named
   * @param requestTimeout of one request to Flink or Alertmanager, and of one look at a topic
   */
  public record Pipeline(
      String alertHistoryTopic,
      String logsDeadLettersTopic,
      String metricsDeadLettersTopic,
      List<URI> flinkUrls,
      Optional<URI> alertmanagerUrl,
      Duration requestTimeout) {}
}
