package io.weir.gateway.config;

import static io.weir.gateway.config.SettingType.BOOLEAN;
import static io.weir.gateway.config.SettingType.BYTES;
import static io.weir.gateway.config.SettingType.DURATION_TYPE;
import static io.weir.gateway.config.SettingType.FRACTION;
import static io.weir.gateway.config.SettingType.HTTP_URL;
import static io.weir.gateway.config.SettingType.HTTP_URLS;
import static io.weir.gateway.config.SettingType.LIST;
import static io.weir.gateway.config.SettingType.PARTITION_SETS;
import static io.weir.gateway.config.SettingType.PROMOTED_FIELDS;
import static io.weir.gateway.config.SettingType.TEXT;
import static io.weir.gateway.config.SettingType.integer;
import static io.weir.gateway.config.SettingType.setOf;

import io.weir.model.index.PromotedFields;
import io.weir.model.kafka.PartitionSets;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Every setting of the gateway, in the order of the reference. */
final class Settings {
  static final Setting<Set<Role>> ROLES =
      Setting.of(
          "roles",
          setOf(Role.class),
          "ingest,search,tail,metrics,rules",
          "What this process serves. A call of another role is answered with 404 and says so.");

  static final Setting<String> HTTP_HOST =
      Setting.of(
          "http.host",
          TEXT,
          "127.0.0.1",
          "Address to listen on. Anything but loopback needs `auth.keys-file`, `oidc.issuer`, client"
              + " certificates (`http.tls.client-ca`) or `auth.allow-anonymous`.");
  static final Setting<Integer> HTTP_PORT =
      Setting.of("http.port", integer(0, 65_535), "8080", "Port to listen on; 0 picks a free one.");
  static final Setting<Integer> HTTP_EVENT_LOOPS =
      Setting.of(
          "http.event-loops",
          integer(1, 64),
          "2",
          "Threads that translate HTTP. None of them ever waits for a store.");
  static final Setting<Duration> HTTP_SHUTDOWN_TIMEOUT =
      Setting.of(
          "http.shutdown-timeout",
          DURATION_TYPE,
          "15s",
          "How long requests in flight may go on after a stop was asked for.");
  static final Setting<Duration> HTTP_BODY_TIMEOUT =
      Setting.of(
          "http.body-timeout",
          DURATION_TYPE,
          "10s",
          "How long a small body (a rule, a dashboard, a silence, a query) may take to come in; past"
              + " it the answer is 408 and the connection is closed. `ingest.body-timeout` is of the"
              + " large ones.");
  static final Setting<Integer> HTTP_MAX_CONNECTIONS =
      Setting.of(
          "http.max-connections",
          integer(1, 1_000_000),
          "20000",
          "Most connections at a time; one more is closed at once, a probe's too. Each takes some"
              + " kilobytes before anybody knows who it is. The alert WeirConnectionsFull warns at"
              + " four fifths of it.");
  static final Setting<Duration> HTTP_SLOW_CALL =
      Setting.of(
          "http.slow-call",
          DURATION_TYPE,
          "2s",
          "From where on a search, a query or a call on rules is noted in the log, with its"
              + " parameters. Ten a second at most.");
  static final Setting<String> HTTP_TLS_CERTIFICATE =
      Setting.optional(
          "http.tls.certificate",
          TEXT,
          "PEM file of the gateway's certificates; makes it speak https.");
  static final Setting<String> HTTP_TLS_KEY =
      Setting.optional("http.tls.key", TEXT, "PEM file of its private key (PKCS #8).");
  static final Setting<String> HTTP_TLS_CLIENT_CA =
      Setting.optional(
          "http.tls.client-ca",
          TEXT,
          "PEM file of an authority: clients have to show a certificate that it signed.");
  static final Setting<List<String>> HTTP_CORS_ORIGINS =
      Setting.optional(
          "http.cors-origins",
          LIST,
          "Origins, such as `https://grafana.example.org`, whose pages may call the gateway from a"
              + " browser; none but its own by default.");
  static final Setting<Duration> HTTP_RELOAD_INTERVAL =
      Setting.of(
          "http.reload-interval",
          DURATION_TYPE,
          "10s",
          "How often the files of keys and certificates are looked at; a changed one holds from then"
              + " on.");

