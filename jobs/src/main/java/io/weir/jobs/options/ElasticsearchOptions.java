package io.weir.jobs.options;

import io.weir.sinks.elasticsearch.ElasticsearchConnection;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.http.HttpHost;

/** Where Elasticsearch is and how to be let in. */
public final class ElasticsearchOptions {
  private static final Option<List<URI>> HOSTS =
      Option.of(
          "elasticsearch.hosts",
          OptionType.URLS,
          "URLs of nodes, for example `https://es-1:9200, https://es-2:9200`; requests go round"
              + " them. Required with the store `elasticsearch`.");

  private static final Option<String> PATH_PREFIX =
      Option.of(
          "elasticsearch.path-prefix",
          OptionType.TEXT,
          "Path before every request path, for a proxy.");

  private static final Option<String> USERNAME =
      Option.of("elasticsearch.username", OptionType.TEXT, "User of basic authentication.");

  private static final Option<String> PASSWORD =
      Option.secret("elasticsearch.password", "Password of that user.");

  private static final Option<String> API_KEY =
      Option.secret(
          "elasticsearch.api-key",
          "Encoded API key, instead of user and password. The job needs `create_doc` (and"
              + " `auto_configure`) on `logs-*`; the tasks need more, see their sections.");

  private static final Option<String> CA_CERTIFICATE =
      Option.of(
          "elasticsearch.ca-certificate",
          OptionType.TEXT,
          "Path of a PEM file with the certificate authorities to trust instead of the JDK's. Read"
              + " where the job is submitted.");

  private static final Option<String> CERTIFICATE_FINGERPRINT =
      Option.of(
          "elasticsearch.certificate-fingerprint",
          OptionType.TEXT,
          "SHA-256 fingerprint of a certificate in the server's chain to trust instead.");

  private static final Option<Duration> CONNECT_TIMEOUT =
      Option.of(
          "elasticsearch.connect-timeout", OptionType.DURATION, "5 s", "Longest time to connect.");

  private static final Option<Duration> REQUEST_TIMEOUT =
      Option.of(
          "elasticsearch.request-timeout",
          OptionType.DURATION,
          "60 s",
          "Longest time without a byte from the server: how long a bulk may take to be stored"
              + " before it is sent again. As a whole, with what trickles, it is given up after"
              + " twice this time.");

  /** The group in the reference. */
  public static final OptionGroup GROUP =
      OptionGroup.of(
          "Elasticsearch",
          "",
          HOSTS,
          PATH_PREFIX,
          USERNAME,
          PASSWORD,
          API_KEY,
          CA_CERTIFICATE,
          CERTIFICATE_FINGERPRINT,
          CONNECT_TIMEOUT,
          REQUEST_TIMEOUT);

  private ElasticsearchOptions() {}

  /** Returns the connection; empty after an error. */
  public static Optional<ElasticsearchConnection> read(OptionValues values) {
    List<URI> hosts = values.require(HOSTS);
    Optional<String> pathPrefix = values.find(PATH_PREFIX);
    Optional<String> username = values.find(USERNAME);
    Optional<String> password = values.find(PASSWORD);
    Optional<String> apiKey = values.find(API_KEY);
    Optional<String> caCertificate =
        values.find(CA_CERTIFICATE).map(path -> readCertificate(values, path));
    Optional<String> fingerprint = values.find(CERTIFICATE_FINGERPRINT);
    Duration connectTimeout = values.require(CONNECT_TIMEOUT);
    Duration requestTimeout = values.require(REQUEST_TIMEOUT);
    if (hosts == null) {
      return Optional.empty();
    }
    return values.attempt(
        "elasticsearch.*",
        () ->
            new ElasticsearchConnection(
                hosts.stream().map(ElasticsearchOptions::host).toList(),
                pathPrefix.orElse(null),
                username.orElse(null),
                password.orElse(null),
                apiKey.orElse(null),
                Map.of(),
                caCertificate.orElse(null),
                fingerprint.orElse(null),
                connectTimeout,
                requestTimeout));
  }

  private static HttpHost host(URI url) {
    if (!url.getPath().isEmpty() && !url.getPath().equals("/")) {
      throw new IllegalArgumentException(
          url + " has a path; a path before every request goes into " + PATH_PREFIX.key());
    }
    return new HttpHost(url.getHost(), url.getPort(), url.getScheme());
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
