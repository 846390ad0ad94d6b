package io.weir.harness.stack;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The state of every component, in the order in which they were first named. Thread-safe. */
public final class StatusBoard {
  private final Map<String, ComponentStatus> components = new LinkedHashMap<>();
  private final List<Consumer<ComponentStatus>> listeners = new CopyOnWriteArrayList<>();

  /** Names components in the order in which they are shown. */
  public StatusBoard(List<String> names) {
    names.forEach(name -> components.put(name, new ComponentStatus(name, Phase.WAITING, "")));
  }

  /** Is called for each change, in order, while the board is locked: must be quick. */
  public void onChange(Consumer<ComponentStatus> listener) {
    listeners.add(listener);
  }

  synchronized void set(String name, Phase phase, String detail) {
    ComponentStatus status = new ComponentStatus(name, phase, detail);
    if (!status.equals(components.put(name, status))) {
      listeners.forEach(listener -> listener.accept(status));
    }
  }

  synchronized Phase phase(String name) {
    return components.get(name).phase();
  }

  public synchronized List<ComponentStatus> snapshot() {
    return List.copyOf(components.values());
  }
}
