package io.weir.operators.logs;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.deadletter.DeadLetter;
import io.weir.model.kafka.RecordOrigin;
import io.weir.model.log.AssignedId;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLevel;
import io.weir.model.log.ParsedLog;
import io.weir.operators.OperatorMetrics;
import io.weir.operators.TestingRecords;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.metrics.groups.InternalOperatorMetricGroup;
import org.apache.flink.runtime.metrics.groups.TaskMetricGroup;
import org.apache.flink.runtime.metrics.util.InterceptingOperatorMetricGroup;
import org.apache.flink.runtime.metrics.util.InterceptingTaskMetricGroup;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DropDuplicatesTest {
  private static final long START = TestingRecords.APPEND_TIME;
  private static final Duration HORIZON = Duration.ofMinutes(10);
  private static final int MAX_PARALLELISM = 720;

  private final List<OneInputStreamOperatorTestHarness<ParsedLog, ParsedLog>> subtasks =
      new ArrayList<>();
  private DuplicateSettings settings = new DuplicateSettings(true, HORIZON, 1_000);
  private Instant now = Instant.ofEpochMilli(START);
  private long offset;
  private int shift;

  @AfterEach
  void close() throws Exception {
    for (var subtask : subtasks) {
      subtask.close();
    }
  }

  // ---- one subtask ----

  @Test
  void theFirstCopyPassesAndOthersLeaveTheirOrigin() throws Exception {
    start(1, null);
    ParsedLog first = send(0, "a", 0);
    ParsedLog second = send(0, "a", 60);

    assertThat(first.event().producerId()).isEqualTo("a");
    DeadLetter letter = second.deadLetter();
    assertThat(letter.origin())
        .isEqualTo(
            new RecordOrigin(
                TestingRecords.TOPIC, TestingRecords.TOPIC_CODE, 0, 1, START + 60_000));
    assertThat(letter.reason()).isEqualTo("duplicate");
    assertThat(letter.stage()).isEqualTo(DeadLetter.Stage.DEDUPLICATE);
    assertThat(letter.store()).isEqualTo(DeadLetter.Store.ALL);
    assertThat(letter.payloadKind()).isEqualTo(DeadLetter.PayloadKind.NONE);
    assertThat(letter.payload()).isEmpty();
    assertThat(letter.detail()).contains("600 s");
  }

  @Test
  void whatHasNoIdAndWhatIsNoEventPasses() throws Exception {
    start(1, null);
    ParsedLog letter =
        ParsedLog.of(TestingRecords.deadLetter(TestingRecords.origin(7), "not_json"));
    subtasks.get(0).processElement(new StreamRecord<>(letter));

    assertThat(subtasks.get(0).extractOutputValues()).containsExactly(letter);
    assertThat(send(0, null, 0).event()).isNotNull();
    assertThat(send(0, null, 0).event()).isNotNull();
  }

  @Test
  void anIdThatWasAssignedOnTheWayIsNotRemembered() throws Exception {
    start(1, null);
    assertThat(send(0, AssignedId.of("1"), 0).event()).isNotNull();
    assertThat(send(0, AssignedId.of("1"), 0).event()).isNotNull();
  }

  @Test
  void theHorizonIsExactAndCountsFromTheFirstCopy() throws Exception {
    start(1, null);
    assertThat(isDuplicate(0, "a", 0)).isFalse();
    assertThat(isDuplicate(0, "a", 300)).isTrue();
    assertThat(isDuplicate(0, "a", 600)).isTrue();
    assertThat(isDuplicate(0, "a", 600.001)).isFalse();
    assertThat(isDuplicate(0, "a", 1200)).isTrue();
  }

  @Test
  void otherServicesHostsPartitionsAndIncarnationsAreOthers() throws Exception {
    start(1, null);
    assertThat(isDuplicate(event("t1", 0, "s", "h", "a", 0))).isFalse();
    assertThat(isDuplicate(event("t1", 0, "other", "h", "a", 0))).isFalse();
    assertThat(isDuplicate(event("t1", 0, "s", "other", "a", 0))).isFalse();
    assertThat(isDuplicate(event("t1", 0, "s", null, "a", 0))).isFalse();
    assertThat(isDuplicate(event("t1", 1, "s", "h", "a", 0))).isFalse();
    assertThat(isDuplicate(event("t2", 0, "s", "h", "a", 0))).isFalse();
    assertThat(isDuplicate(event("t1", 0, "s", "h", "a", 0))).isTrue();
    assertThat(isDuplicate(event("t1", 0, "s", null, "a", 0))).isTrue();
  }

  @Test
  void ofTooManyIdsTheOldestAreForgottenAndCounted() throws Exception {
    settings = new DuplicateSettings(true, HORIZON, 3);
    InterceptingOperatorMetricGroup metrics = new InterceptingOperatorMetricGroup();
    startWith(metrics);
    for (String id : List.of("a", "b", "c", "d")) {
      assertThat(isDuplicate(0, id, 0)).isFalse();
    }
    assertThat(isDuplicate(0, "b", 1)).isTrue();
    assertThat(isDuplicate(0, "a", 1)).isFalse();

    assertThat(((Counter) metrics.get(OperatorMetrics.IDS_FORGOTTEN_EARLY)).getCount())
        .isEqualTo(2);
    assertThat(((Counter) metrics.get(OperatorMetrics.DUPLICATES)).getCount()).isEqualTo(1);
    assertThat(((Gauge<?>) metrics.get(OperatorMetrics.REMEMBERED_IDS)).getValue()).isEqualTo(3);
  }

  @Test
  void switchedOffItRemembersNothing() throws Exception {
    start(1, null);
    send(0, "a", 0);
    OperatorSubtaskState state = stop();
    settings = new DuplicateSettings(false, HORIZON, 1_000);
    start(1, state);
    assertThat(isDuplicate(0, "a", 1)).isFalse();
    assertThat(isDuplicate(0, "a", 2)).isFalse();
    state = stop();
    settings = new DuplicateSettings(true, HORIZON, 1_000);
    start(1, state);
    assertThat(isDuplicate(0, "a", 3)).isFalse();
  }

  // ---- restarts ----

  @Test
  void remembersOverARestart() throws Exception {
    start(1, null);
    send(0, "a", 0);
    start(1, stop());

    assertThat(isDuplicate(0, "a", 1)).isTrue();
    assertThat(isDuplicate(0, "b", 1)).isFalse();
  }

  @Test
  void aReplayDecidesTheSame() throws Exception {
    start(1, null);
    send(0, "a", 0);
    OperatorSubtaskState state = snapshot();
    long from = offset;
    List<Boolean> decided = new ArrayList<>();
    for (String id : List.of("b", "a", "b", "c")) {
      decided.add(isDuplicate(0, id, 5));
    }
    kill();
    offset = from;
    now = now.plus(Duration.ofHours(3));
    start(1, state);
    List<Boolean> again = new ArrayList<>();
    for (String id : List.of("b", "a", "b", "c")) {
      again.add(isDuplicate(0, id, 5));
    }

    assertThat(decided).containsExactly(false, true, true, false);
    assertThat(again).isEqualTo(decided);
  }

  @Test
  void aSmallerBoundKeepsTheNewest() throws Exception {
    start(1, null);
    send(0, "a", 0);
    send(0, "b", 1);
    OperatorSubtaskState state = stop();
    settings = new DuplicateSettings(true, HORIZON, 1);
    start(1, state);

    assertThat(isDuplicate(0, "b", 2)).isTrue();
    assertThat(isDuplicate(0, "a", 2)).isFalse();
  }

  // ---- rescaling ----

  @Test
  void idsFollowTheirPartitionsFromTwoToFourToOne() throws Exception {
    start(2, null);
    for (int partition = 0; partition < 8; partition++) {
      send(partition, "a", 0);
    }
    start(4, stop());
    for (int partition = 0; partition < 4; partition++) {
      assertThat(isDuplicate(partition, "a", 1)).as("partition %d", partition).isTrue();
      assertThat(isDuplicate(partition, "b", 1)).isFalse();
    }
    // The others say nothing while there are four: they have no owner.
    start(1, stop());

    for (int partition = 0; partition < 8; partition++) {
      assertThat(isDuplicate(partition, "a", 2)).as("partition %d", partition).isTrue();
      assertThat(isDuplicate(partition, "b", 2)).isEqualTo(partition < 4);
    }
  }

  @Test
  void whatNobodyReadsIsWrittenExactlyOnce() throws Exception {
    start(2, null);
    for (int partition = 0; partition < 8; partition++) {
      send(partition, "a", 0);
    }
    OperatorSubtaskState state = stop();
    for (int parallelism : new int[] {4, 3, 7, 2, 1, 5}) {
      start(parallelism, state);
      state = stop();
      assertThat(entries(state)).as("parallelism %d", parallelism).isEqualTo(8);
    }
  }

  @Test
  void restartsWithTheSameParallelismWriteEachPartitionOnce() throws Exception {
    start(4, null);
    OperatorSubtaskState state = null;
    for (int restart = 0; restart < 4; restart++) {
      for (int partition = restart % 2; partition < 8; partition += 1 + restart % 2) {
        send(partition, "id-" + restart, restart);
      }
      state = stop();
      assertThat(entries(state)).isEqualTo(8);
      start(4, state);
    }
  }

  @Test
  void theNewerOfTwoEntriesOfAPartitionWins() throws Exception {
    start(1, null);
    for (int partition = 0; partition < 8; partition++) {
      send(partition, "a", 0);
    }
    OperatorSubtaskState one = stop();
    shift = 1; // whoever reads a partition now is not the one who keeps its entry
    start(4, one);
    for (int partition = 0; partition < 8; partition++) {
      send(partition, "b", 1);
    }
    OperatorSubtaskState state = stop();
    assertThat(entries(state)).as("keepers do not know what others claim").isEqualTo(16);
    start(1, state);

    for (int partition = 0; partition < 8; partition++) {
      assertThat(isDuplicate(partition, "b", 2)).isTrue();
    }
    assertThat(entries(stop())).isEqualTo(8);
  }

  @Test
  void lettingGoOfWhatOthersReadForgetsNothingThatCounts() throws Exception {
    start(1, null);
    for (int partition = 0; partition < 8; partition++) {
      send(partition, "a", 0);
    }
    start(4, stop());
    double later = HORIZON.toSeconds() + 600;
    // One partition of each subtask goes on for longer than the horizon.
    for (int partition = 0; partition < 4; partition++) {
      assertThat(isDuplicate(partition, "a", 1)).isTrue();
      send(partition, "b", later);
      assertThat(isDuplicate(partition, "b", later + 1)).isTrue();
    }
    OperatorSubtaskState state = stop();
    start(1, state);

    for (int partition = 0; partition < 8; partition++) {
      assertThat(isDuplicate(partition, "a", 2)).isEqualTo(partition >= 4);
    }
  }

  @Test
  void forgetsTopicsThatAreLongGone() throws Exception {
    start(1, null);
    send(0, "a", 0);
    OperatorSubtaskState state = stop();
    now = now.plus(Duration.ofDays(31));
    start(1, state);

    assertThat(entries(stop())).isZero();
  }

  /** Crashes, replays and rescales at random, beside a map that forgets nothing. */
  @Test
  void decidesAsIfItHadNeverStopped() throws Exception {
    for (long seed = 0; seed < 4; seed++) {
      Random random = new Random(seed);
      offset = 0;
      Map<String, Long> firsts = new HashMap<>();
      start(1 + random.nextInt(4), null);
      OperatorSubtaskState checkpoint = snapshot();
      Map<String, Long> firstsThen = new HashMap<>(firsts);
      long offsetThen = 0;
      long time = 0;
      long timeThen = 0;
      for (int step = 0; step < 2_000; step++) {
        int what = random.nextInt(100);
        if (what < 96) {
          time += random.nextInt(20_000);
          int partition = random.nextInt(random.nextInt(10) == 0 ? 8 : 3);
          String id = "id-" + random.nextInt(40);
          Long first = firsts.get(partition + id);
          boolean expected = first != null && time - first <= HORIZON.toMillis();
          assertThat(isDuplicate(partition, id, time / 1_000.0))
              .as("seed %d, step %d", seed, step)
              .isEqualTo(expected);
          if (!expected) {
            firsts.put(partition + id, time);
          }
        } else if (what < 98) {
          checkpoint = snapshot();
          firstsThen = new HashMap<>(firsts);
          offsetThen = offset;
          timeThen = time;
        } else {
          kill();
          now = Instant.ofEpochMilli(START + time + random.nextInt(3_600_000));
          start(1 + random.nextInt(4), checkpoint);
          checkpoint = snapshot();
          firsts = new HashMap<>(firstsThen);
          offset = offsetThen;
          time = timeThen;
        }
      }
      kill();
      now = Instant.ofEpochMilli(START);
    }
  }

  // ---- harness ----

  private DropDuplicates operator() {
    return new DropDuplicates(settings, Clock.fixed(now, ZoneOffset.UTC));
  }

  private void startWith(InterceptingOperatorMetricGroup metrics) throws Exception {
    TaskMetricGroup task =
        new InterceptingTaskMetricGroup() {
          @Override
          public InternalOperatorMetricGroup getOrAddOperator(
              OperatorID id, String name, Map<String, String> variables) {
            return metrics;
          }
        };
    OneInputStreamOperatorTestHarness<ParsedLog, ParsedLog> harness =
        new OneInputStreamOperatorTestHarness<>(
            new ProcessOperator<>(operator()),
            new MockEnvironmentBuilder().setMetricGroup(task).build());
    harness.open();
    subtasks.add(harness);
  }

  private void start(int parallelism, OperatorSubtaskState state) throws Exception {
    kill();
    for (int subtask = 0; subtask < parallelism; subtask++) {
      OneInputStreamOperatorTestHarness<ParsedLog, ParsedLog> harness =
          new OneInputStreamOperatorTestHarness<>(
              new ProcessOperator<>(operator()), MAX_PARALLELISM, parallelism, subtask);
      if (state != null) {
        harness.initializeState(
            AbstractStreamOperatorTestHarness.repartitionOperatorState(
                state, MAX_PARALLELISM, writtenBy, parallelism, subtask));
      }
      harness.open();
      subtasks.add(harness);
    }
  }

  private int writtenBy;

  private OperatorSubtaskState snapshot() throws Exception {
    List<OperatorSubtaskState> parts = new ArrayList<>();
    for (var subtask : subtasks) {
      parts.add(subtask.snapshot(1, 1));
    }
    writtenBy = subtasks.size();
    return AbstractStreamOperatorTestHarness.repackageState(
        parts.toArray(OperatorSubtaskState[]::new));
  }

  private OperatorSubtaskState stop() throws Exception {
    OperatorSubtaskState state = snapshot();
    kill();
    return state;
  }

  private void kill() throws Exception {
    for (var subtask : subtasks) {
      subtask.close();
    }
    subtasks.clear();
  }

  /** Returns how many entries a state has: a union list shows all of them to each subtask. */
  private static int entries(OperatorSubtaskState state) {
    return state.getManagedOperatorState().stream()
        .flatMap(handle -> handle.getStateNameToPartitionOffsets().values().stream())
        .mapToInt(meta -> meta.getOffsets().length)
        .sum();
  }

  private boolean isDuplicate(int partition, String id, double seconds) throws Exception {
    return send(partition, id, seconds).event() == null;
  }

  private boolean isDuplicate(LogEvent event) throws Exception {
    return send(event).event() == null;
  }

  private ParsedLog send(int partition, String id, double seconds) throws Exception {
    return send(event(TestingRecords.TOPIC_CODE, partition, "payments", "web-1", id, seconds));
  }

  /** Gives an event to whoever reads its partition. */
  private ParsedLog send(LogEvent event) throws Exception {
    var reader = subtasks.get((event.partition() + shift) % subtasks.size());
    reader.getOutput().clear();
    reader.processElement(new StreamRecord<>(ParsedLog.of(event)));
    return reader.extractOutputValues().get(0);
  }

  private LogEvent event(
      String code, int partition, String service, String host, String id, double seconds) {
    long append = START + Math.round(seconds * 1_000);
    return new LogEvent(
        append * 1_000_000,
        service,
        host,
        null,
        LogLevel.INFO,
        "paid",
        LogEvent.NO_FIELDS,
        id,
        null,
        0,
        TestingRecords.TOPIC,
        code,
        partition,
        offset++,
        append);
  }
}
