package io.weir.harness.e2e.faults;

import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Figures are those of a scenario that has passed, to its last assertion. */
final class ScenarioEnd implements AfterTestExecutionCallback {
  @Override
  public void afterTestExecution(ExtensionContext context) {
    Scenario scenario = context.getRequiredTestMethod().getAnnotation(Scenario.class);
    if (context.getExecutionException().isEmpty()) {
      Figures.OF_THIS_RUN.passed(scenario);
    } else {
      Figures.OF_THIS_RUN.failed(scenario);
    }
  }
}
