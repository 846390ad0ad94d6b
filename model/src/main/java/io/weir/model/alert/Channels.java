package io.weir.model.alert;

import io.weir.model.validation.FieldError;
import io.weir.model.validation.InvalidRecordException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The places where people are told about alerts, by name: what {@code notification_channel} of a
 * rule names. From one file ({@code alert-channels.yaml}) both Alertmanager's configuration and the
 * validation of rules are made. This class reads the file's tree, as any YAML or JSON reader gives
 * it; see {@code docs/alerts.md} for the file.
 *
 * @param channels the channels by name, in the order of the file
 * @param routes names of the channels that alerts of a severity go to besides their rule's own
 * @param groupBy labels by which notifications are put together
 * @param groupWaitSeconds how long a new group waits for more alerts
 * @param groupIntervalSeconds how long a group waits before it tells of new alerts
 * @param repeatIntervalSeconds how long until a firing alert is told again
 * @param inhibitEqual labels that an alert must share with a worse one to be muted by it
 * @param smtp how mail is sent; null where no channel needs it
 */
public record Channels(
    Map<String, Channel> channels,
    Map<AlertRule.Severity, String> routes,
    List<String> groupBy,
    long groupWaitSeconds,
    long groupIntervalSeconds,
    long repeatIntervalSeconds,
    List<String> inhibitEqual,
    Smtp smtp) {

  /** What kind of place a channel is. */
  public enum Type {
    PAGERDUTY,
    SLACK,
    EMAIL,
    WEBHOOK
  }

  /**
   * One channel. Secrets are given as paths of files where Alertmanager runs, so that neither this
   * file nor what is generated from it holds any.
   *
   * @param name its name
   * @param type what it is
   * @param target Slack: the channel; email: the address; webhook: the URL; else null
   * @param secretFile PagerDuty: file with the routing key; Slack: file with the webhook URL;
   *     webhook: file with a bearer token, or null
   * @param sendResolved whether it is also told that an alert is over
   */
  public record Channel(
      String name, Type type, String target, String secretFile, boolean sendResolved) {}

  /**
   * How mail is sent.
   *
   * @param host {@code host:port}
   * @param from the sender's address
   * @param username or null
   * @param passwordFile file with the password, or null
   * @param requireTls whether an unencrypted server is refused
   */
  public record Smtp(
      String host, String from, String username, String passwordFile, boolean requireTls) {}

  private static final String NAME = "[A-Za-z0-9_.-]{1,64}";
  private static final int MAX_TEXT = 2000;
  private static final String LABEL = "[a-zA-Z_][a-zA-Z0-9_]*";

  /** By all labels. */
  private static final String EVERY = "\\.\\.\\.";

  private static final List<String> GROUP_BY = List.of("alertname", "notification_channel");

  /** The group's own label, since those that are absent are equal too. */
  private static final List<String> INHIBIT_EQUAL =
      List.of("alertname", AlertGroup.LABEL, "service", "host");

  public Channels {
    channels = Collections.unmodifiableMap(new LinkedHashMap<>(channels));
    routes = Map.copyOf(routes);
    groupBy = List.copyOf(groupBy);
    inhibitEqual = List.copyOf(inhibitEqual);
  }

  /** Returns whether a rule may name this channel. */
  public boolean has(String name) {
    return channels.containsKey(name);
  }

  /** Returns the names of all channels, in the order of the file. */
  public Set<String> names() {
    return channels.keySet();
  }

  /**
   * Reads a file's tree: maps, lists, strings, numbers and booleans.
   *
   * @throws InvalidRecordException naming everything that is wrong
   */
  public static Channels read(Object tree) {
    return new Reader().read(tree);
  }

  /** Reads one file and collects what is wrong with it. */
  private static final class Reader {
    private final List<FieldError> errors = new ArrayList<>();

    Channels read(Object tree) {
      Map<String, Object> root = map("", tree);
      Map<String, Channel> channels = new LinkedHashMap<>();
      Map<String, Object> given = map("channels", root.get("channels"));
      given.forEach(
          (name, value) -> {
            String path = "channels." + name;
            if (!name.matches(NAME)) {
              error(path, "the name must be 1 to 64 letters, digits, -, . and _");
            }
            channels.put(name, channel(name, path, map(path, value)));
          });
      if (given.isEmpty()) {
        error("channels", "must name at least one channel");
      }
      Map<AlertRule.Severity, String> routes = routes(map("routes", root.get("routes")), channels);
      Map<String, Object> grouping = map("grouping", root.get("grouping"));
      Smtp smtp = root.get("smtp") == null ? null : smtp(map("smtp", root.get("smtp")));
      boolean mails = channels.values().stream().anyMatch(c -> c.type() == Type.EMAIL);
      if (mails && smtp == null) {
        error("smtp", "is missing, and there is a channel of type email");
      }
      Channels result =
          new Channels(
              channels,
              routes,
              labels("grouping.by", grouping.get("by"), LABEL + "|" + EVERY, GROUP_BY),
              seconds("grouping.wait_s", grouping.get("wait_s"), 10),
              seconds("grouping.interval_s", grouping.get("interval_s"), 300),
              seconds("grouping.repeat_s", grouping.get("repeat_s"), 14_400),
              labels("grouping.inhibit_equal", grouping.get("inhibit_equal"), LABEL, INHIBIT_EQUAL),
              smtp);
      unknown("", root, Set.of("channels", "routes", "grouping", "smtp"));
      unknown(
          "grouping.", grouping, Set.of("by", "wait_s", "interval_s", "repeat_s", "inhibit_equal"));
      if (!errors.isEmpty()) {
        throw new InvalidRecordException(errors);
      }
      return result;
    }

    private Channel channel(String name, String path, Map<String, Object> given) {
      Type type = type(path, given.get("type"));
      if (type == null) {
        return new Channel(name, Type.WEBHOOK, null, null, true);
      }
      Set<String> known = new LinkedHashSet<>(List.of("type", "send_resolved"));
      String target = null;
      String secret = null;
      switch (type) {
        case PAGERDUTY -> {
          secret = required(path, "routing_key_file", given, known);
        }
        case SLACK -> {
          target = required(path, "channel", given, known);
          secret = required(path, "url_file", given, known);
        }
        case EMAIL -> {
          target = required(path, "to", given, known);
          if (target != null && !target.matches("[^@\\s]+@[^@\\s]+")) {
            error(path + ".to", "must be an address");
          }
        }
        case WEBHOOK -> {
          target = required(path, "url", given, known);
          if (target != null && !isHttp(target)) {
            error(path + ".url", "must be an http or https URL");
          }
          known.add("token_file");
          secret = text(path + ".token_file", given.get("token_file"));
        }
      }
      unknown(path + ".", given, known);
      return new Channel(
          name,
          type,
          target,
          secret,
          bool(path + ".send_resolved", given.get("send_resolved"), true));
    }

    private Type type(String path, Object value) {
      String text = Objects.toString(value, "");
      for (Type type : Type.values()) {
        if (type.name().equals(text.toUpperCase(Locale.ROOT))) {
          return type;
        }
      }
      error(path + ".type", "must be one of pagerduty, slack, email, webhook");
      return null;
    }

    private Map<AlertRule.Severity, String> routes(
        Map<String, Object> given, Map<String, Channel> channels) {
      Map<AlertRule.Severity, String> routes = new LinkedHashMap<>();
      Set<String> known = new HashSet<>();
      for (AlertRule.Severity severity : AlertRule.Severity.values()) {
        String name = severity.name().toLowerCase(Locale.ROOT);
        known.add(name);
        String channel = text("routes." + name, given.get(name));
        if (channel != null) {
          if (!channels.containsKey(channel)) {
            error("routes." + name, "'" + channel + "' is none of the channels");
          }
          routes.put(severity, channel);
        }
      }
      unknown("routes.", given, known);
      return routes;
    }

    private Smtp smtp(Map<String, Object> given) {
      Set<String> known = new LinkedHashSet<>(List.of("username", "password_file", "require_tls"));
      String host = required("smtp", "host", given, known);
      if (host != null && !host.matches("[^\\s:]+:\\d{1,5}")) {
        error("smtp.host", "must be host:port");
      }
      String from = required("smtp", "from", given, known);
      unknown("smtp.", given, known);
      return new Smtp(
          host,
          from,
          text("smtp.username", given.get("username")),
          text("smtp.password_file", given.get("password_file")),
          bool("smtp.require_tls", given.get("require_tls"), true));
    }

    private List<String> labels(String path, Object value, String pattern, List<String> absent) {
      if (value == null) {
        return absent;
      }
      List<String> labels = new ArrayList<>();
      if (value instanceof List<?> list) {
        for (Object label : list) {
          if (label instanceof String text && text.matches(pattern)) {
            labels.add(text);
          } else {
            error(path, "'" + label + "' is no name of a label");
          }
        }
      } else {
        error(path, "must be a list of labels");
      }
      return labels;
    }

    private String required(
        String path, String member, Map<String, Object> given, Set<String> known) {
      known.add(member);
      String text = text(path + "." + member, given.get(member));
      if (text == null && given.get(member) == null) {
        error(path + "." + member, "is missing");
      }
      return text;
    }

    private String text(String path, Object value) {
      if (value == null) {
        return null;
      }
      if (value instanceof String text && !text.isBlank() && text.length() <= MAX_TEXT) {
        return text;
      }
      error(path, "must be a text of 1 to " + MAX_TEXT + " characters");
      return null;
    }

    private long seconds(String path, Object value, long absent) {
      if (value == null) {
        return absent;
      }
      if (value instanceof Number number
          && number.longValue() == number.doubleValue()
          && number.longValue() >= 1
          && number.longValue() <= 30L * 86_400) {
        return number.longValue();
      }
      error(path, "must be whole seconds, 1 to 30 days");
      return absent;
    }

    private boolean bool(String path, Object value, boolean absent) {
      if (value == null) {
        return absent;
      }
      if (value instanceof Boolean bool) {
        return bool;
      }
      error(path, "must be true or false");
      return absent;
    }

    private Map<String, Object> map(String path, Object value) {
      Map<String, Object> result = new LinkedHashMap<>();
      if (value instanceof Map<?, ?> map) {
        map.forEach((key, member) -> result.put(String.valueOf(key), member));
      } else if (value != null || path.isEmpty()) {
        error(path, "must be a map");
      }
      return result;
    }

    private void unknown(String path, Map<String, Object> given, Set<String> known) {
      for (String member : given.keySet()) {
        if (!known.contains(member)) {
          error(path + member, "is unknown; known are " + String.join(", ", known));
        }
      }
    }

    private void error(String path, String problem) {
      errors.add(new FieldError(path, problem));
    }

    private static boolean isHttp(String text) {
      try {
        URI url = new URI(text);
        return ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
            && url.getHost() != null;
      } catch (URISyntaxException e) {
        return false;
      }
    }
  }
}
