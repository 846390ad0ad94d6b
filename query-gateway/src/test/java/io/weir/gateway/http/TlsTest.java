package io.weir.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS of the gateway, with certificates that the JDK's keytool makes. */
@Timeout(180)
class TlsTest {
  private static final String PASSWORD = "changeit";

  @TempDir private Path folder;

  @Test
  void speaksHttpsAndTakesAChangedCertificateWithoutARestart() throws Exception {
    Pair first = pair("first");
    Pair second = pair("second");
    Path certificate = folder.resolve("tls.crt");
    Path key = folder.resolve("tls.key");
    Files.writeString(certificate, first.certificatePem());
    Files.writeString(key, first.keyPem());
    try (TestingGateway gateway =
        new TestingGateway(
            "http.tls.certificate", certificate.toString(), "http.tls.key", key.toString())) {
      HttpResponse<String> response = get(gateway, trusting(first, null));
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("Strict-Transport-Security")).isPresent();
      assertThat(serial(response)).isEqualTo(first.serial());
      assertThatThrownBy(() -> get(gateway, trusting(second, null)))
          .isInstanceOf(IOException.class);

      Files.writeString(certificate, "no certificate");
      gateway.reloadCertificates();
      assertThat(get(gateway, trusting(first, null)).statusCode()).isEqualTo(200);

      Files.writeString(certificate, second.certificatePem());
      Files.writeString(key, second.keyPem());
      gateway.reloadCertificates();
      assertThat(serial(get(gateway, trusting(second, null)))).isEqualTo(second.serial());
    }
  }

  @Test
  void aClientWithoutACertificateOfTheAuthorityIsNotLetIn() throws Exception {
    Pair server = pair("server");
    Pair client = pair("client");
    Pair stranger = pair("stranger");
    try (TestingGateway gateway =
        new TestingGateway(
            "http.tls.certificate", server.write("server.crt", server.certificatePem()),
            "http.tls.key", server.write("server.key", server.keyPem()),
            "http.tls.client-ca", client.write("ca.crt", client.certificatePem()))) {
      assertThat(get(gateway, trusting(server, client)).statusCode()).isEqualTo(200);
      assertThatThrownBy(() -> get(gateway, trusting(server, null)))
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() -> get(gateway, trusting(server, stranger)))
          .isInstanceOf(IOException.class);
    }
  }

  private static HttpResponse<String> get(TestingGateway gateway, SSLContext context)
      throws Exception {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .sslContext(context)
        .build()
        .send(
            HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + gateway.port() + "/health"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static BigInteger serial(HttpResponse<String> response) throws Exception {
    Certificate shown = response.sslSession().orElseThrow().getPeerCertificates()[0];
    return ((X509Certificate) shown).getSerialNumber();
  }

  private static SSLContext trusting(Pair server, Pair client) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", server.store().getCertificate("key"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    KeyManagerFactory keys = null;
    if (client != null) {
      keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(client.store(), PASSWORD.toCharArray());
    }
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys == null ? null : keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  /** A key and its certificate, which it signed itself. */
  private record Pair(Path folder, KeyStore store) {
    String certificatePem() throws Exception {
      return pem("CERTIFICATE", store.getCertificate("key").getEncoded());
    }

    String keyPem() throws Exception {
      return pem("PRIVATE KEY", store.getKey("key", PASSWORD.toCharArray()).getEncoded());
    }

    BigInteger serial() throws Exception {
      return ((X509Certificate) store.getCertificate("key")).getSerialNumber();
    }

    String write(String name, String text) throws IOException {
      return Files.writeString(folder.resolve(name), text).toString();
    }

    private static String pem(String what, byte[] bytes) {
      return "-----BEGIN "
          + what
          + "-----\n"
          + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
          + "\n-----END "
          + what
          + "-----\n";
    }
  }

  private Pair pair(String name) throws Exception {
    Path file = folder.resolve(name + ".p12");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(
        List.of(
            ("-genkeypair -alias key -keyalg EC -ext bc:c -ext san=ip:127.0.0.1 -dname CN=" + name)
                .split(" ")));
    command.addAll(
        List.of("-keystore", file.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
    Path log = folder.resolve("keytool.log");
    int status =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    assertThat(status).as(Files.readString(log)).isZero();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    return new Pair(folder, store);
  }
}
