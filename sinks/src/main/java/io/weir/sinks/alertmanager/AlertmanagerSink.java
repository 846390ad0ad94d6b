package io.weir.sinks.alertmanager;

import io.weir.model.alert.AlertState;
import io.weir.sinks.notification.HttpReceiver;
import io.weir.sinks.notification.NotificationSettings;
import io.weir.sinks.notification.NotificationSink;
import io.weir.sinks.notification.Receiver;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.connector.sink2.Sink;

/**
 * Tells every Alertmanager the latest state of each alert (see {@link NotificationSink}): firing
 * ones again and again, as Alertmanager wants it, and resolved ones until it knows. Alerts that it
 * finds invalid ({@code 400}) are told apart from the others, counted and named in the log. The job
 * fails when the certificate of an Alertmanager is not to be trusted.
 */
public final class AlertmanagerSink {
  /** How often a firing alert is told again where nothing else is said. */
  public static final Duration DEFAULT_RESEND = Duration.ofMinutes(1);

  /** How far away the end of a firing alert is where nothing else is said. */
  public static final Duration DEFAULT_ENDS_AFTER = Duration.ofMinutes(10);

  private AlertmanagerSink() {}

  /**
   * Returns a sink.
   *
   * @param connection where Alertmanagers are
   * @param resendEvery how often a firing alert is told again
   * @param endsAfter how long an Alertmanager that hears nothing more takes an alert to be firing:
   *     longer than a restart of the job takes, and than {@code resendEvery}
   * @param gatewayUrl where people find the gateway, or null for alerts without links
   * @throws IllegalArgumentException if an alert would end between two repetitions
   */
  public static Sink<AlertState> to(
      AlertmanagerConnection connection,
      Duration resendEvery,
      Duration endsAfter,
      String gatewayUrl) {
    if (endsAfter.compareTo(resendEvery.multipliedBy(2)) < 0) {
      throw new IllegalArgumentException(
          "Alertmanager: alerts end after "
              + endsAfter
              + ", which must be at least twice as long as the "
              + resendEvery
              + " between repetitions");
    }
    return new NotificationSink(
        new Receivers(connection, endsAfter, gatewayUrl),
        NotificationSettings.repeating(resendEvery));
  }

  /** One receiver for each Alertmanager. */
  private record Receivers(AlertmanagerConnection connection, Duration endsAfter, String gatewayUrl)
      implements Receiver.Factory {
    private static final long serialVersionUID = 1;

    @Override
    public List<Receiver> open() {
      AlertmanagerAlerts alerts = new AlertmanagerAlerts(endsAfter, gatewayUrl, Clock.systemUTC());
      return connection.urls().stream()
          .<Receiver>map(
              url ->
                  new HttpReceiver(
                      connection.address(url),
                      connection.open(),
                      connection.authorization(),
                      alerts::encode))
          .toList();
    }
  }
}
