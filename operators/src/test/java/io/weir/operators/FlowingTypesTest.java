package io.weir.operators;

import io.weir.model.deadletter.DeadLetter;
import io.weir.model.kafka.RecordOrigin;
import io.weir.model.log.LogEvent;
import io.weir.model.log.ParsedLog;
import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlowingTypesTest {

  @ParameterizedTest
  @ValueSource(classes = {ParsedLog.class, LogEvent.class, DeadLetter.class, RecordOrigin.class})
  void everyRecordThatFlowsIsSerializedAsAPojoWithoutKryo(Class<?> type) {
    PojoTestUtils.assertSerializedAsPojoWithoutKryo(type);
  }
}
