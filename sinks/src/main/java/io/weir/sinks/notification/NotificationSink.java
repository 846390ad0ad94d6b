package io.weir.sinks.notification;

import static java.util.Objects.requireNonNull;

import io.weir.model.alert.AlertState;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Tells receivers the latest state of each alert until each of them knows it. Never blocks: a
 * receiver that is away holds up neither the job, nor its checkpoints, nor other receivers. What
 * must still be told, and who knows what, is state and survives a restart.
 *
 * <p>Everything is told at least once. A receiver is told a state again, outside of the settings'
 * repetitions, only when its answer did not come or was an error, when others in the same request
 * were refused, or when the job restarts from a checkpoint that is older than the answer.
 *
 * <p>Give it parallelism 1: one writer knows all alerts.
 */
public final class NotificationSink
    implements Sink<AlertState>, SupportsWriterState<AlertState, KeptAlert> {
  private static final long serialVersionUID = 1;

  private final Receiver.Factory receivers;
  private final NotificationSettings settings;

  /** Creates a sink. */
  public NotificationSink(Receiver.Factory receivers, NotificationSettings settings) {
    this.receivers = requireNonNull(receivers, "receivers");
    this.settings = requireNonNull(settings, "settings");
  }

  @Override
  public StatefulSinkWriter<AlertState, KeptAlert> createWriter(WriterInitContext context) {
    return restoreWriter(context, List.of());
  }

  @Override
  public StatefulSinkWriter<AlertState, KeptAlert> restoreWriter(
      WriterInitContext context, Collection<KeptAlert> states) {
    return new NotificationWriter(
        receivers.open(),
        settings,
        context.getProcessingTimeService(),
        context.getMailboxExecutor(),
        context.metricGroup(),
        states);
  }

  @Override
  public SimpleVersionedSerializer<KeptAlert> getWriterStateSerializer() {
    return new KeptAlertSerializer();
  }
}
