package io.weir.operators.alerts;

import static java.util.Objects.requireNonNull;

import io.weir.model.alert.AlertRule;
import io.weir.model.json.AlertRuleJson;
import io.weir.model.json.UnknownMembers;
import io.weir.model.validation.InvalidRecordException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the rules' topic from its beginning, and asks Kafka from time to time whether anybody has
 * written points. Used by one thread.
 */
final class RuleLog {
  private static final Logger LOG = LoggerFactory.getLogger(RuleLog.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration ANSWER = Duration.ofSeconds(3);

  /** A pause longer than this many ticks was an outage, or a pause of this process. */
  private static final int LONGEST_TICK = 2;

  private final Consumer<byte[], byte[]> consumer;
  private final RuleFeed.Settings settings;
  private final LongSupplier wallClock;
  private final Runnable invalid;

  private long lastTickMillis;
  private Map<TopicPartition, Long> lastEnds = Map.of();

  /**
   * Makes a reader.
   *
   * @param consumer a consumer with nothing assigned
   * @param wallClock tells epoch milliseconds
   * @param invalid told of each record that is no rule
   */
  RuleLog(
      Consumer<byte[], byte[]> consumer,
      RuleFeed.Settings settings,
      LongSupplier wallClock,
      Runnable invalid) {
    this.consumer = requireNonNull(consumer, "consumer");
    this.settings = requireNonNull(settings, "settings");
    this.wallClock = requireNonNull(wallClock, "wallClock");
    this.invalid = requireNonNull(invalid, "invalid");
  }

  /** Reads all that is there and returns the rules that it leaves. */
  Control readUp() {
    List<TopicPartition> partitions = partitions(settings.rulesTopic());
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    Map<String, RuleUpdate> rules = new LinkedHashMap<>();
    while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
      for (RuleUpdate update : read(consumer.poll(POLL))) {
        if (update.rule() == null) {
          rules.remove(update.id());
        } else {
          rules.put(update.id(), update);
        }
      }
    }
    lastTickMillis = wallClock.getAsLong();
    LOG.info("{} alert rules in topic {}", rules.size(), settings.rulesTopic());
    return Control.snapshot(new ArrayList<>(rules.values()), lastTickMillis);
  }

  /** Waits a moment and returns what there is to say. */
  List<Control> poll() {
    List<Control> controls = new ArrayList<>();
    List<RuleUpdate> updates = read(consumer.poll(POLL));
    long now = wallClock.getAsLong();
    if (!updates.isEmpty()) {
      controls.add(Control.update(updates, now));
    }
    if (now - lastTickMillis >= settings.tickEvery().toMillis()) {
      tick(now, controls);
    }
    return controls;
  }

  private void tick(long now, List<Control> controls) {
    Map<TopicPartition, Long> ends;
    try {
      ends = consumer.endOffsets(partitions(settings.pointsTopic()), ANSWER);
    } catch (RetriableException e) {
      LOG.warn(
          "Kafka does not say whether points were written; silence is not judged meanwhile: {}",
          e.toString());
      lastTickMillis = now;
      lastEnds = Map.of();
      return;
    }
    long elapsed = Math.min(now - lastTickMillis, LONGEST_TICK * settings.tickEvery().toMillis());
    controls.add(Control.tick(now, elapsed, ends.equals(lastEnds)));
    lastTickMillis = now;
    lastEnds = ends;
  }

  private List<TopicPartition> partitions(String topic) {
    var infos = consumer.partitionsFor(topic, ANSWER);
    if (infos == null || infos.isEmpty()) {
      throw new IllegalStateException(
          "topic '" + topic + "' is not there; the task CreateTopics creates it");
    }
    return infos.stream().map(info -> new TopicPartition(topic, info.partition())).toList();
  }

  private List<RuleUpdate> read(ConsumerRecords<byte[], byte[]> records) {
    List<RuleUpdate> updates = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      try {
        updates.add(update(record));
      } catch (InvalidRecordException e) {
        invalid.run();
        LOG.warn(
            "Skipped a record of topic {}, partition {}, offset {}, that is no alert rule: {}",
            record.topic(),
            record.partition(),
            record.offset(),
            e.getMessage());
      }
    }
    return updates;
  }

  private static RuleUpdate update(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null || record.key().length == 0) {
      throw new InvalidRecordException("", "no key: the key is the rule's id");
    }
    String id = new String(record.key(), StandardCharsets.UTF_8);
    if (record.value() == null) {
      return new RuleUpdate(id, record.offset(), null);
    }
    AlertRule rule = AlertRuleJson.decode(record.value(), UnknownMembers.IGNORE);
    return new RuleUpdate(id, record.offset(), rule.withId(id));
  }
}
