package io.weir.gateway.kafka;

import io.weir.gateway.alerts.AlertStates;
import io.weir.model.alert.AlertState;
import java.util.List;
import java.util.Objects;

/** The topic in which the alerts job keeps the state of each alert. Thread-safe. */
public final class KafkaAlertStates implements AlertStates {
  private final TopicTable<AlertState> table;

  public KafkaAlertStates(TopicTable<AlertState> table) {
    this.table = Objects.requireNonNull(table, "table");
  }

  @Override
  public List<AlertState> of(String alertId) {
    return table.all().stream()
        .map(TopicTable.Row::value)
        .filter(state -> state.alertId().equals(alertId))
        .toList();
  }

  @Override
  public List<Said> all() {
    return table.all().stream().map(row -> new Said(row.value(), row.writtenMillis())).toList();
  }
}
