package io.weir.gateway.search;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/** Tells work in progress that nobody waits for its answer any more. Thread-safe. */
public final class Cancellation {
  private final List<Runnable> actions = new ArrayList<>();
  private boolean cancelled;

  /** Runs the registered actions, now or never again. */
  public void cancel() {
    List<Runnable> toRun;
    synchronized (this) {
      cancelled = true;
      toRun = List.copyOf(actions);
      actions.clear();
    }
    toRun.forEach(Runnable::run);
  }

  /** Registers what to do on cancellation; runs it at once if that has already happened. */
  public void onCancel(Runnable action) {
    synchronized (this) {
      if (!cancelled) {
        actions.add(action);
        return;
      }
    }
    action.run();
  }

  /** Forgets an action whose work is done. */
  public synchronized void forget(Runnable action) {
    actions.remove(action);
  }

  /** Throws CancellationException if nobody waits any more. */
  public synchronized void check() {
    if (cancelled) {
      throw new CancellationException("the client has gone");
    }
  }
}
