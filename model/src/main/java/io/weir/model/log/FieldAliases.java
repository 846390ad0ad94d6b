package io.weir.model.log;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The table of names by which producers call what a {@link LogEvent} needs. The order of the rows
 * of one target is their precedence: the first usable one counts, the rest stay in the event's
 * fields. {@code docs/log-normalisation.md} shows the same table.
 *
 * <p>A row with a path of several keys matches nested objects ({@code "log":{"level":"warn"}}) and
 * the same keys joined by dots at the top ({@code "log.level":"warn"}).
 */
public final class FieldAliases {

  /** What a value becomes. */
  public enum Target {
    TIMESTAMP,
    SERVICE,
    HOST,
    REGION,
    LEVEL,
    MESSAGE,
    ID
  }

  /** How a value is read where one target knows several ways. */
  public enum Reading {
    /** As the target says. */
    PLAIN,
    /** A text whose line ending is cut off. */
    LINE,
    /** A time where 0 means that there is none (OTLP). */
    ZERO_IS_ABSENT,
    /** A level: a word, a syslog severity 0 to 7, or a Bunyan or Pino level 10 to 60. */
    WORD_OR_NUMBER,
    /** A level: a syslog severity 0 to 7. */
    SYSLOG,
    /** A level: a syslog priority 0 to 191, which is eight times the facility plus the severity. */
    SYSLOG_PRIORITY,
    /** A level: an OTLP severity number 1 to 24. */
    OTLP,
    /** A level: a Python {@code levelno} 10 to 50. */
    PYTHON
  }

  /**
   * One row of the table.
   *
   * @param target what the value becomes
   * @param path the keys that lead to the value
   * @param reading how it is read
   * @param producers who writes it so
   * @param rank position among the rows of the target, lower wins
   */
  public record Row(Target target, List<String> path, Reading reading, String producers, int rank) {
    public Row {
      path = List.copyOf(path);
    }

    /** Returns the keys joined by dots. */
    public String dottedPath() {
      return String.join(".", path);
    }
  }

  /** A place in the tree of known keys. */
  static final class Node {
    private Map<String, Node> children = Map.of();
    private Row row;

    /** Returns what is known of a key below this place, or null. */
    Node child(String key) {
      return children.get(key);
    }

    /** Returns the row that ends here, or null. */
    Row row() {
      return row;
    }

    boolean hasChildren() {
      return !children.isEmpty();
    }

    private Node obtainChild(String key) {
      if (children.isEmpty()) {
        children = new HashMap<>();
      }
      return children.computeIfAbsent(key, k -> new Node());
    }
  }

  private static final String WEIR = "Weir";
  private static final String ECS = "Logstash, ECS";
  private static final String OTLP = "OTLP";
  private static final String FLUENT_BIT = "Fluent Bit";
  private static final String KUBERNETES = "Fluent Bit on Kubernetes";
  private static final String SYSLOG = "rsyslog, syslog-ng";
  private static final String JOURNAL = "systemd journal";
  private static final String SERILOG = "Serilog";
  private static final String COMMON = "common";

  private static final List<Row> TABLE = table();
  private static final Node ROOT = tree(TABLE);

  private FieldAliases() {}

  /** Returns all rows, by target and then by precedence. */
  public static List<Row> rows() {
    return TABLE;
  }

  /** Returns the root of the tree of known keys. */
  static Node root() {
    return ROOT;
  }

