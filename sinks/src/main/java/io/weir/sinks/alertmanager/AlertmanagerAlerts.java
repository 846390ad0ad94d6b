package io.weir.sinks.alertmanager;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.weir.model.alert.AlertGroup;
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
  static final String STATE_LINK = "state_link";

  private final Duration endsAfter;
  private final String gatewayUrl;
  private final Clock clock;

  /**
   * Makes an encoder.
   *
   * @param endsAfter how far away the end of a firing alert is
   * @param gatewayUrl where people find the gateway and its web interface, or null
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
    texts("labels", labels(alert), json);
    Map<String, String> annotations = new TreeMap<>(alert.annotations());
    if (alert.value() != null) {
      annotations.put(VALUE, Double.toString(alert.value()));
    }
    if (gatewayUrl != null) {
      String id = URLEncoder.encode(alert.alertId(), StandardCharsets.UTF_8);
      // A page: a browser that comes from a notification has no key, and the page asks for it.
      String page = gatewayUrl + "/ui/alerts?edit=" + id;
      annotations.put(LINK, page);
      annotations.put(STATE_LINK, gatewayUrl + "/alerts/" + id + "/state");
      json.writeStringField("generatorURL", page);
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

  private static Map<String, String> labels(AlertState alert) {
    if (alert.group().isEmpty()) {
      return alert.labels();
    }
    Map<String, String> labels = new TreeMap<>(alert.labels());
    labels.put(AlertGroup.LABEL, AlertGroup.text(alert.group()));
    return labels;
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
