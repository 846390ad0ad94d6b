package io.weir.sinks.notification;

import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertStatus;
import io.weir.sinks.notification.NotificationSettings.History;
import io.weir.sinks.notification.NotificationSettings.Identity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The latest state of each alert that one receiver must know: not a queue. However long the
 * receiver is away, it is then told once how things stand. Pending alerts are nobody's business.
 * Used by one thread.
 *
 * <p>Where labels are an alert's identity, an alert whose labels change is over under the old ones,
 * whatever becomes of it: each of its identities has an entry of its own until its end is known.
 */
final class LatestAlerts {
  private static final long NEVER = Long.MIN_VALUE / 2;

  private final NotificationSettings settings;

  /** By the alert's key, then by its identity. */
  private final Map<String, Map<Map<String, String>, Entry>> alerts = new LinkedHashMap<>();

  /** When a state came last that was decided long after its time. */
  private long lastBehindMillis = NEVER;

  /** What is known of one alert under one identity. */
  private static final class Entry {
    private AlertState state;

    /** What was handed out to be told, since the last change. */
    private AlertState underWay;

    private boolean known;
    private boolean behind;
    private long toldMillis = NEVER;
    private final long changedMillis;
    private final long untoldSinceMillis;

    Entry(AlertState state, long changedMillis, long untoldSinceMillis) {
      this.state = state;
      this.changedMillis = changedMillis;
      this.untoldSinceMillis = untoldSinceMillis;
    }

    boolean isFiring() {
      return state.status() == AlertStatus.FIRING;
    }
  }

  LatestAlerts(NotificationSettings settings) {
    this.settings = settings;
  }

  /** Takes the latest state of an alert. */
  void put(AlertState state, long nowMillis) {
    switch (state.status()) {
      case FIRING -> {
        endOthers(state, nowMillis);
        Entry entry = find(state);
        if (entry != null && entry.isFiring() && sameStart(entry.state, state)) {
          entry.state = state;
          entry.behind = isBehind(state, nowMillis);
        } else {
          change(state, nowMillis);
        }
      }
      case RESOLVED -> {
        boolean ended = endOthers(state, nowMillis);
        Entry entry = find(state);
        // Ended under the labels that it fired with, it never was under the new ones.
        if (!ended || (entry != null && entry.isFiring())) {
          change(state, nowMillis);
        }
      }
      case PENDING -> {}
      case INACTIVE -> {
        endOthers(state, nowMillis);
        Entry entry = find(state);
        if (entry != null && entry.isFiring()) {
          change(resolved(entry.state, state), nowMillis);
        }
      }
    }
  }

  /**
   * Takes what was kept over a restart: as it was, so that one entry cannot be taken for news about
   * another.
   *
   * @param known whether the receiver knew it
   */
  void restore(AlertState state, boolean known, long nowMillis) {
    boolean over = known && state.status() != AlertStatus.FIRING;
    Entry other = find(state);
    if (over || (other != null && isNewer(other.state, state))) {
      return;
    }
    entryFor(state, nowMillis).known = known;
  }

  /** Lets everything be told at once, since nothing more comes. */
  void holdNothingBack() {
    lastBehindMillis = NEVER;
  }

  /** Returns what the receiver must be told now, at most a batch. */
  List<AlertState> due(long nowMillis) {
    forget(nowMillis);
    List<AlertState> due = new ArrayList<>();
    Duration resend = settings.resendEvery();
    each(
        (key, entry) -> {
          boolean again =
              resend != null
                  && entry.isFiring()
                  && nowMillis - entry.toldMillis >= resend.toMillis();
          boolean news = !entry.known && !isHeldBack(entry, nowMillis);
          if ((news || again) && due.size() < settings.batch()) {
            due.add(entry.state);
            entry.underWay = entry.state;
            entry.toldMillis = nowMillis;
          }
        });
    return due;
  }

  /** Takes note that the receiver knows these states, which {@link #due} returned. */
  void told(Collection<AlertState> states) {
    Set<AlertState> told = theVery(states);
    alerts
        .values()
        .forEach(
            entries ->
                entries
                    .values()
                    .removeIf(
                        entry -> {
                          boolean known = told.contains(entry.underWay);
                          // A newer value of the same alert is no news.
                          entry.known |= known;
                          return known && !entry.isFiring();
                        }));
    alerts.values().removeIf(Map::isEmpty);
  }