  static final Setting<String> AUTH_KEYS_FILE =
      Setting.optional(
          "auth.keys-file",
          TEXT,
          "File of API keys, as `bin/weir keys` writes it; callers then have to present one. See"
              + " [security.md](security.md).");
  static final Setting<URI> OIDC_ISSUER =
      Setting.optional(
          "oidc.issuer",
          HTTP_URL,
          "OpenID Connect provider whose signed tokens are taken, as it writes itself in them; its"
              + " description and keys are fetched from there.");
  static final Setting<String> OIDC_AUDIENCE =
      Setting.optional("oidc.audience", TEXT, "Audience that a token has to be meant for.");
  static final Setting<String> OIDC_USER_CLAIM =
      Setting.of(
          "oidc.user-claim", TEXT, "preferred_username", "Claim that names the caller for people.");
  static final Setting<String> OIDC_ROLES_CLAIM =
      Setting.of(
          "oidc.roles-claim",
          TEXT,
          "roles",
          "Claim with the caller's roles, a list or words in a text; dots lead into objects"
              + " (`realm_access.roles`) unless a claim has that very name.");
  static final Setting<String> OIDC_INGEST_ROLE =
      Setting.of("oidc.ingest-role", TEXT, "weir-ingest", "Role that stands for the scope ingest.");
  static final Setting<String> OIDC_READ_ROLE =
      Setting.of("oidc.read-role", TEXT, "weir-read", "Role that stands for the scope read.");
  static final Setting<String> OIDC_ADMIN_ROLE =
      Setting.of("oidc.admin-role", TEXT, "weir-admin", "Role that stands for the scope admin.");
  static final Setting<String> OIDC_SERVICES_CLAIM =
      Setting.of(
          "oidc.services-claim",
          TEXT,
          "weir_services",
          "Claim with the only services whose data the caller may send and see; a token without it"
              + " is for every service, one in which it is null or of another kind is refused.");
  static final Setting<String> OIDC_CA =
      Setting.optional(
          "oidc.ca-certificate",
          TEXT,
          "PEM file of the authority to trust for the provider's https.");
  static final Setting<Duration> OIDC_REFRESH_INTERVAL =
      Setting.of(
          "oidc.refresh-interval",
          DURATION_TYPE,
          "10m",
          "How often the provider's keys are fetched again; a token with a key that is not known"
              + " fetches them at once, every 5 s at most.");
  static final Setting<Boolean> AUTH_ALLOW_ANONYMOUS =
      Setting.of(
          "auth.allow-anonymous",
          BOOLEAN,
          "false",
          "Listen on an address that is not loopback although nobody is asked who they are.");
  static final Setting<Boolean> AUTH_OPEN_METRICS =
      Setting.of(
          "auth.open-metrics",
          BOOLEAN,
          "false",
          "Show `/metrics` to everybody, where callers have to say who they are. `/health`, `/ready`"
              + " and `/openapi.yaml` always are.");
  static final Setting<Integer> AUTH_REQUESTS_PER_SECOND =
      Setting.of(
          "auth.requests-per-second",
          integer(0, 1_000_000),
          "500",
          "Requests of one caller, a second's worth at once; one more is answered with 429. 0 for no"
              + " limit. A key may have its own.");
  static final Setting<Integer> AUTH_CONCURRENT =
      Setting.of(
          "auth.concurrent",
          integer(0, 100_000),
          "64",
          "Requests of one caller at the same time, streams not counted; 0 for no limit.");
  static final Setting<Integer> AUTH_STREAMS =
      Setting.of(
          "auth.streams",
          integer(0, 100_000),
          "50",
          "Live streams of one caller at the same time; 0 for no limit.");

