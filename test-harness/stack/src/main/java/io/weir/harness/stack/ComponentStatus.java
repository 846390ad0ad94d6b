package io.weir.harness.stack;

import java.util.Objects;

/**
 * What is shown of one component.
 *
 * @param name process or job
 * @param phase where it stands
 * @param detail an address, what it waits for, or why it failed; one line, may be empty
 */
public record ComponentStatus(String name, Phase phase, String detail) {
  public ComponentStatus {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(phase, "phase");
    Objects.requireNonNull(detail, "detail");
  }
}
