package io.weir.gateway.elasticsearch;

import io.weir.gateway.TrustedAuthorities;
import io.weir.gateway.config.GatewayConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.http.Header;
import org.apache.http.HttpHost;
import org.apache.http.message.BasicHeader;
import org.elasticsearch.client.RestClient;

/** Builds the HTTP client to Elasticsearch from the configuration. */
public final class ElasticsearchClients {
  private ElasticsearchClients() {}

  /**
   * Returns a client; the caller closes it.
   *
   * @param maxConnections requests that may run at the same time
   */
  public static RestClient create(GatewayConfig.Elasticsearch config, int maxConnections) {
    HttpHost[] hosts =
        config.hosts().stream()
            .map(
                url ->
                    new HttpHost(
                        url.getHost(), port(url.getPort(), url.getScheme()), url.getScheme()))
            .toArray(HttpHost[]::new);
    Optional<SSLContext> trust = config.caCertificate().map(ElasticsearchClients::trustOnly);
    return RestClient.builder(hosts)
        .setDefaultHeaders(headers(config))
        .setRequestConfigCallback(
            request ->
                request
                    .setConnectTimeout((int) config.connectTimeout().toMillis())
                    .setConnectionRequestTimeout((int) config.requestTimeout().toMillis())
                    .setSocketTimeout((int) config.requestTimeout().toMillis()))
        .setHttpClientConfigCallback(
            client -> {
              client.setMaxConnTotal(maxConnections).setMaxConnPerRoute(maxConnections);
              trust.ifPresent(client::setSSLContext);
              return client;
            })
        .build();
  }

  private static int port(int port, String scheme) {
    return port != -1 ? port : "https".equals(scheme) ? 443 : 80;
  }

  private static Header[] headers(GatewayConfig.Elasticsearch config) {
    List<Header> headers = new ArrayList<>();
    config
        .apiKey()
        .ifPresent(key -> headers.add(new BasicHeader("Authorization", "ApiKey " + key)));
    config
        .username()
        .ifPresent(
            user -> {
              String credentials = user + ":" + config.password().orElseThrow();
              headers.add(
                  new BasicHeader(
                      "Authorization",
                      "Basic "
                          + Base64.getEncoder()
                              .encodeToString(credentials.getBytes(StandardCharsets.UTF_8))));
            });
    return headers.toArray(Header[]::new);
  }

  private static SSLContext trustOnly(Path pem) {
    try {
      return TrustedAuthorities.only(pem);
    } catch (IOException e) {
      throw new UncheckedIOException("elasticsearch.ca-certificate: cannot read " + pem, e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("elasticsearch.ca-certificate: " + pem + ": " + e, e);
    }
  }
}
