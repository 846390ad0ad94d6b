package io.weir.sinks.notification;

import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The latest state of each alert that one receiver must know: not a queue. However long the
 * receiver is away, it is then told once how things stand. Pending alerts are nobody's business.
 * Used by one thread.
 */
final class LatestAlerts {
  private final NotificationSettings settings;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /** What is known of one alert. */
  private static final class Entry {
    private AlertState state;
    private boolean known;
    private long toldMillis;
    private long changedMillis;
  }

  LatestAlerts(NotificationSettings settings) {
    this.settings = settings;
  }

  /** Takes the latest state of an alert. */
  void put(AlertState state, long nowMillis) {
    String key = state.key();
    switch (state.status()) {
      case FIRING -> {
        Entry entry = entries.get(key);
        boolean goesOn = entry != null && isFiring(entry) && sameStart(entry.state, state);
        if (goesOn && !entry.state.labels().equals(state.labels())) {
          // Its labels are its identity: under the old ones it is over.
          change(key + "#" + entry.state.labels(), resolved(entry.state, state), nowMillis);
          goesOn = false;
        }
        if (goesOn) {
          entry.state = state;
        } else {
          change(key, state, nowMillis);
        }
      }
      case RESOLVED -> change(key, state, nowMillis);
      case PENDING -> {}
      case INACTIVE -> {
        Entry entry = entries.get(key);
        if (entry != null && isFiring(entry)) {
          change(key, resolved(entry.state, state), nowMillis);
        }
      }
    }
  }

  /** Returns what the receiver must be told now, at most a batch. */
  List<AlertState> due(long nowMillis) {
    List<AlertState> due = new ArrayList<>();
    entries
        .values()
        .removeIf(
            entry ->
                !isFiring(entry)
                    && nowMillis - entry.changedMillis > settings.keepResolved().toMillis());
    Duration resend = settings.resendEvery();
    for (Entry entry : entries.values()) {
      boolean again =
          resend != null && isFiring(entry) && nowMillis - entry.toldMillis >= resend.toMillis();
      if ((!entry.known || again) && due.size() < settings.batch()) {
        due.add(entry.state);
        entry.toldMillis = nowMillis;
      }
    }
    return due;
  }

  /** Takes note that the receiver knows these states, which {@link #due} returned. */
  void told(Collection<AlertState> states) {
    // The very objects: what has changed meanwhile is not known.
    Set<AlertState> told = Collections.newSetFromMap(new IdentityHashMap<>());
    told.addAll(states);
    Iterator<Entry> all = entries.values().iterator();
    while (all.hasNext()) {
      Entry entry = all.next();
      if (told.contains(entry.state)) {
        entry.known = true;
        if (!isFiring(entry)) {
          all.remove();
        }
      }
    }
  }

  /** Takes note that the receiver could not be told: it is to hear of them as soon as it can. */
  void notTold(Collection<AlertState> states) {
    Set<AlertState> notTold = Collections.newSetFromMap(new IdentityHashMap<>());
    notTold.addAll(states);
    for (Entry entry : entries.values()) {
      if (notTold.contains(entry.state)) {
        entry.toldMillis = 0;
      }
    }
  }

  /** Returns what must survive a restart: after it, nothing counts as known. */
  List<AlertState> states() {
    return entries.values().stream().map(entry -> entry.state).toList();
  }

  int size() {
    return entries.size();
  }

  /** Returns how many states the receiver does not know yet. */
  int unknown() {
    return (int) entries.values().stream().filter(entry -> !entry.known).count();
  }

  private void change(String key, AlertState state, long nowMillis) {
    Entry entry = new Entry();
    entry.state = state;
    entry.changedMillis = nowMillis;
    entries.put(key, entry);
  }

  private static boolean isFiring(Entry entry) {
    return entry.state.status() == AlertStatus.FIRING;
  }

  private static boolean sameStart(AlertState a, AlertState b) {
    return a.startsAtMillis() != null && a.startsAtMillis().equals(b.startsAtMillis());
  }

  private static AlertState resolved(AlertState firing, AlertState later) {
    return new AlertState(
        firing.alertId(),
        firing.ruleVersion(),
        firing.group(),
        AlertStatus.RESOLVED,
        firing.value(),
        firing.sinceMillis(),
        firing.startsAtMillis(),
        later.updatedAtMillis(),
        later.updatedAtMillis(),
        firing.severity(),
        firing.labels(),
        firing.annotations());
  }
}
