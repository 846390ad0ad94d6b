package io.weir.operators.alerts;

import static java.util.Objects.requireNonNull;

import io.weir.model.alert.AlertGroup;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.state.BroadcastState;

/**
 * Keeps a task's rules as the controls say. All controls come from one task through one channel, so
 * every task sees the same ones in the same order; what differs is when.
 */
final class RuleBook {

  /** What a control changed. */
  static final class Changes {
    private final List<RuleEntry> begun;
    private final Map<AlertKey, RuleEntry> ended = new HashMap<>();
    private final boolean edited;

    private Changes(List<RuleEntry> begun, List<RuleEntry> ended, boolean edited) {
      this.begun = List.copyOf(begun);
      this.edited = edited;
      ended.forEach(entry -> this.ended.put(entry.key(AlertGroup.NONE), entry));
    }

    /** Returns rules that are new, or mean something new. */
    List<RuleEntry> begun() {
      return begun;
    }

    /** Returns rules as they were before they were deleted or made to mean something else. */
    Collection<RuleEntry> ended() {
      return ended.values();
    }

    /** Returns whether the control changed nothing. */
    boolean isEmpty() {
      return begun.isEmpty() && ended.isEmpty() && !edited;
    }

    /** Returns whether a key belongs to a rule that ended. */
    boolean ends(AlertKey key) {
      return ended(key.ruleId(), key.meaningVersion()) != null;
    }

    /** Returns a rule as it was before it ended; null if it did not. Asked for every group. */
    RuleEntry ended(String ruleId, long meaningVersion) {
      return ended.isEmpty()
          ? null
          : ended.get(new AlertKey(ruleId, meaningVersion, AlertGroup.NONE));
    }
  }

  private final BroadcastState<String, RuleEntry> rules;
  private final List<RuleEntry> begun = new ArrayList<>();
  private final List<RuleEntry> ended = new ArrayList<>();
  private boolean edited;

  private RuleBook(BroadcastState<String, RuleEntry> rules) {
    this.rules = requireNonNull(rules, "rules");
  }

  /** Applies a control to a task's rules. */
  static Changes apply(Control control, BroadcastState<String, RuleEntry> rules) throws Exception {
    RuleBook book = new RuleBook(rules);
    switch (control.kind()) {
      case SNAPSHOT -> book.replaceBy(control.rules());
      case UPDATE -> {
        for (RuleUpdate update : control.rules()) {
          book.update(update, true);
        }
      }
      case TICK -> {}
    }
    return new Changes(book.begun, book.ended, book.edited);
  }

  /** Returns whether a key's rule is in force and still means what it meant. */
  static boolean isCurrent(AlertKey key, RuleEntry entry) {
    return entry != null && entry.meaningVersion() == key.meaningVersion();
  }

  private void replaceBy(List<RuleUpdate> snapshot) throws Exception {
    Map<String, RuleEntry> before = new HashMap<>();
    for (Map.Entry<String, RuleEntry> entry : rules.entries()) {
      before.put(entry.getKey(), entry.getValue());
    }
    // Without rules in state nobody knows how long those of the snapshot have been counting.
    boolean countsFromZero = !before.isEmpty();
    Set<String> there = new HashSet<>();
    for (RuleUpdate update : snapshot) {
      there.add(update.id());
      update(update, countsFromZero);
    }
    before.forEach(
        (id, entry) -> {
          if (!there.contains(id)) {
            remove(id, entry);
          }
        });
  }

  private void update(RuleUpdate update, boolean countsFromZero) throws Exception {
    RuleEntry old = rules.get(update.id());
    if (update.rule() == null) {
      if (old != null) {
        remove(update.id(), old);
      }
      return;
    }
    if (old != null && old.version() == update.version() && old.rule().equals(update.rule())) {
      return;
    }
    if (old != null && RuleMeaning.same(old.rule(), update.rule())) {
      edited = true;
      // The log metrics job counts anew for each version of a rule.
      rules.put(
          update.id(),
          new RuleEntry(
              update.version(),
              old.meaningVersion(),
              old.countsFromZero() || countsFromZero,
              update.rule()));
      return;
    }
    if (old != null) {
      ended.add(old);
    }
    RuleEntry entry =
        new RuleEntry(update.version(), update.version(), countsFromZero, update.rule());
    rules.put(update.id(), entry);
    begun.removeIf(earlier -> earlier.rule().id().equals(update.id()));
    begun.add(entry);
  }

  private void remove(String id, RuleEntry old) {
    try {
      rules.remove(id);
    } catch (Exception e) {
      throw new IllegalStateException("cannot remove rule " + id, e);
    }
    begun.removeIf(earlier -> earlier.rule().id().equals(id));
    ended.add(old);
  }
}
