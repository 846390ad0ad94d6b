package io.weir.jobs.options;

import io.weir.sinks.prometheus.RemoteWriteConnection;
import io.weir.sinks.prometheus.RemoteWriteSinkBuilder;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.MemorySize;

/**
 * Where samples are written to by remote write, and how, by each writer.
 *
 * @param connection where the receiver is and how to be let in; empty after an error
 * @param maxSamples most samples of a request
 * @param maxSize most bytes of a request, before compression
 * @param maxWait longest time a sample waits for its request to fill
 * @param maxBufferedSamples most samples waiting
 * @param maxBufferedSize most bytes waiting
 * @param initialBackoff first pause after the receiver lacked capacity
 * @param maxBackoff longest pause
 * @param maxRejectionsInARow samples refused in a row, for unknown reasons, that fail the job
 * @param tooOldByTime whether a sample that is no newer than one that is too old counts as too old
 */
public record RemoteWriteOptions(
    Optional<RemoteWriteConnection> connection,
    int maxSamples,
    MemorySize maxSize,
    Duration maxWait,
    int maxBufferedSamples,
    MemorySize maxBufferedSize,
    Duration initialBackoff,
    Duration maxBackoff,
    int maxRejectionsInARow,
    boolean tooOldByTime) {

  private static final Option<URI> URL =
      Option.of(
          "prometheus.remote-write.url",
          OptionType.URL,
          "Address of the receiver with its path, for example"
              + " `http://prometheus:9090/api/v1/write`. Any receiver of remote write 1.0 will do."
              + " Required.");

  private static final Option<String> USERNAME =
      Option.of(
          "prometheus.remote-write.username", OptionType.TEXT, "User of basic authentication.");

  private static final Option<String> PASSWORD =
      Option.secret("prometheus.remote-write.password", "Password of that user.");

  private static final Option<String> BEARER_TOKEN =
      Option.secret(
          "prometheus.remote-write.bearer-token",
          "Token of bearer authentication, instead of user and password.");

  private static final Option<String> CA_CERTIFICATE =
      Option.of(
          "prometheus.remote-write.ca-certificate",
          OptionType.TEXT,
          "Path of a PEM file with the certificate authorities to trust instead of the JDK's. Read"
              + " where the job is submitted.");

  private static final OptionGroup.FreePrefix HEADERS =
      new OptionGroup.FreePrefix(
          "prometheus.remote-write.headers.",
          "Any further header of every request, for example"
              + " `prometheus.remote-write.headers.X-Scope-OrgID: team-a`.");

  private static final Option<Duration> CONNECT_TIMEOUT =
      Option.of(
          "prometheus.remote-write.connect-timeout",
          OptionType.DURATION,
          "5 s",
          "Longest time to connect.");

  private static final Option<Duration> REQUEST_TIMEOUT =
      Option.of(
          "prometheus.remote-write.request-timeout",
          OptionType.DURATION,
          "30 s",
          "Longest time until a request is answered, after which it is sent again.");

  private static final Option<Integer> MAX_SAMPLES =
      Option.of(
          "prometheus.remote-write.max-samples",
          OptionType.integer(1, 1_000_000),
          "2000",
          "Most samples of one request. One refused sample costs about two requests for each"
              + " halving of them.");

  private static final Option<MemorySize> MAX_SIZE =
      Option.of(
          "prometheus.remote-write.max-size",
          OptionType.SIZE,
          "1 mb",
          "Most bytes of one request, before compression.");

  private static final Option<Duration> MAX_WAIT =
      Option.of(
          "prometheus.remote-write.max-wait",
          OptionType.DURATION,
          "1 s",
          "Longest time a sample waits for its request to fill.");

  private static final Option<Integer> MAX_BUFFERED_SAMPLES =
      Option.of(
          "prometheus.remote-write.max-buffered-samples",
          OptionType.integer(2, 10_000_000),
          "20000",
          "Samples that may wait in one writer before it stops taking more; more than"
              + " `prometheus.remote-write.max-samples`.");

  private static final Option<MemorySize> MAX_BUFFERED_SIZE =
      Option.of(
          "prometheus.remote-write.max-buffered-size",
          OptionType.SIZE,
          "16 mb",
          "Bytes that may wait in one writer before it stops taking more.");

  private static final Option<Duration> INITIAL_BACKOFF =
      Option.of(
          "prometheus.remote-write.initial-backoff",
          OptionType.DURATION,
          "100 ms",
          "First pause after the receiver lacked capacity or was away; doubles, with jitter. What a"
              + " receiver asks for with `Retry-After` is kept to, up to 5 min.");

  private static final Option<Duration> MAX_BACKOFF =
      Option.of(
          "prometheus.remote-write.max-backoff",
          OptionType.DURATION,
          "15 s",
          "Longest such pause.");

  private static final Option<Integer> MAX_REJECTIONS =
      Option.of(
          "prometheus.remote-write.fail-on-rejections",
          OptionType.integer(1, 100_000_000),
          "1000",
          "When so many samples in a row are refused for a reason that is not a known one (too old,"
              + " duplicate, ...), the fault is not theirs: the job fails instead of dropping the"
              + " stream.");

  private static final Option<Boolean> TOO_OLD_BY_TIME =
      Option.of(
          "prometheus.remote-write.too-old-by-time",
          OptionType.BOOLEAN,
          "true",
          "Whether a sample that is no newer than one of its request that the receiver calls too old"
              + " is dropped as too old itself. `false` only for a Prometheus whose out-of-order"
              + " window is shorter than an hour; each such sample costs two requests then.");

  /** The group in the reference. */
  public static final OptionGroup GROUP =
      new OptionGroup(
          "Prometheus: remote write",
          "Sizes apply to one writer, of which there are as many as the job's parallelism; each has"
              + " one request under way at a time, so that the samples of a series stay in order.",
          List.of(
              URL,
              USERNAME,
              PASSWORD,
              BEARER_TOKEN,
              CA_CERTIFICATE,
              CONNECT_TIMEOUT,
              REQUEST_TIMEOUT,
              MAX_SAMPLES,
              MAX_SIZE,
              MAX_WAIT,
              MAX_BUFFERED_SAMPLES,
              MAX_BUFFERED_SIZE,
              INITIAL_BACKOFF,
              MAX_BACKOFF,
              MAX_REJECTIONS,
              TOO_OLD_BY_TIME),
          List.of(HEADERS));

  /** Reads the options; what is wrong is collected in {@code values}. */
  public static RemoteWriteOptions read(OptionValues values) {
    RemoteWriteOptions options =
        new RemoteWriteOptions(
            readConnection(values),
            values.require(MAX_SAMPLES),
            values.require(MAX_SIZE),
            values.require(MAX_WAIT),
            values.require(MAX_BUFFERED_SAMPLES),
            values.require(MAX_BUFFERED_SIZE),
            values.require(INITIAL_BACKOFF),
            values.require(MAX_BACKOFF),
            values.require(MAX_REJECTIONS),
            values.require(TOO_OLD_BY_TIME));
    values.check(
        options.maxBufferedSamples > options.maxSamples,
        MAX_BUFFERED_SAMPLES.key() + ": must be more than " + MAX_SAMPLES.key());
    values.check(
        options.maxBufferedSize.compareTo(options.maxSize) >= 0,
        MAX_BUFFERED_SIZE.key() + ": must be at least " + MAX_SIZE.key());
    values.check(
        options.maxBackoff.compareTo(options.initialBackoff) >= 0,
        MAX_BACKOFF.key() + ": must be at least " + INITIAL_BACKOFF.key());
    return options;
  }

  /**
   * Hands the options to a sink's builder.
   *
   * @throws java.util.NoSuchElementException if reading them ended with an error
   */
  public RemoteWriteSinkBuilder applyTo(RemoteWriteSinkBuilder builder) {
    return builder
        .setConnection(connection.orElseThrow())
        .setMaxBatchSize(maxSamples)
        .setMaxBatchSizeInBytes(maxSize.getBytes())
        .setMaxTimeInBufferMS(maxWait.toMillis())
        .setMaxBufferedRequests(maxBufferedSamples)
        .setMaxBufferedBytes(maxBufferedSize.getBytes())
        .setBackoff(initialBackoff, maxBackoff)
        .setMaxRejectionsInARow(maxRejectionsInARow)
        .setTooOldByTime(tooOldByTime);
  }

  private static Optional<RemoteWriteConnection> readConnection(OptionValues values) {
    URI url = values.require(URL);
    Optional<String> username = values.find(USERNAME);
    Optional<String> password = values.find(PASSWORD);
    Optional<String> bearerToken = values.find(BEARER_TOKEN);
    Optional<String> caCertificate =
        values.find(CA_CERTIFICATE).map(path -> readCertificate(values, path));
    Map<String, String> headers = values.below(HEADERS);
    Duration connectTimeout = values.require(CONNECT_TIMEOUT);
    Duration requestTimeout = values.require(REQUEST_TIMEOUT);
    if (url == null) {
      return Optional.empty();
    }
    return values.attempt(
        "prometheus.remote-write.*",
        () ->
            new RemoteWriteConnection(
                url,
                username.orElse(null),
                password.orElse(null),
                bearerToken.orElse(null),
                headers,
                caCertificate.orElse(null),
                connectTimeout,
                requestTimeout));
  }

  private static String readCertificate(OptionValues values, String path) {
    try {
      return Files.readString(Path.of(path), StandardCharsets.UTF_8);
    } catch (IOException e) {
      values.check(false, CA_CERTIFICATE.key() + ": cannot read " + path + ": " + e);
      return null;
    }
  }
}
