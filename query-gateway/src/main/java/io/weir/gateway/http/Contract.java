package io.weir.gateway.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.MediaType;
import io.vertx.openapi.contract.OpenAPIContract;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The OpenAPI document: as it is served, and as requests are held to it. */
final class Contract {
  private static final String RESOURCE = "/openapi.yaml";
  private static final String CONTENT = "content";
  private static final String BODY = "requestBody";

  private final byte[] text;

  private Contract(byte[] text) {
    this.text = text;
  }

  static Contract read() {
    try (InputStream in = Contract.class.getResourceAsStream(RESOURCE)) {
      return new Contract(Objects.requireNonNull(in, RESOURCE).readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + RESOURCE, e);
    }
  }

  /** Returns the document as it is served. */
  Buffer text() {
    return Buffer.buffer(text);
  }

  /** Returns the document as a tree. */
  JsonObject json() {
    Map<String, Object> yaml =
        new Yaml(new SafeConstructor(new LoaderOptions()))
            .load(new String(text, StandardCharsets.UTF_8));
    return new JsonObject(Json.encode(yaml));
  }

  /**
   * Returns what requests are held to. Vert.x refuses a document whose responses have media types
   * that it cannot validate, problem+json among them; since it validates requests only, such
   * responses are given to it without their content. Bodies of such types are read by their calls.
   */
  Future<OpenAPIContract> enforced(Vertx vertx) {
    JsonObject document = json();
    forgetForeignContent(document);
    forgetSecurity(document);
    return OpenAPIContract.from(vertx, document);
  }

  /** Callers are judged by {@link Guard}, before Vert.x would look at them. */
  private static void forgetSecurity(JsonObject document) {
    document.remove("security");
    document.getJsonObject("components").remove("securitySchemes");
    JsonObject paths = document.getJsonObject("paths");
    for (String path : paths.fieldNames()) {
      JsonObject operations = paths.getJsonObject(path);
      operations
          .fieldNames()
          .forEach(
              method -> {
                if (operations.getValue(method) instanceof JsonObject operation) {
                  operation.remove("security");
                }
              });
    }
  }

  private static boolean isForeign(JsonObject body) {
    return body.getValue(CONTENT) instanceof JsonObject content
        && content.fieldNames().stream().noneMatch(MediaType::isMediaTypeSupported);
  }

  private static void forgetForeignContent(Object node) {
    if (node instanceof JsonObject object) {
      if (object.getValue(BODY) instanceof JsonObject body && isForeign(body)) {
        object.remove(BODY);
      }
      if (object.getValue(CONTENT) instanceof JsonObject content) {
        for (String type : List.copyOf(content.fieldNames())) {
          if (!MediaType.isMediaTypeSupported(type)) {
            content.remove(type);
          }
        }
      }
      object.fieldNames().forEach(name -> forgetForeignContent(object.getValue(name)));
    } else if (node instanceof JsonArray array) {
      array.forEach(Contract::forgetForeignContent);
    }
  }
}
