package io.weir.jobs.bench;

import io.weir.model.alert.AlertRule.Severity;
import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertStatus;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.core.io.InputStatus;

/**
 * The states of alerts that all fire and go on firing, one of each for every evaluation, as fast as
 * they are taken. Starts when {@link #release} is called; all in one JVM, by one reader.
 */
final class FiringAlerts extends BenchSource<AlertState> {
  private static final long serialVersionUID = 1;
  private static final long EVERY_MILLIS = 30_000;
  private static final long START = 1_774_778_400_000L;

  private static volatile CompletableFuture<Void> released = new CompletableFuture<>();
  private static volatile boolean ready;

  private final int alerts;
  private final int evaluations;

  FiringAlerts(int alerts, int evaluations) {
    this.alerts = alerts;
    this.evaluations = evaluations;
    released = new CompletableFuture<>();
    ready = false;
  }

  /** Returns whether the reader, and so what takes its states, is there. */
  static boolean isReady() {
    return ready;
  }

  static void release() {
    released.complete(null);
  }

  @Override
  public SourceReader<AlertState, NoSplit> createReader(SourceReaderContext context) {
    return new Reader<>() {
      private int evaluation;
      private int alert;

      @Override
      public void start() {
        ready = true;
      }

      @Override
      public InputStatus pollNext(ReaderOutput<AlertState> out) {
        if (!released.isDone()) {
          return InputStatus.NOTHING_AVAILABLE;
        }
        if (evaluation == evaluations) {
          return InputStatus.END_OF_INPUT;
        }
        out.collect(state(alert, START + EVERY_MILLIS * evaluation));
        alert++;
        if (alert == alerts) {
          alert = 0;
          evaluation++;
        }
        return InputStatus.MORE_AVAILABLE;
      }

      @Override
      public CompletableFuture<Void> isAvailable() {
        return released;
      }
    };
  }

  private static AlertState state(int alert, long evaluatedMillis) {
    String host = "host-" + alert;
    return new AlertState(
        "load",
        1,
        Map.of("host", host),
        AlertStatus.FIRING,
        (double) (evaluatedMillis % 1_000),
        START,
        START,
        null,
        evaluatedMillis,
        Severity.CRITICAL,
        Map.of(
            "alertname", "load", "alert_id", "load", "host", host, "notification_channel", "ops"),
        Map.of("summary", "the load of " + host + " is high"));
  }

  @Override
  public TypeInformation<AlertState> getProducedType() {
    return TypeInformation.of(AlertState.class);
  }
}
