package io.weir.harness.e2e.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.harness.node.HarnessLayout;
import java.io.IOException;
import java.net.CookieManager;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * A real OpenID Connect provider, Debian's glewlwyd, in a process of its own: a client with a
 * secret gets signed tokens for the scopes that it may have. The audience of such a token is its
 * scope.
 */
final class IdentityProvider implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> SCOPES = List.of("weir-read", "weir-ingest");
  private static final String CLIENT = "agent";
  private static final String SECRET = "a-secret-of-this-test";

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .cookieHandler(new CookieManager())
          .build();
  private final Path opt = HarnessLayout.find().root().resolve(".weir/opt");
  private final Path unpacked = opt.resolve("packages/glewlwyd");
  private final Path home;
  private final int port;
  private final Process process;

  IdentityProvider(Path home) throws Exception {
    this.home = Files.createDirectories(home);
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      this.port = free.getLocalPort();
    }
    createDatabase();
    this.process =
        new ProcessBuilder(
                opt.resolve("bin/glewlwyd").toString(), "--config-file=" + configuration())
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("glewlwyd.out").toFile())
            .start();
    try {
      Awaitility.await("the identity provider")
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptions()
          .until(() -> send("GET", "/config/", null).statusCode() == 200);
      call("POST", "auth/", "{\"username\":\"admin\",\"password\":\"password\"}");
      for (String scope : SCOPES) {
        call(
            "POST",
            "scope/",
            "{\"name\":\""
                + scope
                + "\",\"password_required\":false,\"scheme\":{},"
                + "\"scheme_required\":{}}");
      }
      signWith(KeyPairGenerator.getInstance("RSA").generateKeyPair(), "POST", "mod/plugin/");
      call("POST", "client/", client());
    } catch (Exception | AssertionError e) {
      close();
      throw e;
    }
  }

  /** As it writes itself in tokens. */
  String issuer() {
    return "http://127.0.0.1:" + port + "/api/oidc";
  }

  /** Signs with another key from now on, and publishes no other. */
  void changeKey() throws Exception {
    signWith(KeyPairGenerator.getInstance("RSA").generateKeyPair(), "PUT", "mod/plugin/oidc");
    call("PUT", "mod/plugin/oidc/reset/", "{}");
  }

  /** Returns a token for a scope. */
  String token(String scope) throws IOException, InterruptedException {
    String basic = Base64.getEncoder().encodeToString((CLIENT + ":" + SECRET).getBytes(UTF_8));
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(URI.create(issuer() + "/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Authorization", "Basic " + basic)
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "grant_type=client_credentials&scope=" + scope))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    JsonNode answer = JSON.readTree(response.body());
    if (response.statusCode() != 200) {
      throw new IllegalStateException("no token: " + response.body());
    }
    return answer.path("access_token").asText();
  }

  /** The tables that its package ships, made by the SQLite that is unpacked beside it. */
  private void createDatabase() throws IOException, InterruptedException {
    ProcessBuilder sqlite =
        new ProcessBuilder(
            unpacked.resolve("usr/bin/sqlite3").toString(), home.resolve("idp.db").toString());
    sqlite
        .environment()
        .put(
            "LD_LIBRARY_PATH",
            unpacked
                .resolve(
                    "usr/lib/"
                        + System.getProperty("os.arch").replace("amd64", "x86_64")
                        + "-linux-gnu")
                .toString());
    Process made =
        sqlite
            .redirectInput(
                unpacked
                    .resolve("usr/share/dbconfig-common/data/glewlwyd/install/sqlite3")
                    .toFile())
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("sqlite.out").toFile())
            .start();
    if (!made.waitFor(60, TimeUnit.SECONDS) || made.exitValue() != 0) {
      throw new IllegalStateException(Files.readString(home.resolve("sqlite.out")));
    }
  }

  private Path configuration() throws IOException {
    Path modules = unpacked.resolve("usr/lib/glewlwyd");
    return Files.writeString(
        home.resolve("glewlwyd.conf"),
        String.join(
            "\n",
            "port=" + port,
            "bind_address=\"127.0.0.1\"",
            "external_url=\"http://127.0.0.1:" + port + "\"",
            "login_url=\"login.html\"",
            "api_prefix=\"api\"",
            "static_files_path=\"" + unpacked.resolve("usr/share/glewlwyd/webapp") + "\"",
            "log_mode=\"file\"",
            "log_level=\"INFO\"",
            "log_file=\"" + home.resolve("glewlwyd.log") + "\"",
            "session_expiration=86400",
            "session_key=\"IDP_SESSION\"",
            "user_module_path=\"" + modules.resolve("user") + "\"",
            "user_middleware_module_path=\"" + modules.resolve("user_middleware") + "\"",
            "client_module_path=\"" + modules.resolve("client") + "\"",
            "user_auth_scheme_module_path=\"" + modules.resolve("scheme") + "\"",
            "plugin_module_path=\"" + modules.resolve("plugin") + "\"",
            "hash_algorithm=\"SHA512\"",
            "database={ type=\"sqlite3\" path=\"" + home.resolve("idp.db") + "\" }",
            ""));
  }

  private void signWith(KeyPair pair, String method, String path) throws Exception {
    ObjectNode plugin = JSON.createObjectNode();
    plugin.put("module", "oidc").put("name", "oidc").put("display_name", "oidc");
    plugin.put("enabled", true);
    ObjectNode parameters = plugin.putObject("parameters");
    parameters.put("iss", issuer()).put("jwt-type", "rsa").put("jwt-key-size", "256");
    parameters.put("key", pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
    parameters.put("cert", pem("PUBLIC KEY", pair.getPublic().getEncoded()));
    parameters.put("access-token-duration", 3_600).put("refresh-token-duration", 86_400);
    parameters.put("code-duration", 600).put("refresh-token-rolling", true);
    parameters.put("allow-non-oidc", true).put("auth-type-client-enabled", true);
    for (String off : List.of("code", "token", "none", "password", "refresh")) {
      parameters.put("auth-type-" + off + "-enabled", false);
    }
    parameters.put("auth-type-id-token-enabled", true).put("jwks-show", true);
    parameters.put("subject-type", "public");
    parameters.put("name-claim", "no").put("email-claim", "no").put("scope-claim", "no");
    parameters.putObject("address-claim").put("type", "no");
    parameters.putArray("scope");
    parameters.putArray("additional-parameters");
    parameters.putArray("claims");
    call(method, path, plugin.toString());
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

  private static String client() {
    ObjectNode client = JSON.createObjectNode();
    client.put("client_id", CLIENT).put("name", CLIENT).put("confidential", true);
    client.put("enabled", true).put("client_secret", SECRET).put("password", SECRET);
    client.putArray("authorization_type").add("client_credentials");
    client.putArray("token_endpoint_auth_method").add("client_secret_basic");
    SCOPES.forEach(client.withArray("scope")::add);
    client.putArray("redirect_uri");
    return client.toString();
  }

  private void call(String method, String path, String json) throws Exception {
    HttpResponse<String> response = send(method, "/api/" + path, json);
    if (response.statusCode() != 200) {
      throw new IllegalStateException(
          method + " " + path + ": " + response.statusCode() + " " + response.body());
    }
  }

  private HttpResponse<String> send(String method, String path, String json) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", "application/json")
            .method(
                method,
                json == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(json))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
