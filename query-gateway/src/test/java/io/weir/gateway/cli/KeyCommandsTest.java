package io.weir.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.auth.KeyToken;
import io.weir.gateway.http.TestingGateway;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a key, from the command line to the gateway that reads the file. */
class KeyCommandsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Map<String, String> environment = new HashMap<>();

  @Test
  void aKeyIsMadeUsedReplacedAndRevokedWithoutARestart() throws IOException {
    Path file = folder.resolve("keys.json");
    environment.put("WEIR_KEYS_FILE", file.toString());
    String key = made("keys", "create", "--name", "Ada", "--scope", "read,ingest");
    assertThat(Files.readString(file)).doesNotContain(key).contains("sha256:");
    try (TestingGateway gateway = new TestingGateway("auth.keys-file", file.toString())) {
      environment.put("WEIR_URL", gateway.uri().toString());
      assertThat(weir("search")).isEqualTo(Weir.EXIT_FAILED);
      assertThat(err.toString()).contains("send an API key or token");
      environment.put("WEIR_KEY", key);
      assertThat(weir("search")).isZero();
      assertThat(json("whoami").path("name").asText()).isEqualTo("Ada");

      String next = made("keys", "rotate", KeyToken.id(key).orElseThrow(), "--overlap", "1h");
      gateway.reloadKeys();
      assertThat(json("whoami").path("id").asText()).endsWith(KeyToken.id(key).orElseThrow());
      Path keyFile = Files.writeString(folder.resolve("key"), next + "\n");
      assertThat(json("whoami", "--key-file", keyFile.toString()).path("id").asText())
          .endsWith(KeyToken.id(next).orElseThrow());
      assertThat(weir("keys", "list")).isZero();
      assertThat(out.toString().lines()).hasSize(2);
      assertThat(out.toString()).contains("expires 20").contains("does not expire");

      assertThat(weir("keys", "revoke", key)).isZero();
      gateway.reloadKeys();
      assertThat(weir("whoami")).isEqualTo(Weir.EXIT_FAILED);
      assertThat(weir("whoami", "--key-file", keyFile.toString())).isZero();
    }
  }

  @Test
  void aRestrictedKeySaysWhatItIsRestrictedTo() throws IOException {
    Path file = folder.resolve("keys.json");
    out.getBuffer().setLength(0);
    assertThat(
            weir(
                "keys",
                "create",
                "--json",
                "--file",
                file.toString(),
                "--name",
                "agents",
                "--scope",
                "ingest",
                "--service",
                "payments,checkout",
                "--expires-in",
                "90d",
                "--streams",
                "2"))
        .isZero();
    JsonNode made = JSON.readTree(out.toString());
    assertThat(made.path("services").toString()).isEqualTo("[\"checkout\",\"payments\"]");
    assertThat(made.path("expires").asText()).startsWith("20");
    assertThat(KeyToken.id(made.path("key").asText())).contains(made.path("id").asText());
  }

  @Test
  void whatIsWrongIsSaidInOneLineAndChangesNothing() throws IOException {
    Path file = folder.resolve("keys.json");
    wrong("which file?", "keys", "list");
    String[][] commands = {
      {"create", "--name", "a", "--scope", "everything"},
      {"create", "--name", " ", "--scope", "read"},
      {"create", "--name", "a", "--scope", "read", "--expires-in", "soon"},
      {"create", "--name", "a", "--scope", "read", "--streams", "-1"},
      {"revoke", "0123456789ab"},
      {"rotate", "0123456789ab"},
    };
    String[] words = {
      "is not ingest, read or admin",
      "--name is empty",
      "is no span",
      "is less than 0",
      "the file has no key",
      "the file has no key"
    };
    for (int i = 0; i < commands.length; i++) {
      String[] all = new String[commands[i].length + 3];
      all[0] = "keys";
      System.arraycopy(commands[i], 0, all, 1, commands[i].length);
      all[all.length - 2] = "--file";
      all[all.length - 1] = file.toString();
      wrong(words[i], all);
    }
    assertThat(file).doesNotExist();
    Files.writeString(file, "{}");
    wrong("is not {\"keys\": [...]}", "keys", "list", "--file", file.toString());
    assertThat(Files.readString(file)).isEqualTo("{}");
  }

  private void wrong(String words, String... args) {
    assertThat(weir(args)).isEqualTo(Weir.EXIT_FAILED);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).contains(words);
  }

  private String made(String... args) {
    assertThat(weir(args)).as(err.toString()).isZero();
    String token = out.toString().strip();
    assertThat(KeyToken.id(token)).isPresent();
    return token;
  }

  private JsonNode json(String... args) throws IOException {
    assertThat(weir(args)).as(err.toString()).isZero();
    return JSON.readTree(out.toString());
  }

  private int weir(String... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return new Weir(
            environment,
            false,
            new ByteArrayInputStream(new byte[0]),
            new PrintWriter(out, true),
            new PrintWriter(err, true))
        .run(args);
  }
}