  /** Takes note that the receiver could not be told: it is to hear of them as soon as it can. */
  void notTold(Collection<AlertState> states) {
    Set<AlertState> notTold = theVery(states);
    each(
        (key, entry) -> {
          if (notTold.contains(entry.underWay)) {
            entry.toldMillis = NEVER;
          }
        });
  }

  /** Gives every entry's latest state and whether the receiver knows it: what a restart needs. */
  void keep(BiConsumer<AlertState, Boolean> kept) {
    each((key, entry) -> kept.accept(entry.state, entry.known));
  }

  int size() {
    return alerts.values().stream().mapToInt(Map::size).sum();
  }

  /** Returns how many states the receiver does not know yet. */
  int unknown() {
    return (int)
        alerts.values().stream()
            .flatMap(entries -> entries.values().stream())
            .filter(entry -> !entry.known)
            .count();
  }

  private void forget(long nowMillis) {
    long keepMillis = settings.keepResolved().toMillis();
    alerts
        .values()
        .forEach(
            entries ->
                entries
                    .values()
                    .removeIf(
                        entry ->
                            !entry.isFiring() && nowMillis - entry.changedMillis > keepMillis));
    alerts.values().removeIf(Map::isEmpty);
  }

  /** Ends an alert under all identities but the one that a state has; returns whether it did. */
  private boolean endOthers(AlertState state, long nowMillis) {
    List<AlertState> ended = new ArrayList<>();
    alerts
        .getOrDefault(state.key(), Map.of())
        .forEach(
            (identity, entry) -> {
              if (entry.isFiring() && !identity.equals(identity(state))) {
                ended.add(resolved(entry.state, state));
              }
            });
    ended.forEach(end -> change(end, nowMillis));
    return !ended.isEmpty();
  }

  private void change(AlertState state, long nowMillis) {
    entryFor(state, nowMillis);
  }

  private Entry entryFor(AlertState state, long nowMillis) {
    Entry before = find(state);
    Entry entry =
        new Entry(
            state,
            nowMillis,
            before == null || before.known ? nowMillis : before.untoldSinceMillis);
    entry.behind = isBehind(state, nowMillis);
    alerts.computeIfAbsent(state.key(), key -> new LinkedHashMap<>()).put(identity(state), entry);
    return entry;
  }

  private boolean isBehind(AlertState state, long nowMillis) {
    boolean behind =
        settings
            .heldBack()
            .filter(history -> nowMillis - state.updatedAtMillis() > history.behind().toMillis())
            .isPresent();
    if (behind) {
      lastBehindMillis = nowMillis;
    }
    return behind;
  }

  private boolean isHeldBack(Entry entry, long nowMillis) {
    if (!entry.behind) {
      return false;
    }
    History history = settings.history();
    return nowMillis - lastBehindMillis < history.settle().toMillis()
        && nowMillis - entry.untoldSinceMillis < history.longest().toMillis();
  }

  private Entry find(AlertState state) {
    return alerts.getOrDefault(state.key(), Map.of()).get(identity(state));
  }

  private Map<String, String> identity(AlertState state) {
    return settings.identity() == Identity.LABELS ? state.labels() : Map.of();
  }

  private void each(BiConsumer<String, Entry> consumer) {
    alerts.forEach((key, entries) -> entries.values().forEach(e -> consumer.accept(key, e)));
  }

  /** By reference: what has changed meanwhile is another object. */
  private static Set<AlertState> theVery(Collection<AlertState> states) {
    Set<AlertState> set = Collections.newSetFromMap(new IdentityHashMap<>());
    set.addAll(states);
    return set;
  }

  private static boolean isNewer(AlertState a, AlertState b) {
    return a.updatedAtMillis() != b.updatedAtMillis()
        ? a.updatedAtMillis() > b.updatedAtMillis()
        : a.status() == AlertStatus.FIRING;
  }

  private static boolean sameStart(AlertState a, AlertState b) {
    return a.startsAtMillis() != null && a.startsAtMillis().equals(b.startsAtMillis());
  }

  private static AlertState resolved(AlertState firing, AlertState later) {
    Long ends = later.endsAtMillis();
    return new AlertState(
        firing.alertId(),
        firing.ruleVersion(),
        firing.group(),
        AlertStatus.RESOLVED,
        firing.value(),
        firing.sinceMillis(),
        firing.startsAtMillis(),
        ends == null ? (Long) later.updatedAtMillis() : ends,
        later.updatedAtMillis(),
        firing.severity(),
        firing.labels(),
        firing.annotations());
  }
}
