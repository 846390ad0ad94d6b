package io.weir.sinks.notification;

import static io.weir.sinks.notification.Alerts.TEN;
import static io.weir.sinks.notification.Alerts.firing;
import static io.weir.sinks.notification.Alerts.resolved;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class LatestAlertsTest {
  private static final Map<String, String> OLD = Map.of("alertname", "old");
  private static final Map<String, String> NEW = Map.of("alertname", "new");

  private final LatestAlerts latest =
      new LatestAlerts(NotificationSettings.repeating(Duration.ofMinutes(1)));

  @Test
  void onlyTheLatestStateIsTold() {
    latest.put(firing("a"), 0);
    latest.put(resolved("a"), 1);

    assertThat(latest.due(1)).containsExactly(resolved("a"));
  }

  @Test
  void aFiringAlertIsToldAgainAndAgain() {
    latest.put(firing("a"), 0);
    latest.told(latest.due(0));
    assertThat(latest.due(59_999)).isEmpty();
    assertThat(latest.due(60_000)).hasSize(1);
  }

  @Test
  void aNewValueWaitsForTheNextRepetition() {
    latest.put(firing("a"), 0);
    latest.told(latest.due(0));
    latest.put(firing("a", 7, Map.of("alertname", "a")), 1);

    assertThat(latest.due(1)).isEmpty();
    assertThat(latest.due(60_000)).extracting(AlertState::value).containsExactly(7.0);
  }

  @Test
  void aResolvedAlertIsForgottenWhenItIsKnown() {
    latest.put(firing("a"), 0);
    latest.told(latest.due(0));
    latest.put(resolved("a"), 1);
    assertThat(latest.unknown()).isEqualTo(1);
    latest.told(latest.due(1));

    assertThat(latest.size()).isZero();
  }

  @Test
  void whatCouldNotBeToldStaysDue() {
    latest.put(firing("a"), 0);
    List<AlertState> first = latest.due(0);
    latest.notTold(first);
    assertThat(latest.due(1)).isEqualTo(first);

    latest.told(latest.due(1));
    latest.notTold(latest.due(60_001));
    assertThat(latest.due(60_002)).as("a repetition").isEqualTo(first);
  }

  @Test
  void whatChangedOnTheWayIsDueAgain() {
    latest.put(firing("a"), 0);
    List<AlertState> first = latest.due(0);
    latest.put(resolved("a"), 1);
    latest.told(first);

    assertThat(latest.due(2)).containsExactly(resolved("a"));
  }

  @Test
  void anAlertWhoseLabelsChangeEndsUnderTheOldOnes() {
    latest.put(firing("a"), 0);
    latest.told(latest.due(0));
    AlertState renamed = firing("a", 2.5, Map.of("alertname", "b"));
    latest.put(renamed, 1);

    assertThat(latest.due(1))
        .extracting(AlertState::status, state -> state.labels().get("alertname"))
        .containsExactlyInAnyOrder(
            tuple(AlertStatus.RESOLVED, "a"), tuple(AlertStatus.FIRING, "b"));
  }

  @Test
  void batchesAreBoundedAndNobodyIsLeftOut() {
    LatestAlerts two = new LatestAlerts(NotificationSettings.once(2));
    for (String id : List.of("a", "b", "c")) {
      two.put(firing(id), 0);
    }
    List<AlertState> first = two.due(0);
    two.told(first);

    assertThat(first).hasSize(2);
    assertThat(two.due(0)).containsExactly(firing("c"));
  }

  @Test
  void aResolvedAlertThatNobodyFetchesIsGivenUpAfterADay() {
    latest.put(resolved("a"), 0);

    assertThat(latest.due(Duration.ofHours(24).toMillis() + 1)).isEmpty();
    assertThat(latest.size()).isZero();
  }

  @Test
  void anAlertThatEndsUnderNewLabelsEndsUnderThoseThatItFiredWith() {
    latest.put(firing("a", TEN, TEN, OLD), 0);
    latest.told(latest.due(0));
    latest.put(resolved("a", TEN, TEN + 60_000, NEW), 1);

    assertThat(latest.due(1))
        .extracting(AlertState::status, AlertState::labels, AlertState::endsAtMillis)
        .containsExactly(tuple(AlertStatus.RESOLVED, OLD, TEN + 60_000));
  }

  @Test
  void anAlertThatFiresAnewUnderNewLabelsEndsUnderTheOldOnes() {
    latest.put(firing("a", TEN, TEN, OLD), 0);
    latest.told(latest.due(0));
    latest.put(firing("a", TEN + 60_000, TEN + 60_000, NEW), 1);

    assertThat(latest.due(1))
        .extracting(AlertState::status, AlertState::labels)
        .containsExactlyInAnyOrder(
            tuple(AlertStatus.RESOLVED, OLD), tuple(AlertStatus.FIRING, NEW));
  }

  @Test
  void labelsThatAreChangedBackLeaveTheAlertFiringUnderThem() {
    latest.put(firing("a", TEN, TEN, OLD), 0);
    latest.put(firing("a", TEN, TEN + 1, NEW), 1);
    latest.put(firing("a", TEN, TEN + 2, OLD), 2);

    assertThat(latest.due(2))
        .extracting(AlertState::status, AlertState::labels)
        .containsExactlyInAnyOrder(
            tuple(AlertStatus.FIRING, OLD), tuple(AlertStatus.RESOLVED, NEW));
  }

  @Test
  void whatIsRestoredDoesNotEndWhatFires() {
    latest.restore(firing("a", TEN, TEN, NEW), false, 0);
    latest.restore(resolved("a", TEN, TEN, OLD), false, 0);

    assertThat(latest.due(0))
        .extracting(AlertState::status, AlertState::labels)
        .containsExactlyInAnyOrder(
            tuple(AlertStatus.FIRING, NEW), tuple(AlertStatus.RESOLVED, OLD));
  }

  @Test
  void aNewValueThatComesWhileAnAlertIsToldIsNoNews() {
    LatestAlerts once = new LatestAlerts(NotificationSettings.once(10));
    once.put(firing("a", TEN, TEN, OLD), TEN);
    List<AlertState> underWay = once.due(TEN);
    once.put(firing("a", TEN, TEN + 30_000, OLD), TEN + 30_000);
    once.told(underWay);

    assertThat(underWay).hasSize(1);
    assertThat(once.due(TEN + 30_001)).isEmpty();
  }

  @Test
  void whereLabelsAreNoIdentityTheirChangeIsNotTold() {
    LatestAlerts once = new LatestAlerts(NotificationSettings.once(10));
    once.put(firing("a", TEN, TEN, OLD), TEN);
    once.told(once.due(TEN));
    once.put(firing("a", TEN, TEN + 1, NEW), TEN + 1);
    assertThat(once.due(TEN + 1)).isEmpty();
    once.put(resolved("a", TEN, TEN + 2, NEW), TEN + 2);

    assertThat(once.due(TEN + 2)).extracting(AlertState::labels).containsExactly(NEW);
  }

  @Test
  void ofHistoryOnlyTheOutcomeIsTold() {
    LatestAlerts once = new LatestAlerts(NotificationSettings.once(10));
    long now = TEN + 3_600_000;
    for (long minute = 0; minute < 50; minute += 2) {
      long start = TEN + 60_000 * minute;
      once.put(firing("a", start, start, OLD), now);
      assertThat(once.due(now)).isEmpty();
      once.put(resolved("a", start, start + 60_000, OLD), now + 10);
      assertThat(once.due(now + 10)).isEmpty();
      now += 20;
    }
    once.put(firing("a", now - 1_000, now - 1_000, OLD), now);

    assertThat(once.due(now))
        .extracting(AlertState::status, AlertState::startsAtMillis)
        .containsExactly(tuple(AlertStatus.FIRING, now - 1_000));
  }

  @Test
  void historyThatEndsIsTold() {
    LatestAlerts once = new LatestAlerts(NotificationSettings.once(10));
    long now = TEN + 3_600_000;
    once.put(resolved("a", TEN, TEN + 1, OLD), now);

    assertThat(once.due(now + 9_999)).isEmpty();
    assertThat(once.due(now + 10_000)).hasSize(1);
  }

  @Test
  void historyWithoutEndIsToldAsItThenStandsEveryFewMinutes() {
    LatestAlerts once = new LatestAlerts(NotificationSettings.once(10));
    int told = 0;
    for (long second = 0; second < 3_600; second++) {
      long now = TEN + 3_600_000 + 1_000 * second;
      long then = TEN + 1_000 * second;
      once.put(
          second % 2 == 0 ? firing("a", then, then, OLD) : resolved("a", then - 1_000, then, OLD),
          now);
      List<AlertState> due = once.due(now);
      told += due.size();
      once.told(due);
    }

    assertThat(told).isBetween(10, 12);
  }

  @Test
  void newsIsToldBeforeRepetitions() {
    LatestAlerts two =
        new LatestAlerts(
            new NotificationSettings(
                NotificationSettings.Identity.LABELS,
                Duration.ofMinutes(1),
                2,
                Duration.ofMillis(500),
                Duration.ofSeconds(30),
                Duration.ofHours(24),
                null));
    for (String id : List.of("a", "b")) {
      two.put(firing(id), 0);
    }
    two.told(two.due(0));
    two.put(firing("c"), 60_000);

    assertThat(two.due(60_000)).containsExactly(firing("c"), firing("a"));
  }

  @Test
  void whenAnAlertWasDecidedIsSaidOnlyWhenTheReceiverHearsOfItFirst() {
    List<Long> decided = new ArrayList<>();
    latest.put(firing("a", TEN, TEN, OLD), TEN);
    List<AlertState> underWay = latest.due(TEN);
    latest.put(firing("a", TEN, TEN + 30_000, OLD), TEN + 30_000);
    latest.notTold(underWay);
    latest.told(latest.due(TEN + 31_000), decided::add);
    latest.told(latest.due(TEN + 91_000), decided::add);
    latest.put(resolved("a", TEN, TEN + 120_000, OLD), TEN + 120_000);
    latest.told(latest.due(TEN + 121_000), decided::add);

    assertThat(decided).containsExactly(TEN, TEN + 120_000);
  }

  @Test
  void whatIsRestoredWasDecidedWhenItBegan() {
    List<Long> decided = new ArrayList<>();
    latest.restore(firing("a", TEN, TEN + 90_000, OLD), false, TEN + 100_000);
    latest.restore(firing("b", TEN, TEN + 90_000, NEW), true, TEN + 100_000);
    latest.told(latest.due(TEN + 100_000), decided::add);

    assertThat(decided).containsExactly(TEN);
  }

  @Test
  void countsWhatItKeepsAndWhatIsUnknown() {
    latest.put(firing("a"), 0);
    latest.put(firing("b"), 0);
    latest.told(latest.due(0));
    latest.put(resolved("a"), 1);
    latest.put(firing("c"), 1);
    latest.put(firing("b", 7, Map.of("alertname", "b")), 1);
    assertThat(List.of(latest.size(), latest.unknown())).containsExactly(3, 2);

    latest.told(latest.due(1));
    assertThat(List.of(latest.size(), latest.unknown())).containsExactly(2, 0);
    latest.put(firing("b", TEN + 1, TEN + 1, Map.of("alertname", "b")), 2);
    assertThat(List.of(latest.size(), latest.unknown())).containsExactly(2, 1);
  }

  /** What is done for one state must not depend on how many there are: a rack may be gone. */
  @Test
  void aRoundOfThirtyThousandFiringAlertsLooksAtEachAFewTimes() {
    int alerts = 30_000;
    AtomicLong walked = new AtomicLong();
    LatestAlerts many =
        new LatestAlerts(
            NotificationSettings.repeating(Duration.ofMinutes(1)),
            new WalkedMap(walked),
            new WalkedSet(walked));
    for (int i = 0; i < alerts; i++) {
      many.put(firing("host-" + i), 0);
    }
    assertThat(many.unknown()).isEqualTo(alerts);
    for (int batch = 0; batch < alerts / 500; batch++) {
      many.told(many.due(0));
    }
    assertThat(many.unknown()).isZero();

    walked.set(0);
    for (int i = 0; i < alerts; i++) {
      many.put(firing("host-" + i, 3, Map.of("alertname", "host-" + i)), 30_000);
      assertThat(many.due(30_000)).isEmpty();
    }
    assertThat(walked.get()).as("a round of values").isLessThan(alerts);

    walked.set(0);
    for (int batch = 0; batch < alerts / 500; batch++) {
      many.told(many.due(60_000));
    }
    assertThat(many.due(60_000)).isEmpty();
    // Three changes of a place among 30,000, each with a comparison a level.
    assertThat(walked.get()).as("a repetition of all").isLessThan(100L * alerts);
  }

  /** Counts entries that are walked over. */
  private static final class WalkedMap
      extends LinkedHashMap<String, Map<Map<String, String>, LatestAlerts.Entry>> {
    private static final long serialVersionUID = 1;
    private final AtomicLong walked;

    WalkedMap(AtomicLong walked) {
      this.walked = walked;
    }

    @Override
    public Collection<Map<Map<String, String>, LatestAlerts.Entry>> values() {
      walked.addAndGet(size());
      return super.values();
    }

    @Override
    public Set<Map.Entry<String, Map<Map<String, String>, LatestAlerts.Entry>>> entrySet() {
      walked.addAndGet(size());
      return super.entrySet();
    }

    @Override
    public void forEach(
        BiConsumer<? super String, ? super Map<Map<String, String>, LatestAlerts.Entry>> action) {
      walked.addAndGet(size());
      super.forEach(action);
    }
  }

  /** Counts comparisons, and entries that are walked over. */
  private static final class WalkedSet extends TreeSet<LatestAlerts.Entry> {
    private static final long serialVersionUID = 1;
    private final AtomicLong walked;

    WalkedSet(AtomicLong walked) {
      super(
          (a, b) -> {
            walked.incrementAndGet();
            return LatestAlerts.BY_TURN.compare(a, b);
          });
      this.walked = walked;
    }

    @Override
    public Iterator<LatestAlerts.Entry> iterator() {
      walked.addAndGet(size());
      return super.iterator();
    }
  }
}
