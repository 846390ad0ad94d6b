package io.weir.sinks.alertmanager;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Alerts as the body of {@code POST /api/v2/alerts}.
 *
 * <p>The end of a firing alert lies in the future: an Alertmanager that hears nothing more resolves
 * it then, so it must be further away than any restart of the job takes. That of a resolved one is
 * the end that it has.
 *
 * @see <a href="https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml">API
 *     v2</a>
 */
final class AlertmanagerAlerts implements Serializable {
  private static final long serialVersionUID = 1;
  private static final JsonFactory JSON = new JsonFactory();
  static final String VALUE = "value";
  static final String LINK = "link";

  private final Duration endsAfter;
  private final String gatewayUrl;
  private final Clock clock;

  /**
   * Makes an encoder.
   *
   * @param endsAfter how far away the end of a firing alert is
   * @param gatewayUrl where people find the gateway, or null
   * @param clock tells the time
   */
  AlertmanagerAlerts(Duration endsAfter, String gatewayUrl, Clock clock) {
    this.endsAfter = endsAfter;
    this.gatewayUrl =
        gatewayUrl == null || !gatewayUrl.endsWith("/")
            ? gatewayUrl
            : gatewayUrl.substring(0, gatewayUrl.length() - 1);
    this.clock = clock;
  }

  byte[] encode(List<AlertState> alerts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512 * alerts.size());
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartArray();
      for (AlertState alert : alerts) {
        write(alert, json);
      }
      json.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private void write(AlertState alert, JsonGenerator json) throws IOException {
    json.writeStartObject();
    texts("labels", alert.labels(), json);
    Map<String, String> annotations = new TreeMap<>(alert.annotations());
    if (alert.value() != null) {
      annotations.put(VALUE, Double.toString(alert.value()));
    }
    String link = link(alert);
    if (link != null) {
      annotations.put(LINK, link);
      json.writeStringField("generatorURL", link);
    }
    texts("annotations", annotations, json);
    if (alert.startsAtMillis() != null) {
      json.writeStringField("startsAt", Instant.ofEpochMilli(alert.startsAtMillis()).toString());
    }
    json.writeStringField("endsAt", end(alert).toString());
    json.writeEndObject();
  }

  private Instant end(AlertState alert) {
    Instant now = clock.instant();
    if (alert.status() == AlertStatus.FIRING) {
      return now.plus(endsAfter);
    }
    Instant end = alert.endsAtMillis() == null ? now : Instant.ofEpochMilli(alert.endsAtMillis());
    // Alertmanager takes an end in the future for an alert that goes on.
    return end.isAfter(now) ? now : end;
  }

  private String link(AlertState alert) {
    return gatewayUrl == null
        ? null
        : gatewayUrl
            + "/alerts/"
            + URLEncoder.encode(alert.alertId(), StandardCharsets.UTF_8)
            + "/state";
  }

  /** An empty label is the same as none, and Alertmanager refuses it. */
  private static void texts(String name, Map<String, String> texts, JsonGenerator json)
      throws IOException {
    json.writeObjectFieldStart(name);
    for (Map.Entry<String, String> text : texts.entrySet()) {
      if (!text.getValue().isEmpty()) {
        json.writeStringField(text.getKey(), text.getValue());
      }
    }
    json.writeEndObject();
  }
}
