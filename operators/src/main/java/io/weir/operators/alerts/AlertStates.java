package io.weir.operators.alerts;

import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/** Every state of the operators of alerts. Names and types are a contract with savepoints. */
public final class AlertStates {
  /** The rules in force by id: the broadcast state of every operator that has one. */
  public static final MapStateDescriptor<String, RuleEntry> RULES =
      new MapStateDescriptor<>("rules", Types.STRING, TypeInformation.of(RuleEntry.class));

  /** {@link EvaluateRule}: where the evaluations of a group stand. */
  static final ValueStateDescriptor<Progress> PROGRESS =
      new ValueStateDescriptor<>("progress", TypeInformation.of(Progress.class));

  /** {@link EvaluateRule}: what came in the last window. */
  static final MapStateDescriptor<BucketKey, Bucket> BUCKETS =
      new MapStateDescriptor<>(
          "buckets", TypeInformation.of(BucketKey.class), TypeInformation.of(Bucket.class));

  /** {@link OrderEvents}: where the events of a group stand; present while it has any state. */
  static final ValueStateDescriptor<EventOrder> ORDER =
      new ValueStateDescriptor<>("order", TypeInformation.of(EventOrder.class));

  /** {@link OrderEvents}: what waits, by slices of time. */
  static final MapStateDescriptor<Long, EventSlice> EVENT_SLICES =
      new MapStateDescriptor<>("event-slices", Types.LONG, TypeInformation.of(EventSlice.class));

  /** {@link OrderEvents}: events that wait for their turn. */
  static final MapStateDescriptor<EventSlot, SequenceEvent> EVENTS =
      new MapStateDescriptor<>(
          "waiting-events",
          TypeInformation.of(EventSlot.class),
          TypeInformation.of(SequenceEvent.class));

  /** {@link OrderEvents}: identities of events that came. */
  static final MapStateDescriptor<String, Boolean> SEEN =
      new MapStateDescriptor<>("seen-one", Types.STRING, Types.BOOLEAN);

  /** {@link OrderEvents}: the same, in turn with {@link #SEEN}. */
  static final MapStateDescriptor<String, Boolean> SEEN_TOO =
      new MapStateDescriptor<>("seen-other", Types.STRING, Types.BOOLEAN);

  /** {@link OrderEvents}: first events that may still be followed, in order. */
  static final ListStateDescriptor<SequenceEvent> OPEN_FIRSTS =
      new ListStateDescriptor<>("open-firsts", TypeInformation.of(SequenceEvent.class));

  /** {@link TrackAlert}: where an alert stands. */
  static final ValueStateDescriptor<TrackedAlert> ALERT =
      new ValueStateDescriptor<>("alert", TypeInformation.of(TrackedAlert.class));

  /** {@link TrackAlert}: signals that came before their rule. */
  static final ListStateDescriptor<WaitingSignal> WAITING =
      new ListStateDescriptor<>("waiting", TypeInformation.of(WaitingSignal.class));

  /** {@link TrackAlert}: that a run was long enough, until its evaluations say that it began. */
  static final ValueStateDescriptor<AlertSignal> HELD_EARLY =
      new ValueStateDescriptor<>("held-early", TypeInformation.of(AlertSignal.class));

  private AlertStates() {}
}
