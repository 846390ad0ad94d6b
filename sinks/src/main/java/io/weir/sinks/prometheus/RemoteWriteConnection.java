package io.weir.sinks.prometheus;

import io.weir.sinks.support.TrustedCertificates;
import java.io.Serializable;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;

/**
 * Where the receiver is and how to be let in. Its text form shows no secret.
 *
 * @param url the receiver's address with its path, for example {@code
 *     http://localhost:9090/api/v1/write}
 * @param username for basic authentication, or null
 * @param password with {@code username}, or null
 * @param bearerToken token of the header {@code Authorization}, or null; excludes {@code username}
 * @param headers further headers of every request, for example the tenant of a receiver with many
 * @param caCertificate PEM text of the certificate authorities to trust instead of the JDK's, or
 *     null
 * @param connectTimeout longest time to connect
 * @param requestTimeout longest time until a request is answered
 */
public record RemoteWriteConnection(
    URI url,
    String username,
    String password,
    String bearerToken,
    Map<String, String> headers,
    String caCertificate,
    Duration connectTimeout,
    Duration requestTimeout)
    implements Serializable {

  private static final long serialVersionUID = 1;

  /** Longest time to connect where nothing else is said. */
  public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /** Longest wait for an answer where nothing else is said. */
  public static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofSeconds(30);

  /**
   * Checks its arguments.
   *
   * @throws IllegalArgumentException listing everything that is wrong
   */
  public RemoteWriteConnection {
    headers = Map.copyOf(new TreeMap<>(headers));
    List<String> problems = new ArrayList<>();
    checkUrl(url, problems);
    if ((username == null) != (password == null)) {
      problems.add("username and password go together");
    }
    if (username != null && bearerToken != null) {
      problems.add("username and bearer token exclude each other");
    }
    if (bearerToken != null && !bearerToken.matches("[!-~]+")) {
      problems.add("the bearer token has characters that no header takes");
    }
    if (caCertificate != null && url != null && !"https".equals(url.getScheme())) {
      problems.add("a certificate to trust needs https: " + url);
    }
    if (connectTimeout.toMillis() < 1 || requestTimeout.toMillis() < 1) {
      problems.add("timeouts must be at least 1 ms");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("remote write: " + String.join("; ", problems));
    }
    // Fails here, on the machine that submits the job, rather than on every task.
    if (caCertificate != null) {
      TrustedCertificates.ofAuthorities(caCertificate);
    }
  }

  /**
   * Returns a connection without authentication, with default timeouts.
   *
   * @param url such as {@code http://localhost:9090/api/v1/write}
   * @throws IllegalArgumentException if it is no such URL
   */
  public static RemoteWriteConnection to(String url) {
    return new RemoteWriteConnection(
        URI.create(url),
        null,
        null,
        null,
        Map.of(),
        null,
        DEFAULT_CONNECT_TIMEOUT,
        DEFAULT_REQUEST_TIMEOUT);
  }

  /** Opens a client that runs its answers on the executor. */
  HttpClient open(Executor executor) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(connectTimeout)
            .executor(executor);
    if (caCertificate != null) {
      builder.sslContext(TrustedCertificates.ofAuthorities(caCertificate));
    }
    return builder.build();
  }

  /** Returns a request without its body. */
  HttpRequest.Builder request() {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .header("User-Agent", "weir")
            .header("Content-Type", "application/x-protobuf")
            .header("Content-Encoding", "snappy")
            .header("X-Prometheus-Remote-Write-Version", "0.1.0");
    headers.forEach(request::setHeader);
    if (username != null) {
      String login = username + ":" + password;
      request.setHeader(
          "Authorization",
          "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
    } else if (bearerToken != null) {
      request.setHeader("Authorization", "Bearer " + bearerToken);
    }
    return request;
  }

  private static void checkUrl(URI url, List<String> problems) {
    if (url == null) {
      problems.add("url is needed");
    } else if (url.getUserInfo() != null) {
      problems.add("the url of " + url.getHost() + " must have no login; there are options for it");
    } else if (url.getHost() == null
        || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
        || url.getFragment() != null) {
      problems.add("url '" + url + "' must be http://host:port/path or https://host:port/path");
    }
  }

  @Override
  public String toString() {
    String login =
        username != null ? "user " + username : bearerToken != null ? "bearer token" : "no login";
    return "RemoteWriteConnection[" + url + ", " + login + "]";
  }
}
