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

  /** Longest value of a label; as long as that of a tag. */
  static final int MAX_LABEL = 1024;

  /** Longest annotation, its placeholders filled in. */
  static final int MAX_ANNOTATION = 4096;

  /**
   * All annotations of an alert together. With the labels they fit into a record of Kafka whatever
   * they are made of: a text may say a label hundreds of times.
   */
  static final int MAX_ANNOTATIONS = 65_536;

  private static final String CUT = "…";

  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\{\\{\\s*\\$(value|threshold|labels\\.([a-zA-Z_][a-zA-Z0-9_]*))\\s*}}");

  private AlertTexts() {}

  /** Returns the state of an alert as others see it. */
  static AlertState state(AlertPlace place, RuleEntry entry, TrackedAlert alert) {
    AlertRule rule = entry.rule();
    Map<String, String> group = AlertGroup.parse(place.group());
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
    labels.replaceAll((name, value) -> cut(value, MAX_LABEL));
    return labels;
  }

  private static Map<String, String> annotations(
      AlertRule rule, Map<String, String> labels, Double value) {
    Map<String, String> annotations = new TreeMap<>();
    annotations.put(
        SUMMARY, cut(rule.displayName(), MAX_LABEL) + (value == null ? "" : ": " + number(value)));
    int room = MAX_ANNOTATIONS;
    for (Map.Entry<String, String> annotation : rule.annotations().entrySet()) {
      String text = fill(annotation.getValue(), rule, labels, value);
      text = cut(text, Math.min(MAX_ANNOTATION, room));
      room -= text.length();
      annotations.put(annotation.getKey(), text);
    }
    return annotations;
  }

  private static String cut(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    int end = Math.max(0, length - CUT.length());
    if (end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return end == 0 ? "" : text.substring(0, end) + CUT;
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
