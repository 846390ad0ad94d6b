package io.weir.harness.bench;

import io.weir.harness.node.KafkaBroker;
import io.weir.model.index.HotIndices;
import io.weir.model.json.LogDocument;
import io.weir.model.kafka.RecordOrigin;
import io.weir.model.kafka.TopicCode;
import io.weir.model.log.JsonLogParser;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLimits;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads a topic with a plain consumer: to see what that costs, and to make bulk requests of the
 * very documents that the job will write, so that Elasticsearch can be measured alone.
 */
final class Preload {
  private final KafkaBroker kafka;
  private final String topic;

  Preload(KafkaBroker kafka, String topic) {
    this.kafka = kafka;
    this.topic = topic;
  }

  /**
   * A bulk request.
   *
   * @param documents how many it holds
   * @param body its lines
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
  record Bulk(int documents, byte[] body) {}

  /** Reads so many records from the beginning and hands each on. */
  long read(long count, Consumer<ConsumerRecord<byte[], byte[]>> records) {
    Properties properties = new Properties();
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5000);
    long read = 0;
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (read < count) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          if (read++ < count) {
            records.accept(record);
          }
        }
      }
    }
    return Math.min(read, count);
  }

  /** Returns the bulk requests of the first records, each of about so many bytes. */
  List<Bulk> bulks(long count, int bytes) {
    String code = topicCode();
    JsonLogParser parser = new JsonLogParser(LogLimits.DEFAULT);
    LogDocument documents = new LogDocument();
    List<Bulk> bulks = new ArrayList<>();
    ByteArrayOutputStream body = new ByteArrayOutputStream(bytes + 64 * 1024);
    int[] held = new int[1];
    read(
        count,
        record -> {
          RecordOrigin origin =
              new RecordOrigin(
                  topic, code, record.partition(), record.offset(), record.timestamp());
          LogEvent event = parser.parse(record.value(), origin).event();
          body.writeBytes(
              ("{\"create\":{\"_index\":\""
                      + HotIndices.hourly(event.timestampNanos())
                      + "\",\"_id\":\""
                      + event.eventId()
                      + "\"}}\n")
                  .getBytes(StandardCharsets.UTF_8));
          body.writeBytes(documents.encode(event));
          body.write('\n');
          held[0]++;
          if (body.size() >= bytes) {
            bulks.add(new Bulk(held[0], body.toByteArray()));
            body.reset();
            held[0] = 0;
          }
        });
    if (held[0] > 0) {
      bulks.add(new Bulk(held[0], body.toByteArray()));
    }
    return bulks;
  }

  private String topicCode() {
    try (Admin admin = kafka.admin()) {
      Uuid id =
          Map.copyOf(admin.describeTopics(List.of(topic)).allTopicNames().get())
              .get(topic)
              .topicId();
      return TopicCode.of(id.getMostSignificantBits(), id.getLeastSignificantBits());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("describing topic " + topic, e);
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException("describing topic " + topic, e);
    }
  }
}
