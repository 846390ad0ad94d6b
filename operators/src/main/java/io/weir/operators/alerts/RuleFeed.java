package io.weir.operators.alerts;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * The rules' topic, and a clock. It has no state: at each start, restarts included, it reads the
 * whole topic and says in one {@link Control} which rules there are, so that a rule whose deletion
 * Kafka has compacted away is gone too; from then on it says what changes. While Kafka answers, it
 * also ticks, and says whether anybody writes points (see {@link EventClock}).
 *
 * <p>Its order matters to everybody, so one task reads: give it parallelism 1. Records that are no
 * rules are counted, named in the log and skipped.
 */
public final class RuleFeed
    implements Source<Control, NoSplit, NoSplit>, ResultTypeQueryable<Control> {
  private static final long serialVersionUID = 1;

  private final Settings settings;

  /**
   * What the feed reads.
   *
   * @param clientProperties properties of Kafka's consumer, {@code bootstrap.servers} at least
   * @param rulesTopic the topic of the rules
   * @param pointsTopic the topic of the points, whose silence is looked for
   * @param tickEvery distance of ticks
   */
  public record Settings(
      HashMap<String, String> clientProperties,
      String rulesTopic,
      String pointsTopic,
      Duration tickEvery)
      implements Serializable {
    private static final long serialVersionUID = 1;

    public Settings {
      requireNonNull(rulesTopic, "rulesTopic");
      requireNonNull(pointsTopic, "pointsTopic");
      clientProperties = new HashMap<>(clientProperties);
      if (tickEvery.toMillis() < 1) {
        throw new IllegalArgumentException("distance of ticks is " + tickEvery);
      }
    }

    /** Returns settings with a tick every five seconds. */
    public static Settings of(
        Map<String, String> clientProperties, String rulesTopic, String pointsTopic) {
      return new Settings(
          new HashMap<>(clientProperties), rulesTopic, pointsTopic, Duration.ofSeconds(5));
    }
  }

  /** Creates the feed. */
  public RuleFeed(Settings settings) {
    this.settings = requireNonNull(settings, "settings");
  }

  /**
   * Returns the watermarks of controls: none, and always idle. A feed without watermarks that is
   * not idle would stop everybody's event time; one whose watermark is the end of time would become
   * everybody's event time as soon as the points are idle.
   */
  public static WatermarkStrategy<Control> watermarks() {
    return WatermarkStrategy.<Control>forGenerator(context -> new AlwaysIdle())
        .withTimestampAssigner((control, timestamp) -> control.wallMillis());
  }

  @Override
  public SourceReader<Control, NoSplit> createReader(SourceReaderContext context) {
    return new RuleFeedReader(
        context.getIndexOfSubtask() == 0 ? Optional.of(settings) : Optional.empty(),
        context.metricGroup());
  }

  @Override
  public SplitEnumerator<NoSplit, NoSplit> createEnumerator(
      SplitEnumeratorContext<NoSplit> context) {
    return new NoSplit.Enumerator();
  }

  @Override
  public SplitEnumerator<NoSplit, NoSplit> restoreEnumerator(
      SplitEnumeratorContext<NoSplit> context, NoSplit state) {
    return new NoSplit.Enumerator();
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.CONTINUOUS_UNBOUNDED;
  }

  @Override
  public SimpleVersionedSerializer<NoSplit> getSplitSerializer() {
    return new NoSplit.Serializer();
  }

  @Override
  public SimpleVersionedSerializer<NoSplit> getEnumeratorCheckpointSerializer() {
    return new NoSplit.Serializer();
  }

  @Override
  public TypeInformation<Control> getProducedType() {
    return TypeInformation.of(Control.class);
  }

  private static final class AlwaysIdle implements WatermarkGenerator<Control> {
    @Override
    public void onEvent(Control control, long timestamp, WatermarkOutput output) {}

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
      output.markIdle();
    }
  }
}
