package io.weir.gateway.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.weir.gateway.config.GatewayConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** The files by which the gateway shows who it is and, where it asks for it, knows its clients. */
final class TlsCertificates {
  private static final Set<String> PROTOCOLS = Set.of("TLSv1.2", "TLSv1.3");

  private final GatewayConfig.Tls files;

  TlsCertificates(GatewayConfig.Tls files) {
    this.files = Objects.requireNonNull(files, "files");
  }

  /** What the files hold at one moment. */
  record Content(Buffer certificate, Buffer key, Optional<Buffer> clientAuthority) {}

  /**
   * Reads the files.
   *
   * @throws UncheckedIOException if one cannot be read
   */
  Content read() {
    return new Content(
        read(files.certificate()),
        read(files.key()),
        files.clientAuthority().map(TlsCertificates::read));
  }

  private static Buffer read(Path file) {
    try {
      return Buffer.buffer(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /** Makes a server that is not started yet speak TLS. */
  static void enable(HttpServerOptions server, Content content) {
    server.setSsl(true).setUseAlpn(false);
    server.setKeyCertOptions(pair(content));
    server.setEnabledSecureTransportProtocols(PROTOCOLS);
    content
        .clientAuthority()
        .ifPresent(
            authority ->
                server
                    .setClientAuth(ClientAuth.REQUIRED)
                    .setTrustOptions(new PemTrustOptions().addCertValue(authority)));
  }

  /** Returns what a server that runs is to use from now on. */
  static ServerSSLOptions options(Content content) {
    ServerSSLOptions options = new ServerSSLOptions();
    options.setKeyCertOptions(pair(content));
    options.setEnabledSecureTransportProtocols(PROTOCOLS);
    content
        .clientAuthority()
        .ifPresent(
            authority -> {
              options.setTrustOptions(new PemTrustOptions().addCertValue(authority));
              options.setClientAuth(ClientAuth.REQUIRED);
            });
    return options;
  }

  private static PemKeyCertOptions pair(Content content) {
    return new PemKeyCertOptions().addCertValue(content.certificate()).addKeyValue(content.key());
  }
}
