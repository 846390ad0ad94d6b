package io.weir.gateway.auth;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The file of keys: {@code {"keys": [{"id", "name", "hash", "scopes", "services", "created",
 * "expires", "requests_per_second", "concurrent", "streams"}]}}. Unknown members are errors: a
 * misspelt restriction that is ignored would be none.
 */
final class KeyFileJson {
  static final int MAX_KEYS = 10_000;
  private static final int MAX_NAME = 200;
  private static final int MAX_SERVICE = 1_024;
  private static final Set<String> MEMBERS =
      Set.of(
          "id",
          "name",
          "hash",
          "scopes",
          "services",
          "created",
          "expires",
          "requests_per_second",
          "concurrent",
          "streams");
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION.mappedFeature(), true);

  private KeyFileJson() {}

  /**
   * Reads the keys.
   *
   * @throws InvalidKeyFileException naming the key, the member and the reason
   */
  static List<ApiKey> decode(byte[] bytes) {
    JsonNode root;
    try {
      root = JSON.readTree(bytes);
    } catch (IOException e) {
      // The words of the parser quote the text.
      throw new InvalidKeyFileException("is not JSON");
    }
    if (root == null || !root.isObject() || !root.path("keys").isArray() || root.size() != 1) {
      throw new InvalidKeyFileException("is not {\"keys\": [...]}");
    }
    JsonNode list = root.path("keys");
    if (list.size() > MAX_KEYS) {
      throw new InvalidKeyFileException("has more than " + MAX_KEYS + " keys");
    }
    List<ApiKey> keys = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < list.size(); i++) {
      ApiKey key = key(list.get(i), "keys[" + i + "]");
      if (!ids.add(key.id())) {
        throw new InvalidKeyFileException("keys[" + i + "].id: " + key.id() + " stands twice");
      }
      keys.add(key);
    }
    return keys;
  }

  private static ApiKey key(JsonNode json, String at) {
    if (!json.isObject()) {
      throw new InvalidKeyFileException(at + ": is not an object");
    }
    json.fieldNames()
        .forEachRemaining(
            member -> {
              if (!MEMBERS.contains(member)) {
                throw new InvalidKeyFileException(at + "." + member + ": is not known");
              }
            });
    String id = text(json, "id", at);
    check(KeyToken.isId(id), at + ".id: is no id of a key");
    String name = text(json, "name", at);
    check(name.length() <= MAX_NAME, at + ".name: has more than " + MAX_NAME + " characters");
    String hash = text(json, "hash", at);
    check(KeyToken.isHash(hash), at + ".hash: is not sha256: and 64 hexadecimal digits");
    return new ApiKey(
        id,
        name,
        hash,
        scopes(json.path("scopes"), at + ".scopes"),
        services(json, at + ".services"),
        time(json, "created", at)
            .orElseThrow(() -> new InvalidKeyFileException(at + ".created: is missing")),
        time(json, "expires", at),
        limit(json, "requests_per_second", at),
        limit(json, "concurrent", at),
        limit(json, "streams", at));
  }

  private static void check(boolean good, String otherwise) {
    if (!good) {
      throw new InvalidKeyFileException(otherwise);
    }
  }

  private static String text(JsonNode json, String member, String at) {
    JsonNode value = json.path(member);
    check(value.isTextual() && !value.asText().isBlank(), at + "." + member + ": is missing");
    return value.asText();
  }

  private static Set<Scope> scopes(JsonNode list, String at) {
    check(list.isArray() && !list.isEmpty(), at + ": is not a list of ingest, read, admin");
    Set<Scope> scopes = EnumSet.noneOf(Scope.class);
    for (JsonNode scope : list) {
      try {
        scopes.add(Scope.valueOf(scope.asText().toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException e) {
        throw new InvalidKeyFileException(at + ": knows only ingest, read, admin");
      }
    }
    return scopes;
  }

  /** Absent is every service; an empty list is an error, because it could be meant as either. */
  private static ServiceAccess services(JsonNode json, String at) {
    if (!json.has("services")) {
      return ServiceAccess.ALL;
    }
    JsonNode list = json.path("services");
    check(
        list.isArray() && !list.isEmpty() && list.size() <= ServiceAccess.MAX_SERVICES,
        at + ": is not a list of 1 to " + ServiceAccess.MAX_SERVICES + " services");
    Set<String> services = new TreeSet<>();
    for (JsonNode service : list) {
      check(
          service.isTextual()
              && !service.asText().isBlank()
              && service.asText().length() <= MAX_SERVICE,
          at + ": has an entry that is no name of a service");
      services.add(service.asText());
    }
    return ServiceAccess.only(services);
  }

  private static Optional<Instant> time(JsonNode json, String member, String at) {
    if (!json.has(member)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.parse(json.path(member).asText()));
    } catch (DateTimeException e) {
      throw new InvalidKeyFileException(
          at + "." + member + ": is not a time such as 2026-03-29T10:00:00Z");
    }
  }

  private static Optional<Integer> limit(JsonNode json, String member, String at) {
    if (!json.has(member)) {
      return Optional.empty();
    }
    JsonNode value = json.path(member);
    check(
        value.canConvertToInt() && value.isIntegralNumber() && value.asInt() >= 0,
        at + "." + member + ": is not a whole number of 0 or more");
    return Optional.of(value.asInt());
  }

  static byte[] encode(List<ApiKey> keys) {
    ObjectNode root = JSON.createObjectNode();
    ArrayNode list = root.putArray("keys");
    for (ApiKey key : keys) {
      ObjectNode json = list.addObject();
      json.put("id", key.id());
      json.put("name", key.name());
      json.put("hash", key.hash());
      ArrayNode scopes = json.putArray("scopes");
      key.scopes().stream().sorted().forEach(scope -> scopes.add(scope.lowerCase()));
      key.services()
          .only()
          .ifPresent(
              names -> {
                ArrayNode services = json.putArray("services");
                new TreeSet<>(names).forEach(services::add);
              });
      json.put("created", key.created().toString());
      key.expires().ifPresent(at -> json.put("expires", at.toString()));
      key.requestsPerSecond().ifPresent(limit -> json.put("requests_per_second", limit));
      key.concurrent().ifPresent(limit -> json.put("concurrent", limit));
      key.streams().ifPresent(limit -> json.put("streams", limit));
    }
    try {
      return JSON.writeValueAsBytes(root);
    } catch (IOException e) {
      throw new IllegalStateException("a tree of JSON nodes can be written", e);
    }
  }
}
