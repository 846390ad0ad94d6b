package io.weir.gateway.http;

import io.weir.gateway.alerts.AlertStates;
import io.weir.gateway.alerts.AlertTestService;
import io.weir.gateway.documents.DocumentService;
import io.weir.model.alert.AlertRule;
import io.weir.model.dashboard.Dashboard;
import java.util.Objects;

/** What the rules role offers. */
public record RulesServices(
    DocumentService<AlertRule> alerts,
    DocumentService<Dashboard> dashboards,
    AlertStates states,
    AlertTestService test,
    PipelineServices pipeline) {
  public RulesServices {
    Objects.requireNonNull(alerts, "alerts");
    Objects.requireNonNull(dashboards, "dashboards");
    Objects.requireNonNull(states, "states");
    Objects.requireNonNull(test, "test");
    Objects.requireNonNull(pipeline, "pipeline");
  }
}