  static final Setting<Integer> INGEST_MAX_EVENTS =
      Setting.of(
          "ingest.max-events", integer(1, 100_000), "10000", "Events in one request at most.");
  static final Setting<Long> INGEST_MAX_BODY =
      Setting.of(
          "ingest.max-body-bytes",
          BYTES,
          "8MiB",
          "Size of a request's body as sent (compressed, where it is).");
  static final Setting<Long> INGEST_MAX_INFLATED =
      Setting.of(
          "ingest.max-inflated-bytes",
          BYTES,
          "32MiB",
          "Size of a request's body after decompression.");
  static final Setting<Duration> INGEST_BODY_TIMEOUT =
      Setting.of(
          "ingest.body-timeout",
          DURATION_TYPE,
          "30s",
          "How long a request's body may take to come in, memory held meanwhile; past it the answer"
              + " is 503 and the connection is closed.");
  static final Setting<Long> INGEST_MAX_IN_FLIGHT =
      Setting.of(
          "ingest.max-in-flight-bytes",
          BYTES,
          "128MiB",
          "Memory that all ingest requests may hold together, from the first byte read to Kafka's"
              + " acknowledgement, copies on the way included. Above it requests are answered with"
              + " 503. The producer's buffer comes on top (a quarter of it, at most 64 MiB): with"
              + " the default the process wants a heap of 384 MiB or more.");
  static final Setting<Double> INGEST_SHED_TRACE =
      Setting.of(
          "ingest.shed-trace-at",
          FRACTION,
          "0.5",
          "Share of `ingest.max-in-flight-bytes` above which TRACE events are shed and counted.");
  static final Setting<Double> INGEST_SHED_DEBUG =
      Setting.of(
          "ingest.shed-debug-at",
          FRACTION,
          "0.7",
          "The same for DEBUG events. INFO and above are never shed.");
  static final Setting<Integer> INGEST_THREADS =
      Setting.of(
          "ingest.threads",
          integer(1, 256),
          "4",
          "Threads that decompress, check and hand over events.");
  static final Setting<Integer> INGEST_MAX_QUEUED =
      Setting.of(
          "ingest.max-queued",
          integer(0, 10_000),
          "64",
          "Requests that wait for such a thread; one more is answered with 503.");
  static final Setting<Duration> INGEST_ACK_TIMEOUT =
      Setting.of(
          "ingest.ack-timeout",
          DURATION_TYPE,
          "10s",
          "How long Kafka may take to acknowledge a request's events before the answer is 503.");
  static final Setting<Duration> INGEST_RETRY_AFTER =
      Setting.of("ingest.retry-after", DURATION_TYPE, "2s", "Retry-After of a 503.");

  static final Setting<PartitionSets> INGEST_PARTITION_SETS =
      Setting.optional(
          "ingest.partition-sets",
          PARTITION_SETS,
          "Services that outgrow one partition and the number of keys each is spread over by its"
              + " hosts, for example `payments=8, checkout=4`. Agents that write to Kafka have to"
              + " do the same, see Keys and partitions.");

  static final Setting<String> KAFKA_BOOTSTRAP =
      Setting.of("kafka.bootstrap-servers", TEXT, "127.0.0.1:9092", "Kafka's bootstrap servers.");
  static final Setting<String> KAFKA_LOGS_TOPIC =
      Setting.of("kafka.logs-topic", TEXT, "logs", "Topic that ingest writes log events to.");
  static final Setting<String> KAFKA_METRICS_TOPIC =
      Setting.of(
          "kafka.metrics-topic", TEXT, "metrics", "Topic that ingest writes metric points to.");
  static final Setting<String> KAFKA_RULES_TOPIC =
      Setting.of(
          "kafka.alert-rules-topic",
          TEXT,
          "alert-rules",
          "Compacted topic of one partition that holds the alert rules.");
  static final Setting<String> KAFKA_DASHBOARDS_TOPIC =
      Setting.of(
          "kafka.dashboards-topic",
          TEXT,
          "dashboards",
          "Compacted topic of one partition that holds the dashboards.");
  static final Setting<String> KAFKA_STATE_TOPIC =
      Setting.of(
          "kafka.alert-state-topic",
          TEXT,
          "alert-state",
          "Compacted topic in which the alerts job keeps the state of each alert.");
  static final Setting<String> KAFKA_COMPRESSION =
      Setting.of(
          "kafka.compression", TEXT, "lz4", "Compression of produced batches: lz4, zstd or none.");

  /** Not a setting of its own but a family of them: what follows is a Kafka client property. */
  static final String KAFKA_PROPERTIES_PREFIX = "kafka.properties.";

