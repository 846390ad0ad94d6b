package io.weir.harness.e2e.elasticsearch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A certificate authority of a test, made by the JDK's keytool, with one server's certificate. */
final class TestingAuthority {
  private static final String PASSWORD = "changeit";

  private final Path folder;

  /** Makes an authority in a folder of its own, and a certificate for this machine's loopback. */
  TestingAuthority(Path folder) throws IOException, InterruptedException {
    this.folder = Files.createDirectories(folder);
    keytool("-genkeypair -alias ca -keyalg EC -dname CN=" + folder.getFileName() + " -ext bc:c");
    keytool("-exportcert -rfc -alias ca -file ca.pem");
    keytool("-genkeypair -alias node -keyalg EC -dname CN=node");
    keytool("-certreq -alias node -file node.csr");
    keytool(
        "-gencert -alias ca -infile node.csr -outfile node.crt"
            + " -ext san=dns:localhost,ip:127.0.0.1");
    keytool("-importcert -noprompt -alias node -file node.crt");
  }

  /** The authority's certificate. */
  Path certificate() {
    return folder.resolve("ca.pem");
  }

  /** What a server needs to show the certificate of the loopback. */
  SSLContext serverContext() throws IOException, GeneralSecurityException {
    KeyStore all = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(folder.resolve("store"))) {
      all.load(in, PASSWORD.toCharArray());
    }
    KeyStore served = KeyStore.getInstance("PKCS12");
    served.load(null, null);
    served.setKeyEntry(
        "node",
        all.getKey("node", PASSWORD.toCharArray()),
        PASSWORD.toCharArray(),
        all.getCertificateChain("node"));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(served, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  private void keytool(String arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments.split(" ")));
    command.addAll(List.of("-keystore", "store", "-storetype", "PKCS12", "-storepass", PASSWORD));
    Path log = folder.resolve("keytool.log");
    int status =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    if (status != 0) {
      throw new IllegalStateException("keytool " + arguments + ": " + Files.readString(log));
    }
  }
}