  private static List<Row> table() {
    Builder t = new Builder();

    t.target(Target.TIMESTAMP, Reading.PLAIN);
    t.row(WEIR, "timestamp");
    t.row(ECS, "@timestamp");
    t.row("Fluent Bit, Docker", "time");
    t.row("Zap, Bunyan", "ts");
    t.row(COMMON, "datetime");
    t.row("Log4j, NLog", "Timestamp");
    t.row(SERILOG, "@t");
    t.row(OTLP, Reading.ZERO_IS_ABSENT, "timeUnixNano");
    t.row(OTLP, Reading.ZERO_IS_ABSENT, "time_unix_nano");
    t.row(JOURNAL, "__REALTIME_TIMESTAMP");
    t.row(FLUENT_BIT, "date");
    t.row("Log4j's JsonLayout", "timeMillis");
    t.row("Log4j's JsonLayout", "instant", "epochSecond");
    t.row(OTLP, Reading.ZERO_IS_ABSENT, "observedTimeUnixNano");
    t.row(OTLP, Reading.ZERO_IS_ABSENT, "observed_time_unix_nano");

    t.target(Target.SERVICE, Reading.PLAIN);
    t.row(WEIR, "service");
    t.row(ECS, "service", "name");
    t.row(COMMON, "service_name");
    t.row(COMMON, "serviceName");
    t.row("Log4j, NLog", "Service");
    t.row(OTLP, "resource", "attributes", "service.name");
    t.row("OTLP, flattened", "resource", "service.name");
    t.row("OTLP, flattened", "attributes", "service.name");
    t.row(COMMON, "app");
    t.row(COMMON, "application");
    t.row(COMMON, "app_name");
    t.row("syslog (RFC 5424)", "appname");
    t.row(KUBERNETES, "kubernetes", "labels", "app.kubernetes.io/name");
    t.row(KUBERNETES, "kubernetes", "labels", "app");
    t.row(KUBERNETES, "kubernetes", "labels", "k8s-app");
    t.row(KUBERNETES, "kubernetes", "container_name");
    t.row("Docker", "container_name");
    t.row(SYSLOG, "programname");
    t.row(SYSLOG, "program");
    t.row("Fluent Bit's syslog parser", "ident");
    t.row(JOURNAL, "SYSLOG_IDENTIFIER");

    t.target(Target.HOST, Reading.PLAIN);
    t.row(WEIR, "host");
    t.row(ECS, "host", "name");
    t.row(ECS, "host", "hostname");
    t.row(COMMON, "hostname");
    t.row(COMMON, "host_name");
    t.row("Log4j, NLog", "Host");
    t.row(OTLP, "resource", "attributes", "host.name");
    t.row("OTLP, flattened", "resource", "host.name");
    t.row("OTLP, flattened", "attributes", "host.name");
    t.row(KUBERNETES, "kubernetes", "host");
    t.row(OTLP, "resource", "attributes", "k8s.node.name");
    t.row(COMMON, "source_host");
    t.row(JOURNAL, "_HOSTNAME");

    t.target(Target.REGION, Reading.PLAIN);
    t.row(WEIR, "region");
    t.row(ECS, "cloud", "region");
    t.row(COMMON, "cloud_region");
    t.row(OTLP, "resource", "attributes", "cloud.region");
    t.row("OTLP, flattened", "resource", "cloud.region");
    t.row("OTLP, flattened", "attributes", "cloud.region");

    t.target(Target.LEVEL, Reading.WORD_OR_NUMBER);
    t.row("Weir, Bunyan, Pino, GELF", "level");
    t.row(ECS, "log", "level");
    t.row("rsyslog, Google Cloud", "severity");
    t.row(OTLP, "severityText");
    t.row(OTLP, "severity_text");
    t.row(COMMON, "lvl");
    t.row(COMMON, "loglevel");
    t.row(COMMON, "log_level");
    t.row("Python", "levelname");
    t.row("Log4j, NLog", "Level");
    t.row(SERILOG, "@l");
    t.row(OTLP, Reading.OTLP, "severityNumber");
    t.row(OTLP, Reading.OTLP, "severity_number");
    t.row("Python", Reading.PYTHON, "levelno");
    t.row(ECS, Reading.SYSLOG, "log", "syslog", "severity", "code");
    t.row(SYSLOG, Reading.SYSLOG, "syslog_severity");
    t.row(SYSLOG, Reading.SYSLOG, "syslogseverity");
    t.row("rsyslog", "syslogseverity-text");
    t.row(JOURNAL, Reading.SYSLOG, "PRIORITY");
    t.row("Fluent Bit's syslog parsers", Reading.SYSLOG_PRIORITY, "pri");

    t.target(Target.MESSAGE, Reading.PLAIN);
    t.row(WEIR, "message");
    t.row("Zap, Bunyan, Pino", "msg");
    t.row("Fluent Bit, Docker", Reading.LINE, "log");
    t.row(OTLP, "body");
    t.row(OTLP, "body", "stringValue");
    t.row("OTLP in Elasticsearch", "body", "text");
    t.row("Log4j, NLog", "Message");
    t.row(SERILOG, "RenderedMessage");
    t.row(SERILOG, "@m");
    t.row(SERILOG, "@mt");
    t.row("Google Cloud", "textPayload");
    t.row("Google Cloud", "jsonPayload", "message");
    t.row("GELF", "short_message");
    t.row(COMMON, "text");
    t.row(JOURNAL, "MESSAGE");

    t.target(Target.ID, Reading.PLAIN);
    t.row(WEIR, "id");
    t.row(COMMON, "event_id");
    t.row(OTLP, "attributes", "log.record.uid");
    return Collections.unmodifiableList(t.rows);
  }

  private static Node tree(List<Row> rows) {
    Node root = new Node();
    for (Row row : rows) {
      Node node = root;
      for (String key : row.path()) {
        node = node.obtainChild(key);
      }
      node.row = row;
      root.obtainChild(row.dottedPath()).row = row;
    }
    return root;
  }

  private static final class Builder {
    private final List<Row> rows = new ArrayList<>();
    private Target target;
    private Reading reading;
    private int rank;

    void target(Target of, Reading usual) {
      target = of;
      reading = usual;
      rank = 0;
    }

    void row(String producers, String... path) {
      row(producers, reading, path);
    }

    void row(String producers, Reading as, String... path) {
      rows.add(new Row(target, List.of(path), as, producers, rank++));
    }
  }
}
