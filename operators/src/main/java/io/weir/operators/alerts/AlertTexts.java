package io.weir.operators.alerts;

import io.weir.model.alert.AlertGroup;
import io.weir.model.alert.AlertRule;
import io.weir.model.alert.AlertState;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an alert says: its labels, and its annotations with the placeholders filled in. */
final class AlertTexts {
  static final String ALERT_NAME = "alertname";
  static final String ALERT_ID = "alert_id";
  static final String SEVERITY = "severity";
  static final String CHANNEL = "notification_channel";
  static final String SUMMARY = "summary";

  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\{\\{\\s*\\$(value|threshold|labels\\.([a-zA-Z_][a-zA-Z0-9_]*))\\s*}}");

  private AlertTexts() {}

  /** Returns the state of an alert as others see it. */
  static AlertState state(AlertKey key, RuleEntry entry, TrackedAlert alert) {
    AlertRule rule = entry.rule();
    Map<String, String> group = AlertGroup.parse(key.group());
    Map<String, String> labels = labels(rule, group);
    return new AlertState(
        rule.id(),
        entry.version(),
        group,
        alert.status(),
        alert.value(),
        alert.sinceMillis(),
        alert.startsAtMillis(),
        alert.endsAtMillis(),
        alert.updatedAtMillis(),
        rule.severity(),
        labels,
        annotations(rule, labels, alert.value()));
  }

  /** What Weir sets wins over the group, and the group over the rule's own labels. */
  private static Map<String, String> labels(AlertRule rule, Map<String, String> group) {
    Map<String, String> labels = new TreeMap<>(rule.labels());
    labels.putAll(group);
    labels.put(ALERT_NAME, rule.displayName());
    labels.put(ALERT_ID, rule.id());
    labels.put(SEVERITY, rule.severity().name().toLowerCase(Locale.ROOT));
    labels.put(CHANNEL, rule.notificationChannel());
    return labels;
  }

  private static Map<String, String> annotations(
      AlertRule rule, Map<String, String> labels, Double value) {
    Map<String, String> annotations = new TreeMap<>();
    rule.annotations()
        .forEach((name, text) -> annotations.put(name, fill(text, rule, labels, value)));
    annotations.putIfAbsent(
        SUMMARY, rule.displayName() + (value == null ? "" : ": " + number(value)));
    return annotations;
  }

  private static String fill(
      String text, AlertRule rule, Map<String, String> labels, Double value) {
    return PLACEHOLDER
        .matcher(text)
        .replaceAll(
            match ->
                Matcher.quoteReplacement(
                    switch (match.group(1)) {
                      case "value" -> value == null ? "no data" : number(value);
                      case "threshold" -> number(rule.threshold());
                      default -> labels.getOrDefault(match.group(2), "");
                    }));
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.4g", value);
  }
}
