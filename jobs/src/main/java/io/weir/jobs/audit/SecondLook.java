package io.weir.jobs.audit;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks once more, later, when the archive seems to lack something. That the logs job has passed a
 * record is known when its checkpoint is complete; the file that the record is in becomes visible
 * after that, with compaction some checkpoints later. For records that Kafka took long ago, which a
 * job writes that catches up, nothing else keeps the two apart: a repair would write them a second
 * time.
 */
final class SecondLook {
  private static final Logger LOG = LoggerFactory.getLogger(SecondLook.class);

  /** Looks at what a plan says; the plan is the same each time. */
  @FunctionalInterface
  interface Look {
    AuditResult look() throws Exception;
  }

  /** Lets time pass. */
  @FunctionalInterface
  interface Pause {
    void pause(Duration length) throws Exception;
  }

  private SecondLook() {}

  /**
   * Returns what is found, the second time if the archive seems to lack something the first time.
   *
   * @param settle how long what a job has passed may be on its way
   */
  static AuditResult of(Look look, Duration settle, Pause pause) throws Exception {
    AuditResult found = look.look();
    long missing = found.sum().archive().missing().count();
    if (missing == 0 || settle.isZero()) {
      return found;
    }
    LOG.warn(
        "the archive seems to lack {} events; looking again in {} s, in case that they are on their"
            + " way",
        missing,
        settle.toSeconds());
    pause.pause(settle);
    return look.look();
  }
}
