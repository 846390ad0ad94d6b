package io.weir.operators.counts;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What is counted, and how often it is told.
 *
 * @param extractions metrics made of log events
 * @param tellEvery how often changed counters are told, in processing time
 * @param tellAllEvery how often unchanged ones are, in time of their partition
 * @param forgetAfter a counter that did not change for so long is forgotten
 */
public record CountSettings(
    List<Extraction> extractions, Duration tellEvery, Duration tellAllEvery, Duration forgetAfter)
    implements Serializable {

  public CountSettings {
    extractions = new ArrayList<>(extractions); // of a class that Java serialization knows
    if (tellEvery.toMillis() < 1 || tellAllEvery.toMillis() < 1 || forgetAfter.toMillis() < 1) {
      throw new IllegalArgumentException("times must be longer than nothing");
    }
  }
}
