package io.weir.sinks.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.weir.sinks.support.TrustedCertificates;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.http.HttpHost;
import org.elasticsearch.client.Request;
import org.elasticsearch.client.RestClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server whose certificate is signed by an authority that the JDK does not know. */
class TrustedCertificatesTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir private static Path folder;
  private static HttpsServer server;
  private static Certificate authority;
  private static Certificate stranger;
  private static Certificate own;

  @BeforeAll
  static void start() throws Exception {
    keytool("-genkeypair -alias ca -keyalg EC -dname CN=authority -ext bc:c -validity 2");
    keytool("-genkeypair -alias stranger -keyalg EC -dname CN=stranger -ext bc:c -validity 2");
    keytool("-genkeypair -alias es -keyalg EC -dname CN=es -validity 2");
    keytool("-certreq -alias es -file es.csr");
    keytool(
        "-gencert -alias ca -infile es.csr -outfile es.crt -validity 2"
            + " -ext san=dns:localhost,ip:127.0.0.1");
    keytool("-importcert -noprompt -alias es -file es.crt");

    KeyStore all = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(folder.resolve("store"))) {
      all.load(in, PASSWORD);
    }
    authority = all.getCertificate("ca");
    stranger = all.getCertificate("stranger");
    own = all.getCertificate("es");
    KeyStore served = KeyStore.getInstance("PKCS12");
    served.load(null, null);
    served.setKeyEntry("es", all.getKey("es", PASSWORD), PASSWORD, all.getCertificateChain("es"));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(served, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterAll
  static void stop() {
    server.stop(0);
  }

  @Test
  void tellsDistrustFromABrokenConnection() {
    SSLHandshakeException distrust = new SSLHandshakeException("outer");
    distrust.initCause(new CertificateException("no path"));
    IOException ring = new IOException("ring");
    IOException closed = new IOException(ring);
    ring.initCause(closed);

    assertThat(TrustedCertificates.distrust(new IOException(distrust))).contains("no path");
    assertThat(TrustedCertificates.distrust(new SSLPeerUnverifiedException("other host")))
        .contains("other host");
    assertThat(TrustedCertificates.distrust(new SSLHandshakeException("Remote host terminated")))
        .isEmpty();
    assertThat(TrustedCertificates.distrust(closed)).isEmpty();
  }

  @Test
  void trustsTheAuthorityThatIsNamed() throws Exception {
    assertThat(statusWith(pem(authority), null)).isEqualTo(200);
    assertThat(statusWith(pem(stranger) + pem(authority), null)).isEqualTo(200);
  }

  @Test
  void doesNotTrustAnotherAuthority() {
    assertThatThrownBy(() -> statusWith(pem(stranger), null))
        .isInstanceOf(SSLException.class)
        .satisfies(e -> assertThat(TrustedCertificates.distrust(e).orElseThrow()).contains("path"));
  }

  @Test
  void doesNotTrustAnUnknownAuthorityUnasked() {
    assertThatThrownBy(() -> statusWith(null, null)).isInstanceOf(SSLException.class);
  }

  @Test
  void trustsTheFingerprintOfTheAuthorityAndOfTheServer() throws Exception {
    String fingerprint = fingerprint(authority);
    assertThat(statusWith(null, fingerprint)).isEqualTo(200);
    assertThat(statusWith(null, fingerprint(own))).isEqualTo(200);
    assertThat(
            statusWith(
                null,
                fingerprint.replaceAll("(..)(?=.)", "$1:").toUpperCase(java.util.Locale.ROOT)))
        .isEqualTo(200);
  }

  @Test
  void doesNotTrustAnotherFingerprint() throws Exception {
    String other = fingerprint(stranger);

    assertThatThrownBy(() -> statusWith(null, other))
        .isInstanceOf(SSLException.class)
        .satisfies(
            e ->
                assertThat(TrustedCertificates.distrust(e))
                    .contains("no certificate of the server has the fingerprint that was set"));
  }

  @Test
  void rejectsWhatIsNoFingerprint() {
    for (String text : List.of("", "ab", "zz".repeat(32), "ab".repeat(33))) {
      assertThatThrownBy(() -> TrustedCertificates.ofFingerprint(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("certificate fingerprint");
    }
  }

  private static int statusWith(String pem, String fingerprint) throws Exception {
    ElasticsearchConnection connection =
        new ElasticsearchConnection(
            List.of(HttpHost.create("https://localhost:" + server.getAddress().getPort())),
            null,
            null,
            null,
            null,
            Map.of(),
            pem,
            fingerprint,
            Duration.ofSeconds(5),
            Duration.ofSeconds(20));
    try (RestClient client = connection.open(1)) {
      return client.performRequest(new Request("GET", "/")).getStatusLine().getStatusCode();
    }
  }

  private static String pem(Certificate certificate) throws Exception {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
        + "\n-----END CERTIFICATE-----\n";
  }

  private static String fingerprint(Certificate certificate) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
  }

  private static void keytool(String arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments.split(" ")));
    command.addAll(List.of("-keystore", "store", "-storetype", "PKCS12"));
    command.addAll(List.of("-storepass", new String(PASSWORD)));
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(folder.resolve("log"))).isZero();
  }
}
