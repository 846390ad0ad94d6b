package io.weir.harness.e2e.prometheus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A certificate of its own for 127.0.0.1 and one user, as Prometheus' {@code --web.config.file}
 * wants them.
 *
 * @param webConfig the file
 * @param certificate PEM text of the certificate, which is its own authority
 */
record SecuredServer(Path webConfig, String certificate) {
  static final String USER = "weir";
  static final String PASSWORD = "test";

  /** bcrypt of {@link #PASSWORD}. */
  private static final String HASH = "$2b$12$hNf2lSsxfm0.i4a.1kVpSOVyBCfIB51VRjgBUyv6kdnyTlgWj81Ay";

  private static final char[] STORE_PASSWORD = "changeit".toCharArray();

  /** Makes them in a folder. */
  static SecuredServer in(Path folder) throws Exception {
    Path store = folder.resolve("store.p12");
    keytool(
        folder,
        "-genkeypair -alias server -keyalg EC -dname CN=prometheus -validity 2"
            + " -ext san=ip:127.0.0.1 -keystore "
            + store
            + " -storetype PKCS12 -storepass "
            + new String(STORE_PASSWORD));
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, STORE_PASSWORD);
    }
    String certificate = pem("CERTIFICATE", keys.getCertificate("server").getEncoded());
    Files.writeString(folder.resolve("server.crt"), certificate);
    Files.writeString(
        folder.resolve("server.key"),
        pem("PRIVATE KEY", keys.getKey("server", STORE_PASSWORD).getEncoded()));
    Path webConfig = folder.resolve("web.yml");
    Files.writeString(
        webConfig,
        "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n"
            + "basic_auth_users:\n  "
            + USER
            + ": "
            + HASH
            + "\n");
    return new SecuredServer(webConfig, certificate);
  }

  private static String pem(String what, byte[] der) {
    return "-----BEGIN "
        + what
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + what
        + "-----\n";
  }

  private static void keytool(Path folder, String arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments.split(" ")));
    Path log = folder.resolve("keytool.log");
    int status =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    if (status != 0) {
      throw new IOException(Files.readString(log));
    }
  }
}
