package io.weir.gateway.operation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.InvalidRequestException.FieldError;
import io.weir.gateway.NotFoundException;
import io.weir.gateway.UnprocessableException;
import io.weir.gateway.upstream.JsonUpstream;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Alertmanager's silences: alerts that nobody is told of for a while. Thread-safe. */
public final class Silences {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_MATCHERS = 20;
  private static final int MAX_TEXT = 1_000;
  private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]{0,255}");
  private static final Pattern ID = Pattern.compile("[0-9a-fA-F-]{36}");
  private static final Set<String> MEMBERS =
      Set.of("matchers", "starts_at", "ends_at", "created_by", "comment");

  private final Optional<JsonUpstream> alertmanager;

  /**
   * @param alertmanager empty if none was named
   */
  public Silences(Optional<JsonUpstream> alertmanager) {
    this.alertmanager = Objects.requireNonNull(alertmanager, "alertmanager");
  }

  /** Returns all silences that Alertmanager still knows, those in force first. */
  public ObjectNode list() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode silences = json.putArray("silences");
    List<ObjectNode> read = new ArrayList<>();
    upstream().get("api/v2/silences").forEach(silence -> read.add(read(silence)));
    for (String state : List.of("active", "pending", "expired")) {
      read.stream()
          .filter(silence -> silence.path("state").asText().equals(state))
          .forEach(silences::add);
    }
    return json;
  }

  private static ObjectNode read(JsonNode silence) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", silence.path("id").asText());
    json.put("state", silence.path("status").path("state").asText());
    ArrayNode matchers = json.putArray("matchers");
    for (JsonNode matcher : silence.path("matchers")) {
      matchers
          .addObject()
          .put("name", matcher.path("name").asText())
          .put("value", matcher.path("value").asText())
          .put("regex", matcher.path("isRegex").asBoolean())
          .put("equal", matcher.path("isEqual").asBoolean(true));
    }
    json.put("starts_at", silence.path("startsAt").asText());
    json.put("ends_at", silence.path("endsAt").asText());
    json.put("created_by", silence.path("createdBy").asText());
    json.put("comment", silence.path("comment").asText());
    return json;
  }

  /**
   * Creates a silence.
   *
   * @return its id
   * @throws InvalidRequestException naming every field that is wrong
   */
  public String create(byte[] body, Instant now) {
    JsonNode silence = parse(body);
    List<FieldError> errors = new ArrayList<>();
    silence
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!MEMBERS.contains(name)) {
                errors.add(FieldError.of(name, "is not known"));
              }
            });
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    matchers(silence.path("matchers"), request.putArray("matchers"), errors);
    Instant starts = time(silence, "starts_at", now, errors);
    Instant ends = time(silence, "ends_at", null, errors);
    if (starts != null && ends != null) {
      if (!ends.isAfter(starts) || !ends.isAfter(now)) {
        errors.add(FieldError.of("ends_at", "must lie after starts_at, and in the future"));
      }
      request.put("startsAt", starts.toString()).put("endsAt", ends.toString());
    }
    request.put("createdBy", text(silence, "created_by", errors));
    request.put("comment", text(silence, "comment", errors));
    if (!errors.isEmpty()) {
      throw new InvalidRequestException(errors);
    }
    JsonUpstream upstream = upstream();
    JsonUpstream.Answer answer = upstream.send("POST", "api/v2/silences", request);
    if (answer.status() == 400) {
      throw new InvalidRequestException("silence", "Alertmanager refuses it: " + answer.words());
    }
    if (!answer.ok()) {
      throw upstream.unexpected(answer);
    }
    return answer.json().path("silenceID").asText();
  }

  /**
   * Ends a silence.
   *
   * @throws NotFoundException if there is none, or it has ended already
   */
  public void end(String id) {
    if (!ID.matcher(id).matches()) {
      throw new NotFoundException("there is no silence '" + id + "'");
    }
    JsonUpstream upstream = upstream();
    JsonUpstream.Answer answer = upstream.send("DELETE", "api/v2/silence/" + id, null);
    if (answer.status() == 404 || answer.words().contains("not found")) {
      throw new NotFoundException("there is no silence '" + id + "'");
    }
    if (!answer.ok()) {
      throw upstream.unexpected(answer);
    }
  }

  private JsonUpstream upstream() {
    return alertmanager.orElseThrow(
        () ->
            new UnprocessableException(
                "the gateway was not told where Alertmanager is; set alertmanager.url"));
  }

  private static JsonNode parse(byte[] body) {
    try {
      JsonNode json = JSON.readTree(body);
      if (json != null && json.isObject()) {
        return json;
      }
    } catch (IOException e) {
      throw new InvalidRequestException("body", "is no JSON");
    }
    throw new InvalidRequestException("body", "must be an object");
  }

  private static void matchers(JsonNode given, ArrayNode matchers, List<FieldError> errors) {
    if (!given.isArray() || given.isEmpty() || given.size() > MAX_MATCHERS) {
      errors.add(FieldError.of("matchers", "must be a list of 1 to " + MAX_MATCHERS));
      return;
    }
    boolean narrow = false;
    for (int i = 0; i < given.size(); i++) {
      JsonNode matcher = given.get(i);
      String at = "matchers[" + i + "].";
      String name = matcher.path("name").asText("");
      String value = matcher.path("value").asText("");
      boolean regex = matcher.path("regex").asBoolean(false);
      if (!LABEL.matcher(name).matches()) {
        errors.add(FieldError.of(at + "name", "must be the name of a label"));
      }
      if (!matcher.path("value").isTextual() || value.length() > MAX_TEXT) {
        errors.add(
            FieldError.of(at + "value", "must be text of " + MAX_TEXT + " characters at most"));
      }
      if (regex && !isExpression(value)) {
        errors.add(FieldError.of(at + "value", "is no regular expression"));
      }
      boolean equal = matcher.path("equal").asBoolean(true);
      if (!regex || isExpression(value)) {
        boolean asksForEmpty = regex ? Pattern.matches(value, "") : value.isEmpty();
        narrow |= asksForEmpty != equal;
      }
      matchers
          .addObject()
          .put("name", name)
          .put("value", value)
          .put("isRegex", regex)
          .put("isEqual", equal);
    }
    if (!narrow && errors.isEmpty()) {
      errors.add(FieldError.of("matchers", "at least one must ask for a value that is not empty"));
    }
  }

  private static boolean isExpression(String text) {
    try {
      Pattern.compile(text);
      return true;
    } catch (PatternSyntaxException e) {
      return false;
    }
  }

  private static Instant time(
      JsonNode silence, String name, Instant otherwise, List<FieldError> errors) {
    JsonNode given = silence.path(name);
    if (given.isMissingNode() && otherwise != null) {
      return otherwise;
    }
    try {
      return OffsetDateTime.parse(given.asText()).toInstant();
    } catch (DateTimeException e) {
      errors.add(FieldError.of(name, "must be a time such as 2026-03-29T10:00:00Z"));
      return null;
    }
  }

  private static String text(JsonNode silence, String name, List<FieldError> errors) {
    String text = silence.path(name).asText("").strip();
    if (text.isEmpty() || text.length() > MAX_TEXT) {
      errors.add(FieldError.of(name, "must be text of 1 to " + MAX_TEXT + " characters"));
    }
    return text;
  }
}
