package io.weir.gateway.config;

import io.weir.gateway.auth.CallerLimits;
import io.weir.gateway.auth.Scope;
import io.weir.gateway.auth.oidc.OidcSettings;
import io.weir.gateway.tail.TailLimits;
import io.weir.model.index.PromotedFields;
import io.weir.model.kafka.PartitionSets;
import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Reads the configuration from {@code --config FILE} (flat YAML) and {@code --key value} arguments,
 * of which the arguments win. Reports every error at once; unknown keys are errors, because a
 * misspelt limit that is silently ignored is found in the worst moment.
 */
public final class ConfigReader {
  private static final String CONFIG_ARGUMENT = "config";
  private static final Pattern ORIGIN =
      Pattern.compile(
          "https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?|https?://\\[[0-9a-fA-F:]+\\](:[0-9]{1,5})?");

  private static final Duration MAX_HEARTBEAT = Duration.ofMinutes(1);

  private final Map<String, String> values = new LinkedHashMap<>();
  private final List<String> errors = new ArrayList<>();

  private ConfigReader() {}

  /**
   * Reads and validates.
   *
   * @throws InvalidConfigurationException naming every error
   */
  public static GatewayConfig read(List<String> arguments) {
    ConfigReader reader = new ConfigReader();
    Map<String, String> given = reader.arguments(arguments);
    String file = given.remove(CONFIG_ARGUMENT);
    if (file != null) {
      reader.file(Path.of(file));
    }
    reader.values.putAll(given);
    reader.rejectUnknownKeys();
    GatewayConfig config = reader.build();
    if (!reader.errors.isEmpty()) {
      throw new InvalidConfigurationException(reader.errors);
    }
    return config;
  }

