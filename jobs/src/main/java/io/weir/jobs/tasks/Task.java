package io.weir.jobs.tasks;

import io.weir.jobs.options.OptionGroup;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/** Something an operator of Weir runs once: reads its options, does it, says what it did, ends. */
public interface Task {

  /** Returns the name under which it is run. */
  String name();

  /** Returns what it does, in one or two sentences. */
  String summary();

  /** Returns the options it has. */
  List<OptionGroup> options();

  /**
   * Does it. Doing it again changes nothing.
   *
   * @param args {@code --key value ...}, {@code --config FILE}
   * @param out where it says what it did
   * @return what it counted, for its report
   * @throws io.weir.jobs.options.InvalidOptionsException listing every wrong option
   * @throws Exception if it could not be done; the message says what and why
   */
  Map<String, Long> run(String[] args, PrintStream out) throws Exception;
}
