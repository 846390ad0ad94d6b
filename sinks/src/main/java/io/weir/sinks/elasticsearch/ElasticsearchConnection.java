package io.weir.sinks.elasticsearch;

import io.weir.sinks.support.TrustedCertificates;
import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import org.apache.http.Header;
import org.apache.http.HttpHeaders;
import org.apache.http.HttpHost;
import org.apache.http.impl.nio.reactor.IOReactorConfig;
import org.apache.http.message.BasicHeader;
import org.elasticsearch.client.RestClient;
import org.elasticsearch.client.RestClientBuilder;

/**
 * Where Elasticsearch is and how to be let in: used by the sink and by the maintenance tasks. Works
 * with Elasticsearch 8 and 9. Its text form shows no secret.
 *
 * @param hosts at least one; requests go round them
 * @param pathPrefix path before every request path, for a proxy, or null
 * @param username for basic authentication, or null
 * @param password with {@code username}, or null
 * @param apiKey encoded API key ({@code id:key} in base 64 as Elasticsearch shows it), or null;
 *     excludes {@code username}
 * @param headers further headers of every request
 * @param caCertificate PEM text of the certificate authorities to trust instead of the JDK's, or
 *     null
 * @param certificateFingerprint SHA-256 fingerprint (hexadecimal, colons allowed) of a certificate
 *     in the server's chain to trust instead, or null; excludes {@code caCertificate}
 * @param connectTimeout longest time to connect
 * @param requestTimeout longest time without a byte from the server, which is how long a bulk may
 *     take to be stored; for what comes byte by byte see {@link #patience()}
 */
public record ElasticsearchConnection(
    List<HttpHost> hosts,
    String pathPrefix,
    String username,
    String password,
    String apiKey,
    Map<String, String> headers,
    String caCertificate,
    String certificateFingerprint,
    Duration connectTimeout,
    Duration requestTimeout)
    implements Serializable {

  private static final long serialVersionUID = 1;

  /** Longest time to connect where nothing else is said. */
  public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /** Longest wait for an answer where nothing else is said. */
  public static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofSeconds(60);

  /**
   * Checks its arguments.
   *
   * @throws IllegalArgumentException listing everything that is wrong
   */
  public ElasticsearchConnection {
    hosts = List.copyOf(hosts);
    headers = Map.copyOf(new TreeMap<>(headers));
    List<String> problems = new ArrayList<>();
    if (hosts.isEmpty()) {
      problems.add("hosts: at least one is needed");
    }
    if ((username == null) != (password == null)) {
      problems.add("username and password go together");
    }
    if (username != null && apiKey != null) {
      problems.add("username and API key exclude each other");
    }
    if (caCertificate != null && certificateFingerprint != null) {
      problems.add("CA certificate and certificate fingerprint exclude each other");
    }
    boolean plain = hosts.stream().anyMatch(h -> !h.getSchemeName().equals("https"));
    if ((caCertificate != null || certificateFingerprint != null) && plain) {
      problems.add("a certificate to trust needs https in every host: " + hosts);
    }
    if (connectTimeout.toMillis() < 1 || requestTimeout.toMillis() < 1) {
      problems.add("timeouts must be at least 1 ms");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("Elasticsearch: " + String.join("; ", problems));
    }
    // Fails here, on the machine that submits the job, rather than on every task.
    if (caCertificate != null) {
      TrustedCertificates.ofAuthorities(caCertificate);
    }
    if (certificateFingerprint != null) {
      TrustedCertificates.ofFingerprint(certificateFingerprint);
    }
  }

  /**
   * Returns a connection without authentication, with default timeouts.
   *
   * @param urls such as {@code http://localhost:9200}
   * @throws IllegalArgumentException if one is no URL of a host
   */
  public static ElasticsearchConnection to(String... urls) {
    return new ElasticsearchConnection(
        List.of(urls).stream().map(ElasticsearchConnection::host).toList(),
        null,
        null,
        null,
        null,
        Map.of(),
        null,
        null,
        DEFAULT_CONNECT_TIMEOUT,
        DEFAULT_REQUEST_TIMEOUT);
  }

  /**
   * Returns the host of a URL.
   *
   * @param url {@code http} or {@code https}, host, port if not the scheme's own; no path
   * @throws IllegalArgumentException naming the URL and what is wrong with it
   */
  public static HttpHost host(String url) {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("host '" + url + "' is no URL: " + e.getReason(), e);
    }
    if (uri.getHost() == null
        || !("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
      throw new IllegalArgumentException(
          "host '" + url + "' must be http://host:port or https://host:port");
    }
    if (uri.getUserInfo() != null || uri.getQuery() != null || uri.getFragment() != null) {
      throw new IllegalArgumentException(
          "host of '" + uri.getHost() + "' must have neither login, query nor fragment");
    }
    if (!uri.getPath().isEmpty() && !uri.getPath().equals("/")) {
      throw new IllegalArgumentException(
          "host '" + url + "' must have no path; a path prefix is an option of its own");
    }
    return new HttpHost(uri.getHost(), uri.getPort(), uri.getScheme());
  }

  /**
   * Opens a client with one thread for all of its connections.
   *
   * @param maxConnections most requests at a time
   */
  public RestClient open(int maxConnections) {
    RestClientBuilder builder =
        RestClient.builder(hosts.toArray(HttpHost[]::new))
            .setDefaultHeaders(defaultHeaders())
            .setRequestConfigCallback(
                config ->
                    config
                        .setConnectTimeout(millis(connectTimeout))
                        .setConnectionRequestTimeout(millis(requestTimeout))
                        .setSocketTimeout(millis(requestTimeout)))
            .setHttpClientConfigCallback(
                http -> {
                  http.setMaxConnTotal(maxConnections)
                      .setMaxConnPerRoute(maxConnections)
                      .setDefaultIOReactorConfig(
                          IOReactorConfig.custom()
                              .setIoThreadCount(1)
                              .setTcpNoDelay(true)
                              .setSoKeepAlive(true)
                              .build());
                  SSLContext trusted = sslContext();
                  return trusted == null ? http : http.setSSLContext(trusted);
                });
    if (pathPrefix != null && !pathPrefix.isEmpty()) {
      builder.setPathPrefix(pathPrefix);
    }
    return builder.build();
  }

  private Header[] defaultHeaders() {
    List<Header> all = new ArrayList<>();
    headers.forEach((name, value) -> all.add(new BasicHeader(name, value)));
    if (username != null) {
      String login = username + ":" + password;
      all.add(
          new BasicHeader(
              HttpHeaders.AUTHORIZATION,
              "Basic "
                  + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8))));
    } else if (apiKey != null) {
      all.add(new BasicHeader(HttpHeaders.AUTHORIZATION, "ApiKey " + apiKey));
    }
    return all.toArray(Header[]::new);
  }

  private SSLContext sslContext() {
    if (caCertificate != null) {
      return TrustedCertificates.ofAuthorities(caCertificate);
    }
    return certificateFingerprint == null
        ? null
        : TrustedCertificates.ofFingerprint(certificateFingerprint);
  }

  private static int millis(Duration duration) {
    return Math.toIntExact(duration.toMillis());
  }

  /**
   * Returns the longest time of a whole exchange, with its connects, its upload and a second node
   * when the first says nothing.
   */
  Duration patience() {
    return requestTimeout.multipliedBy(2);
  }

  @Override
  public String toString() {
    String login = username != null ? "user " + username : apiKey != null ? "API key" : "no login";
    return "ElasticsearchConnection[" + hosts + ", " + login + "]";
  }
}
