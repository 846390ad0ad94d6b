package io.weir.gateway.alerts;

import io.weir.model.alert.AlertState;
import java.util.List;

/** Port to what the alerts job says about its alerts. */
public interface AlertStates {

  /**
   * What was said last of one alert.
   *
   * @param writtenMillis when it was said, by the clock of whoever said it
   */
  record Said(AlertState state, long writtenMillis) {}

  /** Returns the state of each group of a rule, in order of the groups. */
  List<AlertState> of(String alertId);

  /** Returns what was said last of every alert. */
  List<Said> all();
}
