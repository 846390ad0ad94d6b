package io.weir.sinks.pushgateway;

import static java.util.Objects.requireNonNull;

import io.prometheus.metrics.exporter.pushgateway.Format;
import io.prometheus.metrics.exporter.pushgateway.PushGateway;
import io.prometheus.metrics.exporter.pushgateway.Scheme;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Tells a Pushgateway how short-lived runs end: a program that ends cannot be scraped. There is one
 * group for each kind of run, {@code job="weir_run", run="..."}, with
 *
 * <ul>
 *   <li>{@code weir_run_success}: 1 if the last run succeeded, 0 if it failed;
 *   <li>{@code weir_run_ended_timestamp_seconds}: when the last run ended;
 *   <li>{@code weir_run_last_success_timestamp_seconds}: when the last run that succeeded ended,
 *       which a later failure leaves alone;
 *   <li>{@code weir_run_duration_seconds}: how long the last run took;
 *   <li>{@code weir_run_items{item="..."}}: what it counted;
 *   <li>{@code weir_run_ratio{of="..."}}: shares that it found, between 0 and 1.
 * </ul>
 *
 * <p>A run supersedes the one before it: its values take the place of all of the group. A
 * Pushgateway forgets nothing by itself, so whoever ends for good with its runs {@linkplain #forget
 * deletes} their groups.
 *
 * <p>A report never decides how a run ends: one that cannot be made is a warning. Without the
 * address of a Pushgateway nothing is reported.
 */
public final class RunReporter {
  /** Value of the label {@code job} of all runs. */
  public static final String JOB = "weir_run";

  private static final String RUN = "run";
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(10);

  private final Optional<URI> pushgateway;
  private final Clock clock;
  private final Consumer<String> warnings;

  /**
   * Creates a reporter.
   *
   * @param pushgateway address without a path; empty to report nothing
   * @param clock says when runs begin and end
   * @param warnings takes what could not be reported, and why
   * @throws IllegalArgumentException if the address is not one of http or https, or has a path
   */
  public RunReporter(Optional<URI> pushgateway, Clock clock, Consumer<String> warnings) {
    this.pushgateway = requireNonNull(pushgateway, "pushgateway");
    this.clock = requireNonNull(clock, "clock");
    this.warnings = requireNonNull(warnings, "warnings");
    pushgateway.ifPresent(RunReporter::checked);
  }

  /**
   * Returns the address.
   *
   * @throws IllegalArgumentException if it is not one of http or https, or has a path
   */
  public static URI checked(URI address) {
    boolean http = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
    String path = address.getPath();
    if (!http || address.getAuthority() == null || !(path.isEmpty() || path.equals("/"))) {
      throw new IllegalArgumentException(
          "'" + address + "' is no address of a Pushgateway such as http://127.0.0.1:9091");
    }
    return address;
  }

  /** Begins a run of a kind. */
  public Run begin(String kind) {
    return new Run(kind, clock.instant());
  }

  /** Deletes the group of a kind of run. */
  public void forget(String kind) {
    attempt("the group of " + kind + " is not deleted from", group(kind, PushGateway::delete));
  }

  /** A run that has begun. */
  public final class Run {
    private final String kind;
    private final Instant began;

    private Run(String kind, Instant began) {
      this.kind = requireNonNull(kind, "kind");
      this.began = began;
    }

    /** Reports that the run has done what it should. */
    public void succeeded(Map<String, Long> counts) {
      succeeded(counts, Map.of());
    }

    /** Reports that the run has done what it should, and the shares that it found. */
    public void succeeded(Map<String, Long> counts, Map<String, Double> ratios) {
      // Takes the place of all that was there.
      report(group(kind, push -> push.push(() -> snapshots(true, counts, ratios))));
    }

    /** Reports that it has not; when one last did is kept. */
    public void failed() {
      report(group(kind, push -> push.pushAdd(() -> snapshots(false, Map.of(), Map.of()))));
    }

    private void report(Attempt attempt) {
      attempt("the outcome of " + kind + " is not reported to", attempt);
    }

    private MetricSnapshots snapshots(
        boolean success, Map<String, Long> counts, Map<String, Double> ratios) {
      Instant now = clock.instant();
      MetricSnapshots.Builder snapshots =
          MetricSnapshots.builder()
              .metricSnapshot(gauge("success", "1: the last run succeeded.", success ? 1 : 0))
              .metricSnapshot(
                  gauge("ended_timestamp_seconds", "When the last run ended.", seconds(now)))
              .metricSnapshot(
                  gauge(
                      "duration_seconds",
                      "How long the last run took.",
                      Duration.between(began, now).toMillis() / 1e3));
      if (success) {
        snapshots.metricSnapshot(
            gauge(
                "last_success_timestamp_seconds",
                "When the last run that succeeded ended.",
                seconds(now)));
      }
      if (!counts.isEmpty()) {
        snapshots.metricSnapshot(labelled("items", "What the last run counted.", "item", counts));
      }
      if (!ratios.isEmpty()) {
        snapshots.metricSnapshot(
            labelled("ratio", "Shares that the last run found.", "of", ratios));
      }
      return snapshots.build();
    }
  }

  private static double seconds(Instant time) {
    return time.toEpochMilli() / 1e3;
  }

  private static GaugeSnapshot gauge(String name, String help, double value) {
    return GaugeSnapshot.builder()
        .name("weir_run_" + name)
        .help(help)
        .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
        .build();
  }

  private static GaugeSnapshot labelled(
      String name, String help, String label, Map<String, ? extends Number> values) {
    GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name("weir_run_" + name).help(help);
    new TreeMap<>(values)
        .forEach(
            (of, value) ->
                gauge.dataPoint(
                    GaugeDataPointSnapshot.builder()
                        .labels(Labels.of(label, of))
                        .value(value.doubleValue())
                        .build()));
    return gauge.build();
  }

  private interface Call {
    void of(PushGateway push) throws IOException;
  }

  private interface Attempt {
    void at(URI address) throws IOException;
  }

  private static Attempt group(String kind, Call call) {
    return address ->
        call.of(
            PushGateway.builder()
                .address(address.getAuthority())
                .scheme(address.getScheme().equals("https") ? Scheme.HTTPS : Scheme.HTTP)
                .format(Format.PROMETHEUS_TEXT)
                .job(JOB)
                .groupingKey(RUN, kind)
                .connectionTimeout(CONNECT_TIMEOUT)
                .readTimeout(READ_TIMEOUT)
                .build());
  }

  private void attempt(String about, Attempt attempt) {
    if (pushgateway.isEmpty()) {
      return;
    }
    try {
      attempt.at(pushgateway.get());
    } catch (IOException | RuntimeException e) {
      warnings.accept(about + " the Pushgateway at " + pushgateway.get() + ": " + e.getMessage());
    }
  }
}
