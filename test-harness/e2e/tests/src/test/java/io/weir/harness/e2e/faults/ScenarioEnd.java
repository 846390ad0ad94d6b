package io.weir.harness.e2e.faults;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Figures are those of a scenario that has passed, what is done before and after it included. */
final class ScenarioEnd implements AfterEachCallback {
  @Override
  public void afterEach(ExtensionContext context) {
    Scenario scenario = context.getRequiredTestMethod().getAnnotation(Scenario.class);
    if (context.getExecutionException().isEmpty()) {
      Figures.OF_THIS_RUN.passed(scenario);
    } else {
      Figures.OF_THIS_RUN.failed(scenario);
    }
  }
}
