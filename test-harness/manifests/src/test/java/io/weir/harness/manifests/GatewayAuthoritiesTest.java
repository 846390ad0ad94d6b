package io.weir.harness.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the init container that makes the namespace's authority known to a gateway. */
class GatewayAuthoritiesTest {
  private static final String STORE = "/run/weir-authorities/cacerts";
  private static final String CERTIFICATE = "/run/secrets/weir/metrics-ca/ca.crt";

  @TempDir Path folder;

  @Test
  void theStoreHoldsTheAuthoritiesOfTheJvmAndOneMore() throws Exception {
    Manifest gateway =
        Kustomize.render("overlays/dev").stream()
            .filter(object -> object.toString().equals("Deployment/weir-gateway-queries"))
            .findFirst()
            .orElseThrow();
    Map<String, Object> init = gateway.pods().get(0).containers().get(0);
    assertThat(init.get("name")).isEqualTo("authorities");
    List<Object> command = Yaml.list(init.get("command"));
    assertThat(command.subList(0, 2)).containsExactly("sh", "-ec");
    Path store = folder.resolve("cacerts");
    Path home = Path.of(System.getProperty("java.home"));
    ProcessBuilder builder =
        new ProcessBuilder(
                "sh",
                "-ec",
                command
                    .get(2)
                    .toString()
                    .replace(STORE, store.toString())
                    .replace(
                        CERTIFICATE,
                        Repository.ROOT
                            .resolve("test-harness/manifests/src/test/resources/ca.crt")
                            .toString()))
            .redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", home.toString());
    builder
        .environment()
        .merge("PATH", home.resolve("bin").toString(), (path, bin) -> bin + ":" + path);

    Process process = builder.start();

    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    KeyStore made = open(store);
    assertThat(made.size()).isEqualTo(open(home.resolve("lib/security/cacerts")).size() + 1);
    assertThat(made.isCertificateEntry("weir-internal")).isTrue();
    assertThat(env(gateway.pods().get(0).containers().get(1), "JAVA_TOOL_OPTIONS"))
        .contains("-Djavax.net.ssl.trustStore=" + STORE)
        .contains("-Djavax.net.ssl.trustStorePassword=changeit");
  }

  private static String env(Map<String, Object> container, String name) {
    return Yaml.maps(container.get("env")).stream()
        .filter(entry -> entry.get("name").equals(name))
        .map(entry -> entry.get("value").toString())
        .findFirst()
        .orElseThrow();
  }

  private static KeyStore open(Path file) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, "changeit".toCharArray());
    }
    return store;
  }
}
