package io.weir.sinks.prometheus;

import io.weir.model.metric.Sample;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.connector.base.sink.AsyncSinkBaseBuilder;

/**
 * Builds a {@link RemoteWriteSink}, with the words of Flink's own Prometheus connector and of
 * {@code AsyncSinkBase} where they have the option.
 *
 * <p>Defaults: batches of at most 2,000 samples and 1 MiB that wait at most 1 s to fill, 20,000
 * samples or 16 MiB waiting, samples up to 64 KiB, pauses from 100 ms to 15 s, failing at 1,000
 * samples refused in a row for unknown reasons. Sizes are before compression.
 */
public final class RemoteWriteSinkBuilder
    extends AsyncSinkBaseBuilder<Sample, SeriesSample, RemoteWriteSinkBuilder> {

  private static final int DEFAULT_MAX_BATCH_SIZE = 2_000;
  private static final int BUFFERED_BATCHES = 10;
  private static final long DEFAULT_MAX_BATCH_SIZE_IN_BYTES = 1L << 20;
  private static final int BUFFERED_BATCHES_IN_BYTES = 16;
  private static final long DEFAULT_MAX_TIME_IN_BUFFER_MS = 1_000;
  private static final long DEFAULT_MAX_RECORD_SIZE_IN_BYTES = 64L << 10;

  private URI url;
  private String username;
  private String password;
  private String bearerToken;
  private Map<String, String> headers = Map.of();
  private String caCertificate;
  private Duration connectTimeout = RemoteWriteConnection.DEFAULT_CONNECT_TIMEOUT;
  private Duration requestTimeout = RemoteWriteConnection.DEFAULT_REQUEST_TIMEOUT;
  private RemoteWriteConnection connection;

  private Long maxBufferedBytes;
  private Duration initialBackoff = Duration.ofMillis(100);
  private Duration maxBackoff = Duration.ofSeconds(15);
  private int maxRejectionsInARow = 1_000;
  private boolean tooOldByTime = true;

  RemoteWriteSinkBuilder() {}

  /**
   * Sets the receiver's address with its path, for example {@code
   * http://localhost:9090/api/v1/write}.
   *
   * @throws IllegalArgumentException if it is no URL
   */
  public RemoteWriteSinkBuilder setPrometheusRemoteWriteUrl(String url) {
    this.url = URI.create(url);
    return this;
  }

  /** Sets the user of basic authentication. */
  public RemoteWriteSinkBuilder setUsername(String username) {
    this.username = username;
    return this;
  }

  /** Sets the password of basic authentication. */
  public RemoteWriteSinkBuilder setPassword(String password) {
    this.password = password;
    return this;
  }

  /** Sets the token of bearer authentication, instead of user and password. */
  public RemoteWriteSinkBuilder setBearerToken(String token) {
    this.bearerToken = token;
    return this;
  }

  /** Sets further headers of every request. */
  public RemoteWriteSinkBuilder setHeaders(Map<String, String> headers) {
    this.headers = Map.copyOf(headers);
    return this;
  }

  /** Sets the certificate authorities to trust instead of the JDK's, as PEM text. */
  public RemoteWriteSinkBuilder setCaCertificate(String pem) {
    this.caCertificate = pem;
    return this;
  }

  /** Sets the longest time to connect. */
  public RemoteWriteSinkBuilder setConnectTimeout(Duration timeout) {
    this.connectTimeout = timeout;
    return this;
  }

  /** Sets the longest time until a request is answered, after which it is sent again. */
  public RemoteWriteSinkBuilder setRequestTimeout(Duration timeout) {
    this.requestTimeout = timeout;
    return this;
  }

  /** Sets everything about address, authentication and timeouts at once. */
  public RemoteWriteSinkBuilder setConnection(RemoteWriteConnection connection) {
    this.connection = connection;
    return this;
  }

  /** Sets how many bytes may wait in one writer before it stops taking samples. */
  public RemoteWriteSinkBuilder setMaxBufferedBytes(long bytes) {
    this.maxBufferedBytes = bytes;
    return this;
  }

  /** Sets the first and the longest pause after the receiver lacked capacity. */
  public RemoteWriteSinkBuilder setBackoff(Duration initial, Duration max) {
    this.initialBackoff = initial;
    this.maxBackoff = max;
    return this;
  }

  /**
   * Sets how many samples in a row the receiver may refuse, for reasons that the sink does not
   * know, before the job fails instead of dropping the stream.
   */
  public RemoteWriteSinkBuilder setMaxRejectionsInARow(int rejections) {
    this.maxRejectionsInARow = rejections;
    return this;
  }

  /**
   * Sets whether a sample that is no newer than one of its batch that the receiver calls too old is
   * dropped as too old itself; true by default. Then a batch of them costs a few requests,
   * otherwise two for each. True to the receiver if its out-of-order window is at least an hour or
   * none at all: with a shorter one, Prometheus takes samples of up to an hour that are new to
   * their series.
   */
  public RemoteWriteSinkBuilder setTooOldByTime(boolean byTime) {
    this.tooOldByTime = byTime;
    return this;
  }

  /**
   * Builds the sink.
   *
   * @throws IllegalArgumentException listing what is wrong with the options
   */
  @Override
  public RemoteWriteSink build() {
    if (getMaxInFlightRequests() != null && getMaxInFlightRequests() != 1) {
      throw new IllegalArgumentException(
          "remote-write sink: one request at a time keeps the order of a series; maxInFlightRequests"
              + " cannot be "
              + getMaxInFlightRequests());
    }
    int maxBatchSize = Optional.ofNullable(getMaxBatchSize()).orElse(DEFAULT_MAX_BATCH_SIZE);
    long maxBatchBytes =
        Optional.ofNullable(getMaxBatchSizeInBytes()).orElse(DEFAULT_MAX_BATCH_SIZE_IN_BYTES);
    RemoteWriteSettings settings =
        new RemoteWriteSettings(
            maxBatchSize,
            maxBatchBytes,
            Optional.ofNullable(getMaxBufferedRequests()).orElse(BUFFERED_BATCHES * maxBatchSize),
            Optional.ofNullable(maxBufferedBytes).orElse(BUFFERED_BATCHES_IN_BYTES * maxBatchBytes),
            Optional.ofNullable(getMaxTimeInBufferMS()).orElse(DEFAULT_MAX_TIME_IN_BUFFER_MS),
            Optional.ofNullable(getMaxRecordSizeInBytes())
                .orElse(Math.min(maxBatchBytes, DEFAULT_MAX_RECORD_SIZE_IN_BYTES)),
            initialBackoff,
            maxBackoff,
            maxRejectionsInARow,
            tooOldByTime);
    return new RemoteWriteSink(connection(), settings);
  }

  private RemoteWriteConnection connection() {
    if (connection != null) {
      return connection;
    }
    return new RemoteWriteConnection(
        url,
        username,
        password,
        bearerToken,
        headers,
        caCertificate,
        connectTimeout,
        requestTimeout);
  }
}
