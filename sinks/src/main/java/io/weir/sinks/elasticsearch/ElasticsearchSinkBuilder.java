package io.weir.sinks.elasticsearch;

import io.weir.sinks.deadletter.DeadLetterChannel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.flink.connector.base.sink.AsyncSinkBaseBuilder;
import org.apache.flink.connector.base.sink.writer.ElementConverter;
import org.apache.http.Header;
import org.apache.http.HttpHost;

/**
 * Builds an {@link ElasticsearchSink}, with the words of Flink's own Elasticsearch connector where
 * both have the option.
 *
 * <p>Defaults: batches of at most 5 MiB and 20,000 documents that wait at most 1 s to fill, 3
 * requests under way, 60,000 documents or 20 MiB waiting, documents up to 5 MiB, pauses from 200 ms
 * to 15 s, 5 unexplained attempts, failing at half of at least 200 documents rejected for the same
 * reason, no compression.
 *
 * @param <InputT> type of the elements
 */
public final class ElasticsearchSinkBuilder<InputT>
    extends AsyncSinkBaseBuilder<InputT, BulkDocument, ElasticsearchSinkBuilder<InputT>> {

  private static final int DEFAULT_MAX_BATCH_SIZE = 20_000;
  private static final int DEFAULT_MAX_IN_FLIGHT_REQUESTS = 3;
  private static final int DEFAULT_MAX_BUFFERED_REQUESTS = 60_000;
  private static final long DEFAULT_MAX_BATCH_SIZE_IN_BYTES = 5L << 20;
  private static final long DEFAULT_MAX_TIME_IN_BUFFER_MS = 1_000;
  private static final int BUFFERED_BATCHES = 4;

  private List<HttpHost> hosts = List.of();
  private String pathPrefix;
  private String username;
  private String password;
  private String apiKey;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private String caCertificate;
  private String certificateFingerprint;
  private Duration connectTimeout = ElasticsearchConnection.DEFAULT_CONNECT_TIMEOUT;
  private Duration requestTimeout = ElasticsearchConnection.DEFAULT_REQUEST_TIMEOUT;
  private ElasticsearchConnection connection;

  private ElementConverter<InputT, BulkDocument> converter;
  private DeadLetterChannel.Factory deadLetters;
  private Long maxBufferedBytes;
  private Duration initialBackoff = Duration.ofMillis(200);
  private Duration maxBackoff = Duration.ofSeconds(15);
  private int maxUnexplainedAttempts = 5;
  private double rejectionShare = 0.5;
  private int rejectionMinimum = 200;
  private boolean compress;

  ElasticsearchSinkBuilder() {}

  /** Sets the hosts that requests go round. */
  public ElasticsearchSinkBuilder<InputT> setHosts(HttpHost... hosts) {
    this.hosts = List.of(hosts);
    return this;
  }

  /** Sets the path before every request path, for a proxy. */
  public ElasticsearchSinkBuilder<InputT> setConnectionPathPrefix(String pathPrefix) {
    this.pathPrefix = pathPrefix;
    return this;
  }

  /** Sets the longest time to connect, in milliseconds. */
  public ElasticsearchSinkBuilder<InputT> setConnectionTimeout(int millis) {
    this.connectTimeout = Duration.ofMillis(millis);
    return this;
  }

  /**
   * Sets the longest time without a byte from the server, in milliseconds: how long a bulk may take
   * to be stored before it is sent again.
   */
  public ElasticsearchSinkBuilder<InputT> setSocketTimeout(int millis) {
    this.requestTimeout = Duration.ofMillis(millis);
    return this;
  }

  /** Sets further headers of every request. */
  public ElasticsearchSinkBuilder<InputT> setHeaders(Header... headers) {
    this.headers.clear();
    for (Header header : headers) {
      this.headers.put(header.getName(), header.getValue());
    }
    return this;
  }

  /** Sets the user of basic authentication. */
  public ElasticsearchSinkBuilder<InputT> setUsername(String username) {
    this.username = username;
    return this;
  }

  /** Sets the password of basic authentication. */
  public ElasticsearchSinkBuilder<InputT> setPassword(String password) {
    this.password = password;
    return this;
  }

  /** Sets the encoded API key, instead of user and password. */
  public ElasticsearchSinkBuilder<InputT> setApiKey(String apiKey) {
    this.apiKey = apiKey;
    return this;
  }

  /**
   * Sets the SHA-256 fingerprint of a certificate in the server's chain to trust, as Elasticsearch
   * shows it when it sets up security.
   */
  public ElasticsearchSinkBuilder<InputT> setCertificateFingerprint(String fingerprint) {
    this.certificateFingerprint = fingerprint;
    return this;
  }

  /** Sets the certificate authorities to trust, as PEM text. */
  public ElasticsearchSinkBuilder<InputT> setCaCertificate(String pem) {
    this.caCertificate = pem;
    return this;
  }

  /** Sets everything about hosts, authentication and timeouts at once. */
  public ElasticsearchSinkBuilder<InputT> setConnection(ElasticsearchConnection connection) {
    this.connection = connection;
    return this;
  }

  /** Sets how an element becomes a document. */
  public ElasticsearchSinkBuilder<InputT> setElementConverter(
      ElementConverter<InputT, BulkDocument> converter) {
    this.converter = converter;
    return this;
  }

  /** Sets where documents go that Elasticsearch refuses for good. */
  public ElasticsearchSinkBuilder<InputT> setDeadLetters(DeadLetterChannel.Factory deadLetters) {
    this.deadLetters = deadLetters;
    return this;
  }

  /**
   * Sets how many bytes may wait in one writer before it stops taking elements; 4 batches by
   * default. What is under way comes on top.
   */
  public ElasticsearchSinkBuilder<InputT> setMaxBufferedBytes(long bytes) {
    this.maxBufferedBytes = bytes;
    return this;
  }

  /** Sets the first and the longest pause after Elasticsearch lacked capacity. */
  public ElasticsearchSinkBuilder<InputT> setBackoff(Duration initial, Duration max) {
    this.initialBackoff = initial;
    this.maxBackoff = max;
    return this;
  }

  /**
   * Sets how often a document may meet an error that speaks neither of capacity nor of the
   * document, such as status 500, before it goes to the dead letters.
   */
  public ElasticsearchSinkBuilder<InputT> setMaxUnexplainedAttempts(int attempts) {
    this.maxUnexplainedAttempts = attempts;
    return this;
  }

  /**
   * Sets when rejections fail the job instead of going to the dead letters.
   *
   * @param share share of the documents rejected for one and the same reason, above 0 and at most 1
   * @param minimum least number of documents to judge by
   */
  public ElasticsearchSinkBuilder<InputT> setFailOnRejections(double share, int minimum) {
    this.rejectionShare = share;
    this.rejectionMinimum = minimum;
    return this;
  }

  /** Sets whether request bodies are sent with gzip; for slow networks only, it costs CPU. */
  public ElasticsearchSinkBuilder<InputT> setCompression(boolean compress) {
    this.compress = compress;
    return this;
  }

  /**
   * Builds the sink.
   *
   * @throws IllegalArgumentException listing what is wrong with the options
   */
  @Override
  public ElasticsearchSink<InputT> build() {
    Objects.requireNonNull(converter, "element converter");
    Objects.requireNonNull(deadLetters, "dead letters");
    long maxBatchBytes =
        Optional.ofNullable(getMaxBatchSizeInBytes()).orElse(DEFAULT_MAX_BATCH_SIZE_IN_BYTES);
    BulkSettings settings =
        new BulkSettings(
            Optional.ofNullable(getMaxBatchSize()).orElse(DEFAULT_MAX_BATCH_SIZE),
            maxBatchBytes,
            Optional.ofNullable(getMaxInFlightRequests()).orElse(DEFAULT_MAX_IN_FLIGHT_REQUESTS),
            Optional.ofNullable(getMaxBufferedRequests()).orElse(DEFAULT_MAX_BUFFERED_REQUESTS),
            Optional.ofNullable(maxBufferedBytes).orElse(BUFFERED_BATCHES * maxBatchBytes),
            Optional.ofNullable(getMaxTimeInBufferMS()).orElse(DEFAULT_MAX_TIME_IN_BUFFER_MS),
            Optional.ofNullable(getMaxRecordSizeInBytes()).orElse(maxBatchBytes),
            initialBackoff,
            maxBackoff,
            maxUnexplainedAttempts,
            rejectionShare,
            rejectionMinimum,
            compress);
    return new ElasticsearchSink<>(converter, connection(), settings, deadLetters);
  }

  private ElasticsearchConnection connection() {
    if (connection != null) {
      return connection;
    }
    return new ElasticsearchConnection(
        hosts,
        pathPrefix,
        username,
        password,
        apiKey,
        headers,
        caCertificate,
        certificateFingerprint,
        connectTimeout,
        requestTimeout);
  }
}
