package io.weir.jobs.options;

import java.util.List;
import java.util.stream.Stream;

/** Every option of every program in this module: what may stand in a file that they share. */
public final class AllOptions {
  /** The groups in the order of the reference. */
  public static final List<OptionGroup> GROUPS =
      Stream.concat(
              LogsJobOptions.GROUPS.stream(),
              Stream.of(
                  MetricsJobOptions.GROUP,
                  LogMetricsJobOptions.GROUP,
                  RemoteWriteOptions.GROUP,
                  AlertsJobOptions.GROUP,
                  AlertmanagerOptions.GROUP,
                  WebhookOptions.GROUP,
                  TemplateOptions.GROUP,
                  ExpiryOptions.GROUP,
                  TopicOptions.GROUP,
                  ChannelOptions.GROUP,
                  AuditOptions.GROUP,
                  RedriveOptions.GROUP,
                  PurgeOptions.GROUP,
                  RunReportOptions.GROUP))
          .toList();

  private AllOptions() {}
}
