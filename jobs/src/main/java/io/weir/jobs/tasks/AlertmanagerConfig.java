package io.weir.jobs.tasks;

import io.weir.model.alert.AlertRule.Severity;
import io.weir.model.alert.Channels;
import io.weir.model.alert.Channels.Channel;
import io.weir.model.alert.Channels.Smtp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/**
 * Alertmanager's configuration. An alert goes to the channel of its severity, if there is one, and
 * to the channel that its rule names; one that names none of them (none of Weir's does) goes to a
 * receiver that tells nobody. A critical alert silences warnings, and a warning notes, whose labels
 * {@link Channels#inhibitEqual} are the same: by default those of the rules of one name and group.
 *
 * @see <a href="https://prometheus.io/docs/alerting/latest/configuration/">Alertmanager,
 *     configuration</a>
 */
final class AlertmanagerConfig {
  private static final String NOBODY = "nobody";
  private static final String HEADER =
      "# Generated from the file of channels by GenerateAlertmanagerConfig: changes here are lost.\n";

  /**
   * PagerDuty refuses a page without a severity, and alerts of several in one notification have no
   * common one: then it is the worst of those that fire, or, where none does any more, of all.
   */
  private static final String WORST_SEVERITY =
      "{{ with .CommonLabels.severity }}{{ . }}{{ else }}{{ $worst := \"info\" }}"
          + "{{ range or .Alerts.Firing .Alerts }}"
          + "{{ if eq .Labels.severity \"critical\" }}{{ $worst = \"critical\" }}"
          + "{{ else if and (eq .Labels.severity \"warning\") (eq $worst \"info\") }}"
          + "{{ $worst = \"warning\" }}{{ end }}{{ end }}{{ $worst }}{{ end }}";

  private AlertmanagerConfig() {}

  /** Returns the configuration as YAML. */
  static String of(Channels channels) {
    Map<String, Object> config = new LinkedHashMap<>();
    if (channels.smtp() != null) {
      config.put("global", global(channels.smtp()));
    }
    config.put("route", route(channels));
    config.put("inhibit_rules", inhibitions(channels.inhibitEqual()));
    List<Object> receivers = new ArrayList<>();
    receivers.add(Map.of("name", receiver(NOBODY)));
    channels.channels().values().forEach(channel -> receivers.add(receiver(channel)));
    config.put("receivers", receivers);
    return HEADER
        + new Dump(DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build())
            .dumpToString(config);
  }

  private static Map<String, Object> global(Smtp smtp) {
    Map<String, Object> global = new LinkedHashMap<>();
    global.put("smtp_smarthost", smtp.host());
    global.put("smtp_from", smtp.from());
    if (smtp.username() != null) {
      global.put("smtp_auth_username", smtp.username());
    }
    if (smtp.passwordFile() != null) {
      global.put("smtp_auth_password_file", smtp.passwordFile());
    }
    global.put("smtp_require_tls", smtp.requireTls());
    return global;
  }

  private static Map<String, Object> route(Channels channels) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("receiver", receiver(NOBODY));
    root.put("group_by", channels.groupBy());
    root.put("group_wait", channels.groupWaitSeconds() + "s");
    root.put("group_interval", channels.groupIntervalSeconds() + "s");
    root.put("repeat_interval", channels.repeatIntervalSeconds() + "s");
    List<Object> routes = new ArrayList<>();
    new TreeMap<>(channels.routes())
        .descendingMap()
        .forEach((severity, channel) -> routes.add(bySeverity(severity, channel)));
    for (String name : channels.names()) {
      routes.add(branch(List.of("notification_channel=" + quoted(name)), name));
    }
    root.put("routes", routes);
    return root;
  }

  /** Alerts whose rule names that very channel get there by their rule, not twice. */
  private static Map<String, Object> bySeverity(Severity severity, String channel) {
    return branch(
        List.of(
            "severity=" + quoted(severity.name().toLowerCase(Locale.ROOT)),
            "notification_channel!=" + quoted(channel)),
        channel);
  }

  private static Map<String, Object> branch(List<String> matchers, String channel) {
    Map<String, Object> route = new LinkedHashMap<>();
    route.put("matchers", matchers);
    route.put("receiver", receiver(channel));
    route.put("continue", true);
    return route;
  }

  private static List<Object> inhibitions(List<String> equal) {
    return List.of(
        inhibition("critical", "warning|info", equal), inhibition("warning", "info", equal));
  }

  private static Map<String, Object> inhibition(String source, String targets, List<String> equal) {
    Map<String, Object> rule = new LinkedHashMap<>();
    rule.put("source_matchers", List.of("severity=" + quoted(source)));
    rule.put("target_matchers", List.of("severity=~" + quoted(targets)));
    rule.put("equal", new ArrayList<>(equal)); // the same list twice would be an alias in YAML
    return rule;
  }

  private static Map<String, Object> receiver(Channel channel) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("send_resolved", channel.sendResolved());
    String kind =
        switch (channel.type()) {
          case PAGERDUTY -> {
            settings.put("routing_key_file", channel.secretFile());
            settings.put("severity", WORST_SEVERITY);
            yield "pagerduty_configs";
          }
          case SLACK -> {
            settings.put("api_url_file", channel.secretFile());
            settings.put("channel", channel.target());
            settings.put(
                "text",
                "{{ range .Alerts }}{{ .Annotations.summary }} {{ .Annotations.link }}\n{{ end }}");
            yield "slack_configs";
          }
          case EMAIL -> {
            settings.put("to", channel.target());
            yield "email_configs";
          }
          case WEBHOOK -> {
            settings.put("url", channel.target());
            if (channel.secretFile() != null) {
              settings.put(
                  "http_config",
                  Map.of(
                      "authorization",
                      Map.of("type", "Bearer", "credentials_file", channel.secretFile())));
            }
            yield "webhook_configs";
          }
        };
    Map<String, Object> receiver = new LinkedHashMap<>();
    receiver.put("name", receiver(channel.name()));
    receiver.put(kind, List.of(settings));
    return receiver;
  }

  /** A prefix, so that a channel may have any name. */
  private static String receiver(String name) {
    return "weir-" + name;
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
