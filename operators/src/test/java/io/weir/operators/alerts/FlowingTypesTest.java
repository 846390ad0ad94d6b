package io.weir.operators.alerts;

import io.weir.model.alert.AlertRule;
import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertTransition;
import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlowingTypesTest {

  @ParameterizedTest
  @ValueSource(
      classes = {
        AlertKey.class,
        AlertPlace.class,
        AlertRule.class,
        AlertSignal.class,
        AlertState.class,
        AlertTransition.class,
        Bucket.class,
        BucketKey.class,
        Control.class,
        EventOrder.class,
        EventSlice.class,
        EventSlot.class,
        Progress.class,
        RoutedPoint.class,
        RuleEntry.class,
        RuleUpdate.class,
        RunEvent.class,
        SequenceEvent.class,
        TrackedAlert.class,
        WaitingSignal.class
      })
  void everythingThatFlowsOrIsStateIsAPojoWithoutKryo(Class<?> type) {
    PojoTestUtils.assertSerializedAsPojoWithoutKryo(type);
  }
}
