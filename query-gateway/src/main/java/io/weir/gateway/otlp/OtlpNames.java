package io.weir.gateway.otlp;

import io.weir.model.metric.MetricNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Names of OTLP's metrics and attributes by the rules of Prometheus, with its suffixes: {@code
 * http.server.request.duration} in {@code s} is {@code http_server_request_duration_seconds}, a sum
 * that only grows ends in {@code _total}. They are the names that Prometheus' own OTLP receiver
 * gives, so dashboards made for it fit.
 *
 * @see <a
 *     href="https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/">Prometheus
 *     and OpenMetrics Compatibility</a>
 */
final class OtlpNames {
  private static final String TOTAL = "total";
  private static final String RATIO = "ratio";
  private static final String RESERVED = "__";

  /** Units of UCUM that are spelled out. */
  private static final Map<String, String> UNITS =
      Map.ofEntries(
          Map.entry("d", "days"),
          Map.entry("h", "hours"),
          Map.entry("min", "minutes"),
          Map.entry("s", "seconds"),
          Map.entry("ms", "milliseconds"),
          Map.entry("us", "microseconds"),
          Map.entry("ns", "nanoseconds"),
          Map.entry("By", "bytes"),
          Map.entry("KiBy", "kibibytes"),
          Map.entry("MiBy", "mebibytes"),
          Map.entry("GiBy", "gibibytes"),
          Map.entry("TiBy", "tibibytes"),
          Map.entry("KBy", "kilobytes"),
          Map.entry("MBy", "megabytes"),
          Map.entry("GBy", "gigabytes"),
          Map.entry("TBy", "terabytes"),
          Map.entry("m", "meters"),
          Map.entry("V", "volts"),
          Map.entry("A", "amperes"),
          Map.entry("J", "joules"),
          Map.entry("W", "watts"),
          Map.entry("g", "grams"),
          Map.entry("Cel", "celsius"),
          Map.entry("Hz", "hertz"),
          Map.entry("%", "percent"));

  private static final Map<String, String> PER =
      Map.of(
          "s", "second", "m", "minute", "h", "hour", "d", "day", "w", "week", "mo", "month", "y",
          "year");

  private OtlpNames() {}

  /** What a metric is, as far as its name tells. */
  enum Kind {
    /** A sum that only grows. */
    COUNTER,
    GAUGE,
    /** A histogram or summary, whose series have suffixes of their own. */
    OTHER
  }

  /** Returns the name, null if there is none; see {@link MetricNames#normalizeMetric}. */
  static String metric(String name, String unit, Kind kind) {
    if (name.length() > MetricNames.MAX_LENGTH) {
      return null;
    }
    List<String> tokens = tokens(name);
    int slash = unit.indexOf('/');
    addUnit(tokens, spelled(slash < 0 ? unit : unit.substring(0, slash), UNITS));
    if (slash >= 0) {
      String per = spelled(unit.substring(slash + 1), PER);
      if (!per.isEmpty() && !tokens.contains(per)) {
        tokens.add("per");
        tokens.add(per);
      }
    }
    if (kind == Kind.COUNTER) {
      tokens.removeIf(TOTAL::equals);
      tokens.add(TOTAL);
    } else if (kind == Kind.GAUGE && unit.strip().equals("1")) {
      tokens.removeIf(RATIO::equals);
      tokens.add(RATIO);
    }
    return MetricNames.normalizeMetric(String.join("_", tokens));
  }

  /** Returns the name of a tag, null if there is none. */
  static String tag(String key) {
    String safe = key.startsWith(RESERVED) ? "key" + key : key;
    return MetricNames.normalizeTag(safe);
  }

  private static List<String> tokens(String name) {
    List<String> tokens = new ArrayList<>();
    for (String token : name.split("[^\\p{Alnum}:]+", -1)) {
      if (!token.isEmpty()) {
        tokens.add(token);
      }
    }
    return tokens;
  }

  private static void addUnit(List<String> tokens, String unit) {
    if (!unit.isEmpty() && !tokens.contains(unit)) {
      tokens.add(unit);
    }
  }

  /** Annotations such as {@code {request}} are no units, and neither is 1. */
  private static String spelled(String unit, Map<String, String> words) {
    String plain = unit.strip();
    if (plain.isEmpty() || plain.indexOf('{') >= 0 || plain.equals("1")) {
      return "";
    }
    String known = words.get(plain);
    return known != null ? known : String.join("_", tokens(plain)).toLowerCase(Locale.ROOT);
  }
}
