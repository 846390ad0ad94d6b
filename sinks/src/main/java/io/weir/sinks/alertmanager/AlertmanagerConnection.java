package io.weir.sinks.alertmanager;

import io.weir.sinks.notification.HttpReceiver;
import io.weir.sinks.support.TrustedCertificates;
import java.io.Serializable;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClientBuilder;
import org.apache.http.impl.client.HttpClients;

/**
 * Where Alertmanagers are and how to be let in. Its text form shows no secret.
 *
 * @param urls every Alertmanager of a cluster: they share silences and what was notified, but not
 *     alerts, so each must be told
 * @param username for basic authentication, or null
 * @param password with {@code username}, or null
 * @param bearerToken or null; excludes {@code username}
 * @param caCertificate PEM text of the certificate authorities to trust instead of the JDK's, or
 *     null
 * @param connectTimeout longest time to connect
 * @param requestTimeout longest time until a request is answered, once connected
 */
public record AlertmanagerConnection(
    List<URI> urls,
    String username,
    String password,
    String bearerToken,
    String caCertificate,
    Duration connectTimeout,
    Duration requestTimeout)
    implements Serializable {
  private static final long serialVersionUID = 1;

  private static final String ALERTS = "/api/v2/alerts";

  /**
   * Checks its arguments.
   *
   * @throws IllegalArgumentException listing everything that is wrong
   */
  public AlertmanagerConnection {
    urls = List.copyOf(urls);
    List<String> problems = new ArrayList<>();
    if (urls.isEmpty()) {
      problems.add("urls: at least one is needed");
    }
    for (URI url : urls) {
      boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (!http || url.getHost() == null || url.getQuery() != null || url.getUserInfo() != null) {
        problems.add("url of '" + url.getHost() + "' must be http(s)://host:port, perhaps a path");
      }
    }
    if ((username == null) != (password == null)) {
      problems.add("username and password go together");
    }
    if (username != null && bearerToken != null) {
      problems.add("username and bearer token exclude each other");
    }
    if (connectTimeout.toMillis() < 1 || requestTimeout.toMillis() < 1) {
      problems.add("timeouts must be at least 1 ms");
    }
    if (caCertificate != null && urls.stream().anyMatch(u -> !"https".equals(u.getScheme()))) {
      problems.add("a certificate to trust needs https in every url");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("Alertmanager: " + String.join("; ", problems));
    }
    // Fails here, on the machine that submits the job, rather than on every task.
    if (caCertificate != null) {
      TrustedCertificates.ofAuthorities(caCertificate);
    }
  }

  /** Returns a connection without authentication, with default timeouts. */
  public static AlertmanagerConnection to(URI... urls) {
    return new AlertmanagerConnection(
        List.of(urls), null, null, null, null, Duration.ofSeconds(5), Duration.ofSeconds(10));
  }

  /** Returns where one of them takes alerts. */
  URI alerts(URI url) {
    String text = url.toString();
    return URI.create((text.endsWith("/") ? text.substring(0, text.length() - 1) : text) + ALERTS);
  }

  /** Returns one of them, as alerts are posted to it. */
  HttpReceiver.Address address(URI url) {
    return new HttpReceiver.Address(
        alerts(url),
        "Alertmanager " + HttpReceiver.hostAndPort(url),
        false,
        connectTimeout.plus(requestTimeout));
  }

  /** Returns the value of the header {@code Authorization}, or null. */
  String authorization() {
    if (bearerToken != null) {
      return "Bearer " + bearerToken;
    }
    if (username == null) {
      return null;
    }
    String login = username + ":" + password;
    return "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
  }

  /** Opens a client; it connects with the first request. */
  CloseableHttpClient open() {
    HttpClientBuilder builder =
        HttpClients.custom()
            .disableCookieManagement()
            .disableRedirectHandling()
            .disableAutomaticRetries()
            .setDefaultRequestConfig(
                RequestConfig.custom()
                    .setConnectTimeout(Math.toIntExact(connectTimeout.toMillis()))
                    .setConnectionRequestTimeout(Math.toIntExact(requestTimeout.toMillis()))
                    .setSocketTimeout(Math.toIntExact(requestTimeout.toMillis()))
                    .build());
    if (caCertificate != null) {
      builder.setSSLContext(TrustedCertificates.ofAuthorities(caCertificate));
    }
    return builder.build();
  }

  @Override
  public String toString() {
    String login =
        username != null ? "user " + username : bearerToken != null ? "bearer token" : "no login";
    return "AlertmanagerConnection[" + urls + ", " + login + "]";
  }
}
