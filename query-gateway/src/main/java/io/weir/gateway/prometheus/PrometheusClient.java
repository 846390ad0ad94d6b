package io.weir.gateway.prometheus;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import io.weir.gateway.config.GatewayConfig;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Sends requests to Prometheus, no more at the same time than its pool has connections; further
 * ones wait for a connection. Thread-safe.
 */
public final class PrometheusClient implements AutoCloseable {
  private static final int MAX_HEADER = 16 * 1024;
  private static final String FORM = "application/x-www-form-urlencoded";

  private final Vertx vertx;
  private final HttpClientAgent http;
  private final URI base;
  private final String path;
  private final Optional<String> authorization;
  private final Duration timeout;

  /**
   * @param maxConnections requests that run at the same time
   */
  public PrometheusClient(Vertx vertx, GatewayConfig.Prometheus config, int maxConnections) {
    this.vertx = Objects.requireNonNull(vertx, "vertx");
    this.base = config.url();
    String basePath = Objects.requireNonNullElse(base.getRawPath(), "");
    this.path = basePath.endsWith("/") ? basePath : basePath + "/";
    this.authorization = authorization(config);
    this.timeout = config.requestTimeout();
    HttpClientOptions options =
        new HttpClientOptions()
            .setDefaultHost(base.getHost())
            .setDefaultPort(port(base))
            .setSsl("https".equals(base.getScheme()))
            .setMaxHeaderSize(MAX_HEADER)
            .setConnectTimeout((int) config.connectTimeout().toMillis())
            .setKeepAliveTimeout(30)
            .setIdleTimeout((int) timeout.toMillis() + 5_000)
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
    config
        .caCertificate()
        .ifPresent(
            pem -> options.setTrustOptions(new PemTrustOptions().addCertPath(pem.toString())));
    this.http = vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(maxConnections));
  }

  private static int port(URI url) {
    return url.getPort() != -1 ? url.getPort() : "https".equals(url.getScheme()) ? 443 : 80;
  }

  private static Optional<String> authorization(GatewayConfig.Prometheus config) {
    if (config.bearerToken().isPresent()) {
      return config.bearerToken().map(token -> "Bearer " + token);
    }
    return config
        .username()
        .map(
            user ->
                "Basic "
                    + Base64.getEncoder()
                        .encodeToString(
                            (user + ":" + config.password().orElseThrow())
                                .getBytes(StandardCharsets.UTF_8)));
  }

  /** Returns how long one request may take. */
  public Duration timeout() {
    return timeout;
  }

  /**
   * One request under way. Whoever sends it reads the response or cancels.
   *
   * @param response fails if there is none; its body is not read yet
   */
  public record Exchange(Future<HttpClientResponse> response, Runnable cancel) {}

  /**
   * Sends a request. It ends after the time it may take, whatever it is doing then.
   *
   * @param call below Prometheus' root, without a slash in front
   * @param form the parameters
   * @param post whether the parameters go into the body; a query line has a limit
   * @param acceptEncoding encodings of the body that the reader understands
   */
  public Exchange send(String call, FormData form, boolean post, Optional<String> acceptEncoding) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(post ? HttpMethod.POST : HttpMethod.GET)
            .setURI(path + call + (post || form.isEmpty() ? "" : "?" + form.encoded()));
    authorization.ifPresent(value -> options.putHeader(HttpHeaders.AUTHORIZATION, value));
    acceptEncoding.ifPresent(value -> options.putHeader(HttpHeaders.ACCEPT_ENCODING, value));
    Lifetime lifetime = new Lifetime();
    Future<HttpClientResponse> response =
        http.request(options)
            .compose(
                request -> {
                  if (!lifetime.begin(request)) {
                    return Future.failedFuture("the request was cancelled before it was sent");
                  }
                  // Before it is sent: an answer may be there, and at its end, before the thread
                  // that
                  // called this goes on.
                  Future<HttpClientResponse> answer =
                      request.response().map(arrived -> held(arrived, lifetime));
                  if (post) {
                    request.putHeader(HttpHeaders.CONTENT_TYPE, FORM);
                    request.send(Buffer.buffer(form.encoded()));
                  } else {
                    request.send();
                  }
                  return answer;
                });
    response.onFailure(failure -> lifetime.end());
    return new Exchange(response, lifetime::cancel);
  }

  /** Not before somebody has put handlers in place does the body flow. */
  private static HttpClientResponse held(HttpClientResponse answer, Lifetime lifetime) {
    answer.pause();
    answer.end().onComplete(ended -> lifetime.end());
    return answer;
  }

  /**
   * Sends a request and reads its body, up to a limit.
   *
   * @return fails with {@link ResponseTooLargeException}, or as the network does
   */
  public Fetch fetch(String call, FormData form, boolean post, long maxBytes) {
    Exchange exchange = send(call, form, post, Optional.empty());
    return new Fetch(read(exchange, maxBytes), exchange.cancel());
  }

  private static Future<Answer> read(Exchange exchange, long maxBytes) {
    return exchange
        .response()
        .compose(
            response -> {
              Promise<Answer> answer = Promise.promise();
              Buffer body = Buffer.buffer();
              response.exceptionHandler(answer::tryFail);
              response.endHandler(
                  nothing -> answer.tryComplete(new Answer(response.statusCode(), body)));
              response.handler(
                  part -> {
                    if (body.length() + (long) part.length() > maxBytes) {
                      answer.tryFail(new ResponseTooLargeException(maxBytes));
                      exchange.cancel().run();
                    } else {
                      body.appendBuffer(part);
                    }
                  });
              response.resume();
              return answer.future();
            });
  }

  /** A request under way whose body is read. */
  public record Fetch(Future<Answer> answer, Runnable cancel) {}

  /** A response that was read. */
  public record Answer(int status, Buffer body) {}

  /** Says that a response is larger than may be held. */
  public static final class ResponseTooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ResponseTooLargeException(long maxBytes) {
      super("Prometheus' answer is larger than " + maxBytes + " bytes");
    }
  }

  /** Ends a request when its time is up or nobody wants it any more. Thread-safe. */
  private final class Lifetime {
    private final long timer = vertx.setTimer(timeout.toMillis() + 1_000, id -> cancel());
    private HttpClientRequest request;
    private boolean cancelled;

    synchronized boolean begin(HttpClientRequest started) {
      request = started;
      if (cancelled) {
        started.reset();
      }
      return !cancelled;
    }

    synchronized void cancel() {
      vertx.cancelTimer(timer);
      if (!cancelled) {
        cancelled = true;
        if (request != null) {
          request.reset();
        }
      }
    }

    void end() {
      vertx.cancelTimer(timer);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