  static final Setting<List<URI>> ES_HOSTS =
      Setting.of(
          "elasticsearch.hosts",
          HTTP_URLS,
          "http://127.0.0.1:9200",
          "Elasticsearch nodes; requests go round among them.");
  static final Setting<String> ES_USERNAME =
      Setting.optional("elasticsearch.username", TEXT, "User for basic authentication.");
  static final Setting<String> ES_PASSWORD =
      Setting.optional("elasticsearch.password", TEXT, "Its password.");
  static final Setting<String> ES_API_KEY =
      Setting.optional(
          "elasticsearch.api-key", TEXT, "Encoded API key; excludes user and password.");
  static final Setting<String> ES_CA =
      Setting.optional(
          "elasticsearch.ca-certificate", TEXT, "PEM file of the authority to trust for https.");
  static final Setting<PromotedFields> ES_PROMOTED =
      Setting.optional(
          "elasticsearch.promoted-fields",
          PROMOTED_FIELDS,
          "Structured fields that have a typed column, as the logs job and the index template were"
              + " told, for example `status=long, user_id=keyword`: ranges and exact facets work on"
              + " them.");
  static final Setting<Duration> ES_CONNECT_TIMEOUT =
      Setting.of("elasticsearch.connect-timeout", DURATION_TYPE, "1s", "To connect to a node.");
  static final Setting<Duration> ES_REQUEST_TIMEOUT =
      Setting.of(
          "elasticsearch.request-timeout",
          DURATION_TYPE,
          "10s",
          "For one request as a whole; past it the search is cancelled and answered with 504.");

  static final Setting<Integer> SEARCH_MAX_CONCURRENT =
      Setting.of("search.max-concurrent", integer(1, 256), "16", "Searches run at the same time.");
  static final Setting<Integer> SEARCH_MAX_QUEUED =
      Setting.of(
          "search.max-queued",
          integer(0, 10_000),
          "16",
          "Searches that wait for their turn; one more is answered with 429.");
  static final Setting<Duration> SEARCH_SHARD_TIMEOUT =
      Setting.of(
          "search.shard-timeout",
          DURATION_TYPE,
          "4s",
          "A shard that needs longer makes the answer partial.");
  static final Setting<Integer> SEARCH_SHARD_BUDGET =
      Setting.of(
          "search.shard-budget",
          integer(1, 10_000),
          "500",
          "Hits that one shard may return at a time; a larger page is collected in rounds.");
  static final Setting<Duration> SEARCH_MAX_RANGE =
      Setting.of("search.max-range", DURATION_TYPE, "31d", "Longest time range of a search.");
  static final Setting<Duration> SEARCH_DEFAULT_RANGE =
      Setting.of(
          "search.default-range", DURATION_TYPE, "15m", "Time range when `from` is not given.");
  static final Setting<Integer> SEARCH_TOTAL_BOUND =
      Setting.of(
          "search.total-bound",
          integer(1, Integer.MAX_VALUE),
          "10000",
          "`total_matched` is exact up to here and a lower bound above.");
  static final Setting<Duration> SEARCH_CURSOR_MAX_AGE =
      Setting.of(
          "search.cursor-max-age",
          DURATION_TYPE,
          "24h",
          "A cursor is accepted for so long after its first page.");
  static final Setting<Integer> SEARCH_FACET_SAMPLE =
      Setting.of(
          "search.facet-sample",
          integer(1, 10_000),
          "2000",
          "Newest matching events from which the top values of a structured field are counted.");
  static final Setting<Duration> SEARCH_CONTEXT_WINDOW =
      Setting.of(
          "search.context-window",
          DURATION_TYPE,
          "1h",
          "How far before and after an event its context is looked for.");
  static final Setting<Integer> SEARCH_MAX_BUCKETS =
      Setting.of(
          "search.max-histogram-buckets", integer(1, 10_000), "1000", "Buckets of a histogram.");
  static final Setting<Duration> SEARCH_RETRY_AFTER =
      Setting.of("search.retry-after", DURATION_TYPE, "1s", "Retry-After of a 429 or 503.");