  private Map<String, String> arguments(List<String> arguments) {
    Map<String, String> given = new LinkedHashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (!argument.startsWith("--")) {
        errors.add("argument '" + argument + "': expected --key value");
        continue;
      }
      String key = argument.substring(2);
      int equals = key.indexOf('=');
      if (equals > 0) {
        given.put(key.substring(0, equals), key.substring(equals + 1));
      } else if (i + 1 < arguments.size()) {
        given.put(key, arguments.get(++i));
      } else {
        errors.add(key + ": has no value");
      }
    }
    return given;
  }

  private void file(Path file) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    try (Reader text = Files.newBufferedReader(file)) {
      Object root = new Yaml(new SafeConstructor(options)).load(text);
      if (root == null) {
        return;
      }
      if (!(root instanceof Map<?, ?> map)) {
        errors.add("config: " + file + " is not a list of 'key: value' lines");
        return;
      }
      map.forEach((key, value) -> fileValue(String.valueOf(key), value));
    } catch (IOException e) {
      errors.add("config: cannot read " + file + " (" + e + ")");
    } catch (YAMLException e) {
      errors.add("config: " + file + " is not YAML: " + e.getMessage());
    }
  }

  private void fileValue(String key, Object value) {
    if (value instanceof Map) {
      errors.add(key + ": is nested in the file; write flat dotted keys");
    } else if (value instanceof List<?> list) {
      values.put(key, list.stream().map(String::valueOf).collect(Collectors.joining(",")));
    } else if (value != null) {
      values.put(key, String.valueOf(value));
    }
  }

  private void rejectUnknownKeys() {
    Set<String> known = Settings.ALL.stream().map(Setting::key).collect(Collectors.toSet());
    for (String key : values.keySet()) {
      if (!known.contains(key) && !key.startsWith(Settings.KAFKA_PROPERTIES_PREFIX)) {
        errors.add(key + ": no such setting");
      }
    }
  }

  /**
   * Returns the value of a setting; after an error its default, so that reading goes on and finds
   * the next error too.
   */
  private <T> T get(Setting<T> setting) {
    T value = find(setting).orElse(null);
    return value != null
        ? value
        : setting.type().reader().apply(setting.defaultText().orElseThrow());
  }

  private <T> Optional<T> find(Setting<T> setting) {
    String text = values.get(setting.key());
    if (text == null) {
      return setting.defaultText().map(setting.type().reader());
    }
    if (text.isBlank()) {
      errors.add(setting.key() + ": is empty");
      return Optional.empty();
    }
    try {
      return Optional.of(setting.type().reader().apply(text.strip()));
    } catch (IllegalArgumentException e) {
      errors.add(setting.key() + ": '" + text + "' " + e.getMessage());
      return Optional.empty();
    }
  }

  private GatewayConfig build() {
    return new GatewayConfig(
        get(Settings.ROLES),
        http(),
        auth(),
        ingest(),
        kafka(),
        search(),
        tail(),
        elasticsearch(),
        archive(),
        prometheus(),
        metrics(),
        rules(),
        pipeline());
  }

  private GatewayConfig.Http http() {
    return new GatewayConfig.Http(
        get(Settings.HTTP_HOST),
        get(Settings.HTTP_PORT),
        get(Settings.HTTP_EVENT_LOOPS),
        positive(Settings.HTTP_SHUTDOWN_TIMEOUT),
        positive(Settings.HTTP_BODY_TIMEOUT),
        get(Settings.HTTP_MAX_CONNECTIONS),
        positive(Settings.HTTP_SLOW_CALL),
        tls(),
        origins(),
        positive(Settings.HTTP_RELOAD_INTERVAL));
  }

  private Optional<GatewayConfig.Tls> tls() {
    together(Settings.HTTP_TLS_CERTIFICATE, Settings.HTTP_TLS_KEY);
    Optional<Path> authority = readable(Settings.HTTP_TLS_CLIENT_CA);
    Optional<Path> certificate = readable(Settings.HTTP_TLS_CERTIFICATE);
    Optional<Path> key = readable(Settings.HTTP_TLS_KEY);
    if (authority.isPresent() && certificate.isEmpty()) {
      errors.add(
          Settings.HTTP_TLS_CLIENT_CA.key()
              + ": needs "
              + Settings.HTTP_TLS_CERTIFICATE.key()
              + "; without TLS no client shows a certificate");
    }
    return certificate.isPresent() && key.isPresent()
        ? Optional.of(new GatewayConfig.Tls(certificate.get(), key.get(), authority))
        : Optional.empty();
  }

  private List<String> origins() {
    List<String> origins = find(Settings.HTTP_CORS_ORIGINS).orElse(List.of());
    for (String origin : origins) {
      if (!ORIGIN.matcher(origin).matches()) {
        errors.add(
            Settings.HTTP_CORS_ORIGINS.key()
                + ": '"
                + origin
                + "' is not an origin such as https://grafana.example.org");
      }
    }
    return origins;
  }

  private GatewayConfig.Auth auth() {
    GatewayConfig.Auth auth =
        new GatewayConfig.Auth(
            readable(Settings.AUTH_KEYS_FILE),
            oidc(),
            get(Settings.AUTH_OPEN_METRICS),
            new CallerLimits(
                get(Settings.AUTH_REQUESTS_PER_SECOND),
                get(Settings.AUTH_CONCURRENT),
                get(Settings.AUTH_STREAMS)));
    boolean asked = auth.required() || values.containsKey(Settings.HTTP_TLS_CLIENT_CA.key());
    if (!asked && !get(Settings.AUTH_ALLOW_ANONYMOUS) && !isLoopback(get(Settings.HTTP_HOST))) {
      errors.add(
          Settings.HTTP_HOST.key()
              + ": '"
              + get(Settings.HTTP_HOST)
              + "' is not loopback, and nobody who connects would be asked who they are; set "
              + Settings.AUTH_KEYS_FILE.key()
              + ", "
              + Settings.OIDC_ISSUER.key()
              + " or "
              + Settings.HTTP_TLS_CLIENT_CA.key()
              + ", or "
              + Settings.AUTH_ALLOW_ANONYMOUS.key()
              + " to true if that is meant");
    }
    return auth;
  }

  private Optional<OidcSettings> oidc() {
    Optional<URI> issuer = find(Settings.OIDC_ISSUER);
    Optional<String> audience = find(Settings.OIDC_AUDIENCE);
    if (issuer.isPresent() != audience.isPresent()) {
      errors.add(
          Settings.OIDC_ISSUER.key()
              + ": needs "
              + Settings.OIDC_AUDIENCE.key()
              + " and vice versa; a token for another program is none for this one");
    }
    if (issuer.isEmpty() || audience.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new OidcSettings(
            issuer.get(),
            audience.get(),
            get(Settings.OIDC_USER_CLAIM),
            get(Settings.OIDC_ROLES_CLAIM),
            Map.of(
                Scope.INGEST, get(Settings.OIDC_INGEST_ROLE),
                Scope.READ, get(Settings.OIDC_READ_ROLE),
                Scope.ADMIN, get(Settings.OIDC_ADMIN_ROLE)),
            get(Settings.OIDC_SERVICES_CLAIM),
            readable(Settings.OIDC_CA),
            positive(Settings.OIDC_REFRESH_INTERVAL)));
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private GatewayConfig.Ingest ingest() {
    int maxBody = size(Settings.INGEST_MAX_BODY);
    int maxInflated = size(Settings.INGEST_MAX_INFLATED);
    long maxInFlight = get(Settings.INGEST_MAX_IN_FLIGHT);
    if (maxInFlight < (long) maxBody + maxInflated) {
      errors.add(
          Settings.INGEST_MAX_IN_FLIGHT.key()
              + ": is smaller than "
              + Settings.INGEST_MAX_BODY.key()
              + " + "
              + Settings.INGEST_MAX_INFLATED.key()
              + ", so the largest allowed request could never be taken");
    }
    double trace = get(Settings.INGEST_SHED_TRACE);
    double debug = get(Settings.INGEST_SHED_DEBUG);
    if (debug < trace) {
      errors.add(
          Settings.INGEST_SHED_DEBUG.key()
              + ": is below "
              + Settings.INGEST_SHED_TRACE.key()
              + "; TRACE is shed first");
    }
    return new GatewayConfig.Ingest(
        get(Settings.INGEST_MAX_EVENTS),
        maxBody,
        maxInflated,
        positive(Settings.INGEST_BODY_TIMEOUT),
        maxInFlight,
        trace,
        debug,
        get(Settings.INGEST_THREADS),
        get(Settings.INGEST_MAX_QUEUED),
        positive(Settings.INGEST_ACK_TIMEOUT),
        positive(Settings.INGEST_RETRY_AFTER),
        find(Settings.INGEST_PARTITION_SETS).orElse(PartitionSets.NONE));
  }

  private GatewayConfig.Kafka kafka() {
    String compression = get(Settings.KAFKA_COMPRESSION);
    if (!List.of("lz4", "zstd", "none").contains(compression)) {
      errors.add(
          Settings.KAFKA_COMPRESSION.key() + ": '" + compression + "' is not lz4, zstd or none");
    }
    Map<String, String> properties = new TreeMap<>();
    values.forEach(
        (key, value) -> {
          if (key.startsWith(Settings.KAFKA_PROPERTIES_PREFIX)) {
            properties.put(key.substring(Settings.KAFKA_PROPERTIES_PREFIX.length()), value);
          }
        });
    return new GatewayConfig.Kafka(
        get(Settings.KAFKA_BOOTSTRAP),
        get(Settings.KAFKA_LOGS_TOPIC),
        get(Settings.KAFKA_METRICS_TOPIC),
        get(Settings.KAFKA_RULES_TOPIC),
        get(Settings.KAFKA_DASHBOARDS_TOPIC),
        get(Settings.KAFKA_STATE_TOPIC),
        compression,
        properties);
  }

  private GatewayConfig.Search search() {
    return new GatewayConfig.Search(
        get(Settings.SEARCH_MAX_CONCURRENT),
        get(Settings.SEARCH_MAX_QUEUED),
        positive(Settings.SEARCH_SHARD_TIMEOUT),
        get(Settings.SEARCH_SHARD_BUDGET),
        positive(Settings.SEARCH_MAX_RANGE),
        positive(Settings.SEARCH_DEFAULT_RANGE),
        get(Settings.SEARCH_TOTAL_BOUND),
        positive(Settings.SEARCH_CURSOR_MAX_AGE),
        get(Settings.SEARCH_FACET_SAMPLE),
        positive(Settings.SEARCH_CONTEXT_WINDOW),
        get(Settings.SEARCH_MAX_BUCKETS),
        positive(Settings.SEARCH_RETRY_AFTER));
  }

  private GatewayConfig.Tail tail() {
    int queueBytes = size(Settings.TAIL_QUEUE_BYTES);
    long maxQueued = get(Settings.TAIL_MAX_QUEUED_BYTES);
    if (maxQueued < queueBytes) {
      errors.add(
          Settings.TAIL_MAX_QUEUED_BYTES.key()
              + ": is smaller than "
              + Settings.TAIL_QUEUE_BYTES.key()
              + ", what one client may have");
    }
    Duration heartbeat = positive(Settings.TAIL_HEARTBEAT);
    if (heartbeat.compareTo(MAX_HEARTBEAT) > 0) {
      errors.add(
          Settings.TAIL_HEARTBEAT.key()
              + ": is more than a minute, and silent connections are closed");
    }
    return new GatewayConfig.Tail(
        get(Settings.TAIL_THREADS),
        get(Settings.TAIL_MAX_SUBSCRIBERS),
        get(Settings.TAIL_MAX_PER_ADDRESS),
        get(Settings.TAIL_WATCH_ALL),
        new TailLimits(
            get(Settings.TAIL_QUEUE_EVENTS),
            queueBytes,
            Math.max(1, maxQueued),
            heartbeat,
            get(Settings.TAIL_FLUSH_INTERVAL),
            positive(Settings.TAIL_MAX_SINCE),
            get(Settings.TAIL_MAX_CATCH_UPS),
            positive(Settings.TAIL_CATCH_UP_TIMEOUT),
            positive(Settings.TAIL_STALL_TIMEOUT),
            get(Settings.TAIL_MAX_UNFILTERED_RATE),
            get(Settings.TAIL_MAX_PARTITIONS),
            positive(Settings.TAIL_RETRY_AFTER)));
  }

  private GatewayConfig.Elasticsearch elasticsearch() {
    Optional<String> username = find(Settings.ES_USERNAME);
    Optional<String> password = find(Settings.ES_PASSWORD);
    Optional<String> apiKey = find(Settings.ES_API_KEY);
    together(Settings.ES_USERNAME, Settings.ES_PASSWORD);
    notTogether(Settings.ES_API_KEY, Settings.ES_USERNAME);
    return new GatewayConfig.Elasticsearch(
        get(Settings.ES_HOSTS),
        username,
        password,
        apiKey,
        readable(Settings.ES_CA),
        find(Settings.ES_PROMOTED).orElse(PromotedFields.NONE),
        positive(Settings.ES_CONNECT_TIMEOUT),
        positive(Settings.ES_REQUEST_TIMEOUT));
  }

  private GatewayConfig.Archive archive() {
    Optional<URI> uri = find(Settings.ARCHIVE_URI).flatMap(this::archiveUri);
    Optional<String> accessKey = find(Settings.S3_ACCESS_KEY);
    Optional<String> secretKey = find(Settings.S3_SECRET_KEY);
    together(Settings.S3_ACCESS_KEY, Settings.S3_SECRET_KEY);
    return new GatewayConfig.Archive(
        uri,
        new GatewayConfig.S3(
            find(Settings.S3_ENDPOINT).flatMap(text -> uri(Settings.S3_ENDPOINT.key(), text)),
            get(Settings.S3_REGION),
            accessKey,
            secretKey,
            get(Settings.S3_PATH_STYLE)),
        get(Settings.ARCHIVE_FOOTER_CONCURRENCY),
        get(Settings.ARCHIVE_FOOTER_CACHE));
  }

  private GatewayConfig.Prometheus prometheus() {
    together(Settings.PROMETHEUS_USERNAME, Settings.PROMETHEUS_PASSWORD);
    notTogether(Settings.PROMETHEUS_BEARER_TOKEN, Settings.PROMETHEUS_USERNAME);
    return new GatewayConfig.Prometheus(
        get(Settings.PROMETHEUS_URL),
        find(Settings.PROMETHEUS_USERNAME),
        find(Settings.PROMETHEUS_PASSWORD),
        find(Settings.PROMETHEUS_BEARER_TOKEN),
        readable(Settings.PROMETHEUS_CA),
        positive(Settings.PROMETHEUS_CONNECT_TIMEOUT),
        positive(Settings.PROMETHEUS_REQUEST_TIMEOUT));
  }

  private GatewayConfig.Metrics metrics() {
    return new GatewayConfig.Metrics(
        get(Settings.METRICS_MAX_CONCURRENT),
        get(Settings.METRICS_MAX_QUEUED),
        positive(Settings.METRICS_MAX_RANGE),
        positive(Settings.METRICS_DEFAULT_RANGE),
        get(Settings.METRICS_MAX_POINTS),
        get(Settings.METRICS_MAX_SERIES),
        size(Settings.METRICS_MAX_RESPONSE),
        positive(Settings.METRICS_RETRY_AFTER));
  }

  private GatewayConfig.Rules rules() {
    return new GatewayConfig.Rules(
        get(Settings.RULES_THREADS),
        get(Settings.RULES_MAX_QUEUED),
        get(Settings.RULES_MAX_DOCUMENTS),
        size(Settings.RULES_MAX_BODY),
        positive(Settings.RULES_WRITE_TIMEOUT),
        positive(Settings.RULES_RETRY_AFTER),
        readable(Settings.ALERTS_CHANNELS_FILE),
        positive(Settings.ALERTS_TEST_MAX_RANGE));
  }

  private GatewayConfig.Pipeline pipeline() {
    return new GatewayConfig.Pipeline(
        get(Settings.KAFKA_HISTORY_TOPIC),
        get(Settings.KAFKA_LOGS_DEAD_LETTERS_TOPIC),
        get(Settings.KAFKA_METRICS_DEAD_LETTERS_TOPIC),
        find(Settings.FLINK_URL).orElse(List.of()),
        find(Settings.ALERTMANAGER_URL),
        positive(Settings.PIPELINE_REQUEST_TIMEOUT));
  }

  private void together(Setting<String> one, Setting<String> other) {
    if (values.containsKey(one.key()) != values.containsKey(other.key())) {
      errors.add(one.key() + ": needs " + other.key() + " and vice versa");
    }
  }

  private void notTogether(Setting<String> one, Setting<String> other) {
    if (values.containsKey(one.key()) && values.containsKey(other.key())) {
      errors.add(one.key() + ": excludes " + other.key() + "; give one");
    }
  }

  private Optional<Path> readable(Setting<String> setting) {
    Optional<Path> file = find(setting).map(Path::of);
    file.filter(path -> !Files.isReadable(path))
        .ifPresent(path -> errors.add(setting.key() + ": cannot read " + path));
    return file;
  }

  private Optional<URI> archiveUri(String text) {
    Optional<URI> uri = uri(Settings.ARCHIVE_URI.key(), text);
    if (uri.isEmpty()) {
      return uri;
    }
    String scheme = Objects.requireNonNullElse(uri.get().getScheme(), "");
    boolean usable =
        switch (scheme) {
          case "file" -> uri.get().getPath() != null && uri.get().getPath().startsWith("/");
          case "s3", "s3a" -> uri.get().getAuthority() != null;
          default -> false;
        };
    if (!usable) {
      errors.add(
          Settings.ARCHIVE_URI.key()
              + ": '"
              + text
              + "' is not file:///path or s3://bucket/prefix");
      return Optional.empty();
    }
    return uri;
  }

  private Optional<URI> uri(String key, String text) {
    try {
      return Optional.of(new URI(text));
    } catch (URISyntaxException e) {
      errors.add(key + ": '" + text + "' is not a URI (" + e.getReason() + ")");
      return Optional.empty();
    }
  }

  private Duration positive(Setting<Duration> setting) {
    Duration value = get(setting);
    if (value.isZero() || value.isNegative()) {
      errors.add(setting.key() + ": must be longer than nothing");
    }
    return value;
  }

  private int size(Setting<Long> setting) {
    long value = get(setting);
    if (value < 1 || value > 1 << 30) {
      errors.add(setting.key() + ": is not between 1 and 1GiB");
      return 1;
    }
    return (int) value;
  }
}
