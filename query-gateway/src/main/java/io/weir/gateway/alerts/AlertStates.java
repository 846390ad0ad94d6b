package io.weir.gateway.alerts;

import io.weir.model.alert.AlertState;
import java.util.List;

/** Port to what the alerts job says about its alerts. */
public interface AlertStates {

  /** Returns the state of each group of a rule, in order of the groups. */
  List<AlertState> of(String alertId);

  /** Returns the state of every alert. */
  List<AlertState> all();
}
