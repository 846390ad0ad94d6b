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
 * must still be told is state and survives a restart, after which everything is told again, which
 * changes nothing for a receiver that knew.
 *
 * <p>Give it parallelism 1: one writer knows all alerts.
 */
public final class NotificationSink
    implements Sink<AlertState>, SupportsWriterState<AlertState, AlertState> {
  private static final long serialVersionUID = 1;

  private final Receiver.Factory receivers;
  private final NotificationSettings settings;

  /** Creates a sink. */
  public NotificationSink(Receiver.Factory receivers, NotificationSettings settings) {
    this.receivers = requireNonNull(receivers, "receivers");
    this.settings = requireNonNull(settings, "settings");
  }

  @Override
  public StatefulSinkWriter<AlertState, AlertState> createWriter(WriterInitContext context) {
    return restoreWriter(context, List.of());
  }

  @Override
  public StatefulSinkWriter<AlertState, AlertState> restoreWriter(
      WriterInitContext context, Collection<AlertState> states) {
    return new NotificationWriter(
        receivers.open(),
        settings,
        context.getProcessingTimeService(),
        context.getMailboxExecutor(),
        context.metricGroup(),
        states);
  }

  @Override
  public SimpleVersionedSerializer<AlertState> getWriterStateSerializer() {
    return new AlertStateSerializer();
  }
}
