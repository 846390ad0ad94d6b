package io.weir.harness.e2e.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** A file of API keys as docs/security.md describes it, written without the gateway's help. */
public final class ApiKeys {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SecureRandom random = new SecureRandom();
  private final ArrayNode keys = JSON.createArrayNode();
  private final Path file;

  public ApiKeys(Path file) throws IOException {
    this.file = file;
    write();
  }

  public Path file() {
    return file;
  }

  /** Adds a key and returns it; without services it is one for all of them. */
  public String add(String name, List<String> scopes, String... services) throws IOException {
    byte[] id = new byte[6];
    byte[] secret = new byte[32];
    random.nextBytes(id);
    random.nextBytes(secret);
    String token =
        "weir_"
            + HexFormat.of().formatHex(id)
            + "_"
            + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    ObjectNode key = keys.addObject();
    key.put("id", HexFormat.of().formatHex(id)).put("name", name).put("hash", hash(token));
    scopes.forEach(key.withArray("scopes")::add);
    if (services.length > 0) {
      List.of(services).forEach(key.withArray("services")::add);
    }
    key.put("created", Instant.now().toString());
    write();
    return token;
  }

  /** Takes a key out of the file. */
  public void revoke(String token) throws IOException {
    for (int i = keys.size() - 1; i >= 0; i--) {
      if (token.startsWith("weir_" + keys.get(i).path("id").asText() + "_")) {
        keys.remove(i);
      }
    }
    write();
  }

  private static String hash(String token) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8));
      return "sha256:" + HexFormat.of().formatHex(digest);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private void write() throws IOException {
    Path fresh = file.resolveSibling("keys.fresh");
    Files.write(fresh, JSON.writeValueAsBytes(JSON.createObjectNode().set("keys", keys)));
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
