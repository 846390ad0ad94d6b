package io.weir.operators;

import io.weir.model.audit.AppendHour;
import io.weir.model.audit.FactBlock;
import io.weir.model.audit.HourSlice;
import io.weir.model.audit.HourTally;
import io.weir.model.audit.TopicSpan;
import io.weir.model.deadletter.DeadLetter;
import io.weir.model.kafka.RecordOrigin;
import io.weir.model.log.LogEvent;
import io.weir.model.log.ParsedLog;
import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.ParsedMetric;
import io.weir.model.metric.Sample;
import io.weir.operators.audit.BlockKey;
import io.weir.operators.audit.HourKey;
import io.weir.operators.audit.SegmentKey;
import io.weir.operators.metrics.LatePoints;
import io.weir.operators.metrics.SeriesPartial;
import io.weir.operators.rules.RuleRecord;
import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlowingTypesTest {

  @ParameterizedTest
  @ValueSource(
      classes = {
        ParsedLog.class,
        LogEvent.class,
        DeadLetter.class,
        RecordOrigin.class,
        ParsedMetric.class,
        MetricPoint.class,
        SeriesPartial.class,
        LatePoints.class,
        Sample.class,
        RuleRecord.class,
        AppendHour.class,
        FactBlock.class,
        HourSlice.class,
        HourTally.class,
        TopicSpan.class,
        BlockKey.class,
        HourKey.class,
        SegmentKey.class
      })
  void everyRecordThatFlowsIsSerializedAsAPojoWithoutKryo(Class<?> type) {
    PojoTestUtils.assertSerializedAsPojoWithoutKryo(type);
  }
}