  static final Setting<Integer> TAIL_THREADS =
      Setting.of("tail.threads", integer(1, 64), "4", "Threads that open streams.");
  static final Setting<Integer> TAIL_MAX_SUBSCRIBERS =
      Setting.of(
          "tail.max-subscribers",
          integer(1, 100_000),
          "2000",
          "Streams at the same time; one more is answered with 429.");
  static final Setting<Integer> TAIL_MAX_PER_ADDRESS =
      Setting.of(
          "tail.max-subscribers-per-address",
          integer(1, 100_000),
          "200",
          "Streams of one client address. Behind a proxy all clients have the proxy's.");
  static final Setting<Integer> TAIL_QUEUE_EVENTS =
      Setting.of(
          "tail.queue-events",
          integer(1, 1_000_000),
          "5000",
          "Live events that wait for one client at most. What does not fit is dropped, counted and"
              + " announced.");
  static final Setting<Long> TAIL_QUEUE_BYTES =
      Setting.of("tail.queue-bytes", BYTES, "2MiB", "Bytes of them at most.");
  static final Setting<Long> TAIL_MAX_QUEUED_BYTES =
      Setting.of(
          "tail.max-queued-bytes",
          BYTES,
          "64MiB",
          "Bytes that wait for all clients together, an eighth of what is free for each at most. An"
              + " event that waits for several clients is in memory once but counts for each.");
  static final Setting<Duration> TAIL_HEARTBEAT =
      Setting.of(
          "tail.heartbeat", DURATION_TYPE, "10s", "Between two heartbeats of a quiet stream.");
  static final Setting<Duration> TAIL_FLUSH_INTERVAL =
      Setting.of(
          "tail.flush-interval",
          DURATION_TYPE,
          "50ms",
          "How long events are collected before they are sent, at most; after a quiet moment they"
              + " are sent at once.");
  static final Setting<Duration> TAIL_MAX_SINCE =
      Setting.of(
          "tail.max-since",
          DURATION_TYPE,
          "1h",
          "How far back a stream may begin (`since`) or go on (`Last-Event-ID`).");
  static final Setting<Integer> TAIL_MAX_CATCH_UPS =
      Setting.of(
          "tail.max-catch-ups",
          integer(1, 64),
          "4",
          "Clients for which the past is read at the same time; others wait for their turn.");
  static final Setting<Duration> TAIL_CATCH_UP_TIMEOUT =
      Setting.of(
          "tail.catch-up-timeout",
          DURATION_TYPE,
          "5m",
          "How long the past is read for one client. Then its stream ends, to be resumed.");
  static final Setting<Duration> TAIL_STALL_TIMEOUT =
      Setting.of(
          "tail.stall-timeout",
          DURATION_TYPE,
          "10s",
          "A client that takes nothing for so long while the past is read for it makes room for"
              + " another.");
  static final Setting<Integer> TAIL_MAX_UNFILTERED_RATE =
      Setting.of(
          "tail.max-unfiltered-rate",
          integer(0, 100_000_000),
          "20000",
          "Events a second in the topic above which a stream has to name its services.");
  static final Setting<Integer> TAIL_MAX_PARTITIONS =
      Setting.of(
          "tail.max-partitions",
          integer(1, 1_000),
          "256",
          "Partitions that one stream may watch: each adds about eight characters to every id.");
  static final Setting<Boolean> TAIL_WATCH_ALL =
      Setting.of(
          "tail.watch-all-partitions",
          BOOLEAN,
          "false",
          "Look for every service in all partitions, for producers that do not place records by"
              + " murmur2 as described in Keys and partitions.");
  static final Setting<Duration> TAIL_RETRY_AFTER =
      Setting.of(
          "tail.retry-after",
          DURATION_TYPE,
          "2s",
          "Retry-After of a 429, and how soon a client may come again after a stream ended.");

