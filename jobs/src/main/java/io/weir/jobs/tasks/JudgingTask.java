package io.weir.jobs.tasks;

import java.io.PrintStream;
import java.util.Map;

/** A task that looks at something and says whether it is as it should be. */
public interface JudgingTask extends Task {

  /**
   * What it found.
   *
   * @param good whether everything is as it should be
   * @param counts what it counted
   * @param ratios shares that it found, between 0 and 1
   */
  record Verdict(boolean good, Map<String, Long> counts, Map<String, Double> ratios) {
    public Verdict {
      counts = Map.copyOf(counts);
      ratios = Map.copyOf(ratios);
    }
  }

  /** Does it; as {@link #run}, and says whether things are as they should be. */
  Verdict judge(String[] args, PrintStream out) throws Exception;

  @Override
  default Map<String, Long> run(String[] args, PrintStream out) throws Exception {
    return judge(args, out).counts();
  }
}
