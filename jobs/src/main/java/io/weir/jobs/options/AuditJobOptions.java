package io.weir.jobs.options;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Everything that the audit and the repair are told, checked.
 *
 * @param logs what the logs job is told, which says what the stores should have
 * @param audit which hours, and where it runs
 */
public record AuditJobOptions(LogsJobOptions logs, AuditOptions audit) {

  /** What they know, in the order of the reference. */
  public static final List<OptionGroup> GROUPS;

  static {
    List<OptionGroup> groups = new ArrayList<>();
    groups.add(AuditOptions.GROUP);
    groups.addAll(LogsJobOptions.GROUPS);
    groups.add(RunReportOptions.GROUP);
    GROUPS = List.copyOf(groups);
  }

  /**
   * Reads arguments and the file that they name.
   *
   * @param now what time it is
   * @throws InvalidOptionsException listing everything that is wrong
   */
  public static AuditJobOptions parse(Instant now, String... args) {
    OptionValues values = OptionValues.read(args, GROUPS, AllOptions.GROUPS);
    AuditOptions audit = AuditOptions.read(values, now);
    Optional<URI> unused = RunReportOptions.readPushgateway(values);
    return new AuditJobOptions(LogsJobOptions.read(values), audit);
  }
}