  static final Setting<String> ARCHIVE_URI =
      Setting.optional(
          "archive.uri",
          TEXT,
          "Where the archive is: `file:///path` or `s3://bucket/prefix`. Without it `/segments`"
              + " lists hot segments only.");
  static final Setting<String> S3_ENDPOINT =
      Setting.optional("archive.s3.endpoint", TEXT, "URL of a store that is not AWS.");
  static final Setting<String> S3_REGION =
      Setting.of("archive.s3.region", TEXT, "us-east-1", "Region of the bucket.");
  static final Setting<String> S3_ACCESS_KEY =
      Setting.optional(
          "archive.s3.access-key",
          TEXT,
          "Access key; without it the SDK's own chain (environment, profile, instance) decides.");
  static final Setting<String> S3_SECRET_KEY =
      Setting.optional("archive.s3.secret-key", TEXT, "Its secret.");
  static final Setting<Boolean> S3_PATH_STYLE =
      Setting.of(
          "archive.s3.path-style", BOOLEAN, "false", "Bucket in the path, not in the host name.");
  static final Setting<Integer> ARCHIVE_FOOTER_CONCURRENCY =
      Setting.of(
          "archive.footer-concurrency",
          integer(1, 64),
          "8",
          "Parquet footers read at the same time for `/segments`.");
  static final Setting<Integer> ARCHIVE_FOOTER_CACHE =
      Setting.of(
          "archive.footer-cache",
          integer(0, 1_000_000),
          "20000",
          "Files whose row count is remembered.");

  static final Setting<URI> PROMETHEUS_URL =
      Setting.of(
          "prometheus.url",
          HTTP_URL,
          "http://127.0.0.1:9090",
          "Prometheus, or what speaks its query API; may have a path.");
  static final Setting<String> PROMETHEUS_USERNAME =
      Setting.optional("prometheus.username", TEXT, "User for basic authentication.");
  static final Setting<String> PROMETHEUS_PASSWORD =
      Setting.optional("prometheus.password", TEXT, "Its password.");
  static final Setting<String> PROMETHEUS_BEARER_TOKEN =
      Setting.optional(
          "prometheus.bearer-token", TEXT, "Bearer token; excludes user and password.");
  static final Setting<String> PROMETHEUS_CA =
      Setting.optional(
          "prometheus.ca-certificate", TEXT, "PEM file of the authority to trust for https.");
  static final Setting<Duration> PROMETHEUS_CONNECT_TIMEOUT =
      Setting.of("prometheus.connect-timeout", DURATION_TYPE, "1s", "To connect to Prometheus.");
  static final Setting<Duration> PROMETHEUS_REQUEST_TIMEOUT =
      Setting.of(
          "prometheus.request-timeout",
          DURATION_TYPE,
          "30s",
          "For one query; Prometheus is told it too. A client may ask for less, not for more.");

  static final Setting<Integer> METRICS_MAX_CONCURRENT =
      Setting.of(
          "metrics.max-concurrent",
          integer(1, 256),
          "16",
          "Requests to Prometheus at the same time.");
  static final Setting<Integer> METRICS_MAX_QUEUED =
      Setting.of(
          "metrics.max-queued",
          integer(0, 10_000),
          "64",
          "Queries that wait for their turn; one more is answered with 429.");
  static final Setting<Duration> METRICS_MAX_RANGE =
      Setting.of(
          "metrics.max-range", DURATION_TYPE, "366d", "Longest time range of a metrics query.");
  static final Setting<Duration> METRICS_DEFAULT_RANGE =
      Setting.of(
          "metrics.default-range", DURATION_TYPE, "1h", "Time range when `from` is not given.");
  static final Setting<Integer> METRICS_MAX_POINTS =
      Setting.of(
          "metrics.max-points",
          integer(1, 11_000),
          "11000",
          "Points of one series; Prometheus itself has no more than 11,000.");
  static final Setting<Integer> METRICS_MAX_SERIES =
      Setting.of(
          "metrics.max-series",
          integer(1, 100_000),
          "1000",
          "Series in an answer of `/metrics/query`; more are left out, and the answer says so.");
  static final Setting<Long> METRICS_MAX_RESPONSE =
      Setting.of(
          "metrics.max-response-bytes",
          BYTES,
          "64MiB",
          "Size of an answer of Prometheus as sent. A larger one is cut off.");
  static final Setting<Duration> METRICS_RETRY_AFTER =
      Setting.of("metrics.retry-after", DURATION_TYPE, "1s", "Retry-After of a 429 or 503.");

