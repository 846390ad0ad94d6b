package io.weir.model.json;

import io.weir.model.alert.AlertRule.Severity;
import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertStatus;
import io.weir.model.alert.AlertTransition;
import io.weir.model.validation.InvalidRecordException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.function.UnaryOperator;

/**
 * An {@link AlertState}, and an {@link AlertTransition}, as JSON.
 *
 * <pre>{@code
 * {"alert_id":"a-1","rule_version":17,"group":{"service":"payments"},"state":"firing",
 *  "value":0.023,"since":"2026-03-29T10:00:30Z","starts_at":"2026-03-29T10:02:30Z",
 *  "updated_at":"2026-03-29T10:05:00Z","severity":"critical",
 *  "labels":{"alertname":"errors"},"annotations":{"summary":"..."}}
 * }</pre>
 *
 * A transition has {@code from} and {@code reason} beside the members of the state after it. Times
 * are RFC 3339, UTC. Members that are null or empty are left out; reading skips unknown ones.
 */
public final class AlertStateJson {
  private static final int MAX_TEXT = 65_536;

  private AlertStateJson() {}

  /** Returns the JSON of a state. */
  public static byte[] encode(AlertState state) {
    JsonBytes json = new JsonBytes(512);
    ObjectWriter writer = new ObjectWriter(json);
    write(state, writer);
    writer.end();
    return json.toByteArray();
  }

  /** Returns the JSON of a transition. */
  public static byte[] encode(AlertTransition transition) {
    JsonBytes json = new JsonBytes(512);
    ObjectWriter writer = new ObjectWriter(json);
    writer.constant("from", transition.from()).constant("reason", transition.reason());
    write(transition.state(), writer);
    writer.end();
    return json.toByteArray();
  }

  /**
   * Returns the state of its JSON.
   *
   * @throws InvalidRecordException if it is none; names every member that is wrong
   */
  public static AlertState decode(byte[] json) {
    ObjectReader reader = ObjectReader.of(json, "an alert's state");
    AlertState state = read(reader);
    reader.finish();
    return state;
  }

  /**
   * Returns the transition of its JSON.
   *
   * @throws InvalidRecordException if it is none; names every member that is wrong
   */
  public static AlertTransition decodeTransition(byte[] json) {
    ObjectReader reader = ObjectReader.of(json, "an alert's transition");
    reader.require("from");
    reader.require("reason");
    AlertTransition transition =
        new AlertTransition(
            reader.constant("from", AlertStatus.values(), AlertStatus.INACTIVE),
            reader.constant(
                "reason", AlertTransition.Reason.values(), AlertTransition.Reason.CONDITION),
            read(reader));
    reader.finish();
    return transition;
  }

  private static void write(AlertState state, ObjectWriter writer) {
    writer
        .text("alert_id", state.alertId())
        .number("rule_version", state.ruleVersion())
        .texts("group", state.group())
        .constant("state", state.status());
    if (state.value() != null) {
      writer.number("value", state.value().doubleValue());
    }
    writer
        .text("since", time(state.sinceMillis()))
        .text("starts_at", time(state.startsAtMillis()))
        .text("ends_at", time(state.endsAtMillis()))
        .text("updated_at", time(state.updatedAtMillis()))
        .constant("severity", state.severity())
        .texts("labels", state.labels())
        .texts("annotations", state.annotations());
  }

  private static AlertState read(ObjectReader reader) {
    reader.require("rule_version");
    reader.require("state");
    Long since = time(reader, "since", true);
    Long updated = time(reader, "updated_at", true);
    String alertId = reader.requiredText("alert_id", MAX_TEXT);
    return new AlertState(
        alertId == null ? "" : alertId,
        reader.wholeNumber("rule_version", 0, Long.MAX_VALUE, 0),
        reader.texts("group", UnaryOperator.identity(), MAX_TEXT),
        reader.constant("state", AlertStatus.values(), AlertStatus.INACTIVE),
        reader.has("value") ? reader.number("value", 0) : null,
        since == null ? 0 : since,
        time(reader, "starts_at", false),
        time(reader, "ends_at", false),
        updated == null ? 0 : updated,
        reader.constant("severity", Severity.values(), Severity.WARNING),
        reader.texts("labels", UnaryOperator.identity(), MAX_TEXT),
        reader.texts("annotations", UnaryOperator.identity(), MAX_TEXT));
  }

  private static String time(Long millis) {
    return millis == null ? null : Instant.ofEpochMilli(millis).toString();
  }

  private static Long time(ObjectReader reader, String member, boolean required) {
    String text = required ? reader.requiredText(member, MAX_TEXT) : reader.text(member, MAX_TEXT);
    if (text == null) {
      return null;
    }
    try {
      return Instant.parse(text).toEpochMilli();
    } catch (DateTimeException e) {
      reader.error(member, "must be a time such as 2026-03-29T10:00:00Z");
      return null;
    }
  }
}
