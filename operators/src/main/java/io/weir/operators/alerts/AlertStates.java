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

  /** {@link OrderEvents}: events that wait for their turn, by time and identity. */
  static final MapStateDescriptor<EventPlace, SequenceEvent> EVENTS =
      new MapStateDescriptor<>(
          "events", TypeInformation.of(EventPlace.class), TypeInformation.of(SequenceEvent.class));

  /** {@link OrderEvents}: events that were handed on, and when they happened. */
  static final MapStateDescriptor<String, Long> SEEN =
      new MapStateDescriptor<>("seen", Types.STRING, Types.LONG);

  /** {@link OrderEvents}: when to look again; present while a group has anything in state. */
  static final ValueStateDescriptor<Long> TURN = new ValueStateDescriptor<>("turn", Types.LONG);

  /** {@link TrackAlert}: where an alert stands. */
  static final ValueStateDescriptor<TrackedAlert> ALERT =
      new ValueStateDescriptor<>("alert", TypeInformation.of(TrackedAlert.class));

  /** {@link TrackAlert}: signals that came before their rule. */
  static final ListStateDescriptor<AlertSignal> WAITING =
      new ListStateDescriptor<>("waiting", TypeInformation.of(AlertSignal.class));

  /** {@link TrackAlert}: that a run was long enough, until its evaluations say that it began. */
  static final ValueStateDescriptor<AlertSignal> HELD_EARLY =
      new ValueStateDescriptor<>("held-early", TypeInformation.of(AlertSignal.class));

  private AlertStates() {}
}