  static final Setting<Integer> RULES_THREADS =
      Setting.of(
          "rules.threads",
          integer(1, 64),
          "4",
          "Threads that read and write rules and dashboards.");
  static final Setting<Integer> RULES_MAX_QUEUED =
      Setting.of(
          "rules.max-queued",
          integer(0, 10_000),
          "64",
          "Requests that wait for such a thread; one more is answered with 429.");
  static final Setting<Integer> RULES_MAX_DOCUMENTS =
      Setting.of(
          "rules.max-documents",
          integer(1, 1_000_000),
          "10000",
          "Alert rules at most, and dashboards at most.");
  static final Setting<Long> RULES_MAX_BODY =
      Setting.of(
          "rules.max-body-bytes", BYTES, "256KiB", "Size of a rule or dashboard as it is sent.");
  static final Setting<Duration> RULES_WRITE_TIMEOUT =
      Setting.of(
          "rules.write-timeout",
          DURATION_TYPE,
          "15s",
          "From a write until the gateway has read it back; past it the answer is 503.");
  static final Setting<Duration> RULES_RETRY_AFTER =
      Setting.of("rules.retry-after", DURATION_TYPE, "2s", "Retry-After of a 429 or 503.");
  static final Setting<String> ALERTS_CHANNELS_FILE =
      Setting.optional(
          "alerts.channels-file",
          TEXT,
          "YAML file whose `channels` say where alerts can go. A rule with another"
              + " `notification_channel` is refused; without the file any name is taken.");
  static final Setting<Duration> ALERTS_TEST_MAX_RANGE =
      Setting.of(
          "alerts.test-max-range",
          DURATION_TYPE,
          "7d",
          "Longest time range over which a rule is tried out.");

  static final Setting<String> KAFKA_HISTORY_TOPIC =
      Setting.of(
          "kafka.alert-history-topic",
          TEXT,
          "alert-history",
          "Topic in which the alerts job writes every transition of an alert.");
  static final Setting<String> KAFKA_LOGS_DEAD_LETTERS_TOPIC =
      Setting.of(
          "kafka.logs-dead-letters-topic",
          TEXT,
          "logs-dead-letters",
          "Topic of the log events that could not be stored.");
  static final Setting<String> KAFKA_METRICS_DEAD_LETTERS_TOPIC =
      Setting.of(
          "kafka.metrics-dead-letters-topic",
          TEXT,
          "metrics-dead-letters",
          "Topic of the metric points that could not be stored.");
  static final Setting<List<URI>> FLINK_URL =
      Setting.optional(
          "flink.url",
          HTTP_URLS,
          "Flink's REST address, or those of all clusters where each job has its own, for"
              + " `/pipeline/jobs`, which is a 422 without it. Only read.");
  static final Setting<URI> ALERTMANAGER_URL =
      Setting.optional(
          "alertmanager.url",
          HTTP_URL,
          "Alertmanager, for `/silences`, which is a 422 without it; may have a path.");
  static final Setting<Duration> PIPELINE_REQUEST_TIMEOUT =
      Setting.of(
          "pipeline.request-timeout",
          DURATION_TYPE,
          "10s",
          "For one request to Flink or Alertmanager, and for one look at the end of a topic.");

