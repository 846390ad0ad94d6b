package io.weir.harness.e2e.faults;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that breaks something and then asks what became of every event. What it says here stands
 * in {@code docs/reliability.md}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@ExtendWith(ScenarioEnd.class)
@interface Scenario {
  /** Short and of lower-case letters, digits and hyphens: name of the topic and of the figures. */
  String id();

  /** What is broken. */
  String broken();

  /** What correct means, on top of: every event once in each store, unaltered. */
  String correct();
}
