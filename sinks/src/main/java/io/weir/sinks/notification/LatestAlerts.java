package io.weir.sinks.notification;

import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertStatus;
import io.weir.sinks.notification.NotificationSettings.History;
import io.weir.sinks.notification.NotificationSettings.Identity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;

/**
 * The latest state of each alert that one receiver must know: not a queue. However long the
 * receiver is away, it is then told once how things stand. Pending alerts are nobody's business.
 * Used by one thread.
 *
 * <p>Where labels are an alert's identity, an alert whose labels change is over under the old ones,
 * whatever becomes of it: each of its identities has an entry of its own until its end is known.
 *
 * <p>Every firing alert comes again with each evaluation, so nothing here that is done for one
 * state looks at all alerts: what must be told, and when, is kept in order.
 */
final class LatestAlerts {
  private static final long NEVER = Long.MIN_VALUE / 2;

  /** Entries in the order in which they are to be told. */
  static final Comparator<Entry> BY_TURN =
      Comparator.<Entry>comparingLong(entry -> entry.dueMillis)
          .thenComparingLong(entry -> entry.number);

  private final NotificationSettings settings;

  /** By the alert's key, then by its identity. */
  private final Map<String, Map<Map<String, String>, Entry>> alerts;

  /** Whatever is to be told, now or later. */
  private final NavigableSet<Entry> turns;

  /** What is over and not known to be, in the order in which it ended. */
  private final Set<Entry> ended = new LinkedHashSet<>();

  /** What was handed out to be told and is not answered; by reference, since equals may come. */
  private final Map<AlertState, Entry> underWay = new IdentityHashMap<>();

  /** When a state came last that was decided long after its time. */
  private long lastBehindMillis = NEVER;

  private long numbers;
  private int size;
  private int unknown;

  /** What is known of one alert under one identity. */
  static final class Entry {
    private final String key;
    private final Map<String, String> identity;
    private final long number;
    private final long changedMillis;
    private final long untoldSinceMillis;
    private final long decidedMillis;
    private AlertState state;
    private boolean known;
    private boolean behind;
    private boolean replaced;
    private long toldMillis = NEVER;

    /** Its place among {@link #turns}; changed only while it is not there. */
    private long dueMillis;

    Entry(
        String key,
        Map<String, String> identity,
        AlertState state,
        long number,
        long changedMillis,
        long untoldSinceMillis,
        long decidedMillis) {
      this.key = key;
      this.identity = identity;
      this.state = state;
      this.number = number;
      this.changedMillis = changedMillis;
      this.untoldSinceMillis = untoldSinceMillis;
      this.decidedMillis = decidedMillis;
    }

    boolean isFiring() {
      return state.status() == AlertStatus.FIRING;
    }
  }

  LatestAlerts(NotificationSettings settings) {
    this(settings, new LinkedHashMap<>(), new TreeSet<>(BY_TURN));
  }

  /**
   * Keeps alerts in what it is given.
   *
   * @param alerts empty
   * @param turns empty, in order of {@link #BY_TURN}
   */
  LatestAlerts(
      NotificationSettings settings,
      Map<String, Map<Map<String, String>, Entry>> alerts,
      NavigableSet<Entry> turns) {
    this.settings = settings;
    this.alerts = alerts;
    this.turns = turns;
  }

