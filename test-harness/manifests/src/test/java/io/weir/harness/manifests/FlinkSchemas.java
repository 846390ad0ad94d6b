package io.weir.harness.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.StreamSupport;

/**
 * The operator's schemas of its kinds, strict: a field that a schema does not know is an error,
 * where a cluster would drop it in silence.
 *
 * <p>They are read from the folder that the system property {@value #FOLDER_PROPERTY} names
 * (release 1.15 of the operator, {@code *.flink.apache.org-v1.yml}), by default {@code
 * ../shared/crds} beside the repository. Where that is absent, from the newest published {@code
 * flink-kubernetes-operator-api}, with {@code v2_2} added to its Flink versions.
 */
final class FlinkSchemas {
  static final String FOLDER_PROPERTY = "weir.crds";

  private static final String FLINK_VERSION = "v2_2";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonSchemaFactory FACTORY =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7);

  /** By kind: each is hundreds of kilobytes. */
  private static final Map<String, JsonSchema> SCHEMAS = new ConcurrentHashMap<>();

  private FlinkSchemas() {}

  private static Path folder() {
    String configured = System.getProperty(FOLDER_PROPERTY, "");
    return configured.isEmpty()
        ? Repository.ROOT.resolve("../shared/crds").normalize()
        : Path.of(configured);
  }

  /** Returns everything in which an object differs from its kind's schema. */
  static List<String> problems(Manifest object) {
    return SCHEMAS
        .computeIfAbsent(object.kind(), FlinkSchemas::schema)
        .validate(JSON.valueToTree(object.tree()))
        .stream()
        .map(ValidationMessage::getMessage)
        .map(message -> object + ": " + message)
        .toList();
  }

  private static JsonSchema schema(String kind) {
    Map<String, Object> definition = definition(kind.toLowerCase(Locale.ROOT) + "s");
    Map<String, Object> version = Yaml.maps(Yaml.at(definition, "spec", "versions")).get(0);
    JsonNode schema = JSON.valueToTree(Yaml.at(version, "schema", "openAPIV3Schema"));
    ObjectNode properties = (ObjectNode) schema.get("properties");
    // Every object has these, whatever its kind.
    properties.putObject("apiVersion").put("type", "string");
    properties.putObject("kind").put("const", kind);
    properties.putObject("metadata").put("x-kubernetes-preserve-unknown-fields", true);
    JsonNode flinkVersions = schema.at("/properties/spec/properties/flinkVersion/enum");
    if (flinkVersions instanceof ArrayNode versions
        && !versions.toString().contains(FLINK_VERSION)) {
      versions.add(FLINK_VERSION);
    }
    makeStrict(schema);
    return FACTORY.getSchema(schema);
  }

  private static Map<String, Object> definition(String plural) {
    String file = plural + ".flink.apache.org-v1.yml";
    Path path = folder().resolve(file);
    if (Files.exists(path)) {
      return Yaml.document(path);
    }
    try (InputStream in = FlinkSchemas.class.getResourceAsStream("/META-INF/fabric8/" + file)) {
      if (in == null) {
        throw new IllegalStateException("no schema " + file + " in " + folder() + " nor in a jar");
      }
      return Yaml.documents(new String(in.readAllBytes(), StandardCharsets.UTF_8), file).get(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kubernetes' extensions in the words of JSON schema. */
  private static void makeStrict(JsonNode node) {
    if (node instanceof ObjectNode object) {
      boolean open = object.path("x-kubernetes-preserve-unknown-fields").asBoolean();
      if (object.path("properties").isObject() && !open && !object.has("additionalProperties")) {
        object.put("additionalProperties", false);
      }
      if (object.path("x-kubernetes-int-or-string").asBoolean()) {
        object.remove("type");
        object.putArray("type").add("integer").add("string");
      }
      object.remove(List.of("x-kubernetes-preserve-unknown-fields", "x-kubernetes-int-or-string"));
    }
    StreamSupport.stream(node.spliterator(), false).forEach(FlinkSchemas::makeStrict);
  }
}