  static final List<Setting<?>> ALL =
      List.of(
          ROLES,
          HTTP_HOST,
          HTTP_PORT,
          HTTP_EVENT_LOOPS,
          HTTP_SHUTDOWN_TIMEOUT,
          HTTP_BODY_TIMEOUT,
          HTTP_MAX_CONNECTIONS,
          HTTP_SLOW_CALL,
          HTTP_TLS_CERTIFICATE,
          HTTP_TLS_KEY,
          HTTP_TLS_CLIENT_CA,
          HTTP_CORS_ORIGINS,
          HTTP_RELOAD_INTERVAL,
          AUTH_KEYS_FILE,
          OIDC_ISSUER,
          OIDC_AUDIENCE,
          OIDC_USER_CLAIM,
          OIDC_ROLES_CLAIM,
          OIDC_INGEST_ROLE,
          OIDC_READ_ROLE,
          OIDC_ADMIN_ROLE,
          OIDC_SERVICES_CLAIM,
          OIDC_CA,
          OIDC_REFRESH_INTERVAL,
          AUTH_ALLOW_ANONYMOUS,
          AUTH_OPEN_METRICS,
          AUTH_REQUESTS_PER_SECOND,
          AUTH_CONCURRENT,
          AUTH_STREAMS,
          INGEST_MAX_EVENTS,
          INGEST_MAX_BODY,
          INGEST_MAX_INFLATED,
          INGEST_BODY_TIMEOUT,
          INGEST_MAX_IN_FLIGHT,
          INGEST_SHED_TRACE,
          INGEST_SHED_DEBUG,
          INGEST_THREADS,
          INGEST_MAX_QUEUED,
          INGEST_ACK_TIMEOUT,
          INGEST_RETRY_AFTER,
          INGEST_PARTITION_SETS,
          KAFKA_BOOTSTRAP,
          KAFKA_LOGS_TOPIC,
          KAFKA_METRICS_TOPIC,
          KAFKA_RULES_TOPIC,
          KAFKA_DASHBOARDS_TOPIC,
          KAFKA_STATE_TOPIC,
          KAFKA_COMPRESSION,
          ES_HOSTS,
          ES_USERNAME,
          ES_PASSWORD,
          ES_API_KEY,
          ES_CA,
          ES_PROMOTED,
          ES_CONNECT_TIMEOUT,
          ES_REQUEST_TIMEOUT,
          SEARCH_MAX_CONCURRENT,
          SEARCH_MAX_QUEUED,
          SEARCH_SHARD_TIMEOUT,
          SEARCH_SHARD_BUDGET,
          SEARCH_MAX_RANGE,
          SEARCH_DEFAULT_RANGE,
          SEARCH_TOTAL_BOUND,
          SEARCH_CURSOR_MAX_AGE,
          SEARCH_FACET_SAMPLE,
          SEARCH_CONTEXT_WINDOW,
          SEARCH_MAX_BUCKETS,
          SEARCH_RETRY_AFTER,
          TAIL_THREADS,
          TAIL_MAX_SUBSCRIBERS,
          TAIL_MAX_PER_ADDRESS,
          TAIL_QUEUE_EVENTS,
          TAIL_QUEUE_BYTES,
          TAIL_MAX_QUEUED_BYTES,
          TAIL_HEARTBEAT,
          TAIL_FLUSH_INTERVAL,
          TAIL_MAX_SINCE,
          TAIL_MAX_CATCH_UPS,
          TAIL_CATCH_UP_TIMEOUT,
          TAIL_STALL_TIMEOUT,
          TAIL_MAX_UNFILTERED_RATE,
          TAIL_MAX_PARTITIONS,
          TAIL_WATCH_ALL,
          TAIL_RETRY_AFTER,
          ARCHIVE_URI,
          S3_ENDPOINT,
          S3_REGION,
          S3_ACCESS_KEY,
          S3_SECRET_KEY,
          S3_PATH_STYLE,
          ARCHIVE_FOOTER_CONCURRENCY,
          ARCHIVE_FOOTER_CACHE,
          PROMETHEUS_URL,
          PROMETHEUS_USERNAME,
          PROMETHEUS_PASSWORD,
          PROMETHEUS_BEARER_TOKEN,
          PROMETHEUS_CA,
          PROMETHEUS_CONNECT_TIMEOUT,
          PROMETHEUS_REQUEST_TIMEOUT,
          METRICS_MAX_CONCURRENT,
          METRICS_MAX_QUEUED,
          METRICS_MAX_RANGE,
          METRICS_DEFAULT_RANGE,
          METRICS_MAX_POINTS,
          METRICS_MAX_SERIES,
          METRICS_MAX_RESPONSE,
          METRICS_RETRY_AFTER,
          RULES_THREADS,
          RULES_MAX_QUEUED,
          RULES_MAX_DOCUMENTS,
          RULES_MAX_BODY,
          RULES_WRITE_TIMEOUT,
          RULES_RETRY_AFTER,
          ALERTS_CHANNELS_FILE,
          ALERTS_TEST_MAX_RANGE,
          KAFKA_HISTORY_TOPIC,
          KAFKA_LOGS_DEAD_LETTERS_TOPIC,
          KAFKA_METRICS_DEAD_LETTERS_TOPIC,
          FLINK_URL,
          ALERTMANAGER_URL,
          PIPELINE_REQUEST_TIMEOUT);

  private Settings() {}
}