  /** Takes the latest state of an alert. */
  void put(AlertState state, long nowMillis) {
    if (state.status() == AlertStatus.PENDING) {
      return;
    }
    String key = state.key();
    boolean endedOthers = endOthers(key, state, nowMillis);
    Entry entry = find(key, state);
    boolean firing = entry != null && entry.isFiring();
    switch (state.status()) {
      case FIRING -> {
        if (firing && sameStart(entry.state, state)) {
          refresh(entry, state, nowMillis);
        } else {
          change(key, state, nowMillis);
        }
      }
      case RESOLVED -> {
        // Ended under the labels that it fired with, it never was under the new ones.
        if (!endedOthers || firing) {
          change(key, state, nowMillis);
        }
      }
      case INACTIVE -> {
        if (firing) {
          change(key, resolved(entry.state, state), nowMillis);
        }
      }
      case PENDING -> {}
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
    String key = state.key();
    Entry other = find(key, state);
    if (over || (other != null && isNewer(other.state, state))) {
      return;
    }
    // What was decided by how it began or ended is older than its last evaluation.
    Long decided = state.status() == AlertStatus.FIRING ? state.startsAtMillis() : null;
    enter(key, state, known, nowMillis, decided == null ? state.updatedAtMillis() : decided);
  }

  /** Lets everything be told at once, since nothing more comes. */
  void holdNothingBack() {
    lastBehindMillis = NEVER;
    List<Entry> all = new ArrayList<>(turns);
    turns.clear();
    all.forEach(this::queue);
  }

  /** Returns what the receiver must be told now, at most a batch: news before repetitions. */
  List<AlertState> due(long nowMillis) {
    forget(nowMillis);
    if (!isTurn(nowMillis)) {
      return List.of();
    }
    List<Entry> taken = new ArrayList<>();
    while (taken.size() < settings.batch() && isTurn(nowMillis)) {
      Entry entry = turns.pollFirst();
      if (!entry.known && nowMillis < heldUntil(entry)) {
        queue(entry); // more history has come since its turn was set
      } else {
        taken.add(entry);
      }
    }
    underWay.clear();
    List<AlertState> due = new ArrayList<>(taken.size());
    for (Entry entry : taken) {
      entry.toldMillis = nowMillis;
      underWay.put(entry.state, entry);
      due.add(entry.state);
      queue(entry);
    }
    return due;
  }

  /** Takes note that the receiver knows these states, or will not, which {@link #due} returned. */
  void told(Collection<AlertState> states) {
    told(states, decidedMillis -> {});
  }

  /**
   * The same.
   *
   * @param firstTold is given, for each state that the receiver did not know, the moment of the
   *     evaluation by which the alert began to fire, or ended
   */
  void told(Collection<AlertState> states, LongConsumer firstTold) {
    for (AlertState state : states) {
      Entry entry = underWay.remove(state);
      // What has changed meanwhile is another entry; a newer value of the same alert is no news.
      if (entry == null || entry.replaced) {
        continue;
      }
      boolean news = !entry.known;
      if (entry.isFiring()) {
        turns.remove(entry);
        know(entry);
        queue(entry);
      } else {
        remove(entry);
      }
      if (news) {
        firstTold.accept(entry.decidedMillis);
      }
    }
  }

  /** Takes note that the receiver could not be told: it is to hear of them as soon as it can. */
  void notTold(Collection<AlertState> states) {
    for (AlertState state : states) {
      Entry entry = underWay.remove(state);
      if (entry != null && !entry.replaced) {
        turns.remove(entry);
        entry.toldMillis = NEVER;
        queue(entry);
      }
    }
  }

  /** Gives every entry's latest state and whether the receiver knows it: what a restart needs. */
  void keep(BiConsumer<AlertState, Boolean> kept) {
    alerts
        .values()
        .forEach(
            entries -> entries.values().forEach(entry -> kept.accept(entry.state, entry.known)));
  }

  int size() {
    return size;
  }

  /** Returns how many states the receiver does not know yet. */
  int unknown() {
    return unknown;
  }

  private boolean isTurn(long nowMillis) {
    return !turns.isEmpty() && turns.first().dueMillis <= nowMillis;
  }

  /** Puts an entry, which must not be there, where its turn is; one that has none nowhere. */
  private void queue(Entry entry) {
    if (!entry.known) {
      entry.dueMillis = heldUntil(entry);
    } else if (entry.isFiring() && settings.resendEvery() != null) {
      entry.dueMillis = entry.toldMillis + settings.resendEvery().toMillis();
    } else {
      return;
    }
    turns.add(entry);
  }

  private void forget(long nowMillis) {
    long keepMillis = settings.keepResolved().toMillis();
    while (!ended.isEmpty()) {
      Iterator<Entry> oldest = ended.iterator();
      Entry entry = oldest.next();
      if (nowMillis - entry.changedMillis <= keepMillis) {
        return;
      }
      remove(entry);
    }
  }

  /** Ends an alert under all identities but the one that a state has; returns whether it did. */
  private boolean endOthers(String key, AlertState state, long nowMillis) {
    Map<Map<String, String>, Entry> entries = alerts.get(key);
    if (entries == null) {
      return false;
    }
    List<AlertState> ends = new ArrayList<>();
    for (Entry entry : entries.values()) {
      if (entry.isFiring() && !entry.identity.equals(identity(state))) {
        ends.add(resolved(entry.state, state));
      }
    }
    ends.forEach(end -> change(key, end, nowMillis));
    return !ends.isEmpty();
  }

  /** Takes a newer value of an alert that goes on. */
  private void refresh(Entry entry, AlertState state, long nowMillis) {
    boolean behind = isBehind(state, nowMillis);
    entry.state = state;
    if (entry.behind != behind) {
      turns.remove(entry);
      entry.behind = behind;
      queue(entry);
    }
  }

  private void change(String key, AlertState state, long nowMillis) {
    enter(key, state, false, nowMillis, state.updatedAtMillis());
  }

  private void enter(
      String key, AlertState state, boolean known, long nowMillis, long decidedMillis) {
    Entry before = find(key, state);
    long untoldSince = before == null || before.known ? nowMillis : before.untoldSinceMillis;
    if (before != null) {
      remove(before);
    }
    Entry entry =
        new Entry(key, identity(state), state, numbers++, nowMillis, untoldSince, decidedMillis);
    entry.behind = isBehind(state, nowMillis);
    entry.known = known;
    alerts.computeIfAbsent(key, none -> new LinkedHashMap<>()).put(entry.identity, entry);
    size++;
    if (!known) {
      unknown++;
    }
    if (!entry.isFiring()) {
      ended.add(entry);
    }
    queue(entry);
  }

  private void know(Entry entry) {
    if (!entry.known) {
      entry.known = true;
      unknown--;
    }
  }

  private void remove(Entry entry) {
    Map<Map<String, String>, Entry> entries = alerts.get(entry.key);
    entries.remove(entry.identity);
    if (entries.isEmpty()) {
      alerts.remove(entry.key);
    }
    turns.remove(entry);
    ended.remove(entry);
    know(entry);
    entry.replaced = true;
    size--;
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

  /** Returns until when an entry is held back as things stand; more history makes it later. */
  private long heldUntil(Entry entry) {
    if (!entry.behind) {
      return NEVER;
    }
    History history = settings.history();
    return Math.min(
        lastBehindMillis + history.settle().toMillis(),
        entry.untoldSinceMillis + history.longest().toMillis());
  }

  private Entry find(String key, AlertState state) {
    Map<Map<String, String>, Entry> entries = alerts.get(key);
    return entries == null ? null : entries.get(identity(state));
  }

  private Map<String, String> identity(AlertState state) {
    return settings.identity() == Identity.LABELS ? state.labels() : Map.of();
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
