package io.weir.jobs.options;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Everything that the redrive is told, checked.
 *
 * @param stores what the logs job is told, and where the redrive runs
 * @param redrive which dead letters
 */
public record RedriveJobOptions(AuditJobOptions stores, RedriveOptions redrive) {

  /** What it knows, in the order of the reference. */
  public static final List<OptionGroup> GROUPS;

  static {
    List<OptionGroup> groups = new ArrayList<>();
    groups.add(RedriveOptions.GROUP);
    groups.addAll(AuditJobOptions.GROUPS);
    GROUPS = List.copyOf(groups);
  }

  /**
   * Reads arguments and the file that they name.
   *
   * @param now what time it is
   * @throws InvalidOptionsException listing everything that is wrong
   */
  public static RedriveJobOptions parse(Instant now, String... args) {
    OptionValues values = OptionValues.read(args, GROUPS, AllOptions.GROUPS);
    RedriveOptions redrive = RedriveOptions.read(values, now);
    AuditOptions audit = AuditOptions.read(values, now);
    Optional<URI> unused = RunReportOptions.readPushgateway(values);
    return new RedriveJobOptions(new AuditJobOptions(LogsJobOptions.read(values), audit), redrive);
  }
}
