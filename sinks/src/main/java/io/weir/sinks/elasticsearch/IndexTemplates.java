package io.weir.sinks.elasticsearch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.model.index.PromotedFields;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.elasticsearch.client.Request;
import org.elasticsearch.client.RestClient;

/**
 * Installs the composable index template of the hot log indices: a step of its own before the first
 * document, because an index that is created without it guesses its mapping.
 *
 * <p>Its patterns match {@code logs-2026-03-29-10} and {@code logs-late-2026-03-29} and leave data
 * streams such as {@code logs-nginx-default} to their own templates; its priority is above that of
 * the template {@code logs} that Elasticsearch ships. A change holds for indices created after it.
 */
public final class IndexTemplates {
  /** Name of the template. */
  public static final String NAME = "weir-logs";

  private static final String RESOURCE = "logs-index-template.json";
  private static final ObjectMapper JSON =
      new ObjectMapper().configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);

  private final RestClient client;

  /**
   * Makes an installer.
   *
   * @param client stays the caller's to close
   */
  public IndexTemplates(RestClient client) {
    this.client = client;
  }

  /** What an installation did. */
  public enum Action {
    CREATED,
    UPDATED,
    /** The template stood there exactly so. */
    UNCHANGED
  }

  /**
   * What an installation found and did.
   *
   * @param action what was done
   * @param version version of the template that stands there now
   * @param earlierVersion version that stood there before, 0 if none did
   */
  public record Report(Action action, int version, int earlierVersion) {
    @Override
    public String toString() {
      return switch (action) {
        case CREATED -> "index template " + NAME + ": created, version " + version;
        case UPDATED ->
            "index template "
                + NAME
                + ": updated, version "
                + version
                + (version == earlierVersion
                    ? " with other settings"
                    : ", was version " + earlierVersion);
        case UNCHANGED -> "index template " + NAME + ": unchanged, version " + version;
      };
    }
  }

  /**
   * Puts the template in place unless it stands there exactly so.
   *
   * @throws ElasticsearchException if a newer version stands there, which an older program must not
   *     take back, or if Elasticsearch refuses the template
   * @throws IOException if Elasticsearch does not answer
   */
  public Report install(IndexTemplateSettings settings) throws IOException {
    ObjectNode template = render(settings);
    int version = template.get("version").intValue();
    Optional<JsonNode> found = find();
    int earlier = found.map(t -> t.path("version").asInt()).orElse(0);
    if (earlier > version) {
      throw new ElasticsearchException(
          "index template "
              + NAME
              + " has version "
              + earlier
              + ", this program brings version "
              + version
              + " and does not take it back; run the newer program, or delete the template first");
    }
    JsonNode digest = template.at("/_meta/digest");
    if (found.isPresent() && found.get().at("/_meta/digest").equals(digest)) {
      return new Report(Action.UNCHANGED, version, earlier);
    }
    Request put = new Request("PUT", "/_index_template/" + NAME);
    put.setJsonEntity(JSON.writeValueAsString(template));
    MaintenanceRequests.perform(client, put);
    return new Report(found.isPresent() ? Action.UPDATED : Action.CREATED, version, earlier);
  }

  /** Returns the template as it is sent, with a digest of itself by which it is recognised. */
  static ObjectNode render(IndexTemplateSettings settings) {
    ObjectNode template = resource();
    ObjectNode index = (ObjectNode) template.at("/template/settings/index");
    index.put("number_of_shards", settings.shards());
    index.put("number_of_replicas", settings.replicas());
    index.put("refresh_interval", settings.refreshInterval().toMillis() + "ms");
    index.put("codec", settings.bestCompression() ? "best_compression" : "default");
    index.putObject("mapping").putObject("total_fields").put("limit", settings.totalFields());
    ObjectNode promoted =
        (ObjectNode) template.at("/template/mappings/properties/promoted/properties");
    settings.promoted().types().forEach((key, type) -> promoted.set(key, column(type)));
    ObjectNode meta = (ObjectNode) template.get("_meta");
    meta.put("digest", digest(template));
    return template;
  }

  /**
   * A value that does not fit is ignored: the job leaves those out, unless it was given another
   * list than the template.
   */
  private static ObjectNode column(PromotedFields.Type type) {
    ObjectNode column = JSON.createObjectNode().put("type", type.lowerCase());
    return switch (type) {
      case LONG, DOUBLE -> column.put("ignore_malformed", true);
      case KEYWORD -> column.put("ignore_above", PromotedFields.MAX_KEYWORD_CHARS);
    };
  }

  private Optional<JsonNode> find() throws IOException {
    Optional<JsonNode> answer =
        MaintenanceRequests.performIfFound(client, new Request("GET", "/_index_template/" + NAME));
    return answer
        .map(a -> a.at("/index_templates/0/index_template"))
        .filter(t -> !t.isMissingNode());
  }

  private static ObjectNode resource() {
    try (InputStream in = IndexTemplates.class.getResourceAsStream(RESOURCE)) {
      return (ObjectNode) JSON.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException("resource " + RESOURCE, e);
    }
  }

  private static String digest(JsonNode template) {
    try {
      byte[] canonical = JSON.writeValueAsBytes(JSON.treeToValue(template, Object.class));
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(canonical));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
