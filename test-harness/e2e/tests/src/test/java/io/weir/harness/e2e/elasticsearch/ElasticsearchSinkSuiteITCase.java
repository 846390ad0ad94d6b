package io.weir.harness.e2e.elasticsearch;

import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.node.ElasticsearchNode;
import io.weir.model.index.PromotedFields;
import io.weir.model.kafka.EventId;
import io.weir.model.kafka.RecordOrigin;
import io.weir.sinks.elasticsearch.BulkDocument;
import io.weir.sinks.elasticsearch.ElasticsearchConnection;
import io.weir.sinks.elasticsearch.ElasticsearchSink;
import io.weir.sinks.elasticsearch.IndexTemplateSettings;
import io.weir.sinks.elasticsearch.IndexTemplates;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.connector.base.sink.writer.ElementConverter;
import org.apache.flink.connector.testframe.environment.MiniClusterTestEnvironment;
import org.apache.flink.connector.testframe.external.ExternalContextFactory;
import org.apache.flink.connector.testframe.external.ExternalSystemDataReader;
import org.apache.flink.connector.testframe.external.sink.DataStreamSinkV2ExternalContext;
import org.apache.flink.connector.testframe.external.sink.TestingSinkSettings;
import org.apache.flink.connector.testframe.junit.annotations.TestContext;
import org.apache.flink.connector.testframe.junit.annotations.TestEnv;
import org.apache.flink.connector.testframe.junit.annotations.TestSemantics;
import org.apache.flink.connector.testframe.testsuites.SinkTestSuiteBase;
import org.apache.flink.core.execution.CheckpointingMode;
import org.elasticsearch.client.RestClient;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Flink's own test suite for sinks: basic writing, restart from a savepoint with the same, a higher
 * and a lower parallelism, metrics.
 */
@ExtendWith(SharedNodes.class)
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class ElasticsearchSinkSuiteITCase extends SinkTestSuiteBase<Long> {
  private static final long TIMESTAMP = SinkJobs.HOUR.getEpochSecond() * 1_000_000_000L;

  @TestEnv MiniClusterTestEnvironment flink = new MiniClusterTestEnvironment();

  @TestSemantics
  CheckpointingMode[] semantics = new CheckpointingMode[] {CheckpointingMode.EXACTLY_ONCE};

  @TestContext ExternalContextFactory<Context> contexts;

  private final AtomicInteger tests = new AtomicInteger();

  ElasticsearchSinkSuiteITCase(ElasticsearchNode node) throws IOException {
    try (RestClient client = ElasticsearchConnection.to(node.uri().toString()).open(1)) {
      new IndexTemplates(client)
          .install(
              new IndexTemplateSettings(
                  1, 0, Duration.ofSeconds(1), true, 200, PromotedFields.NONE));
    }
    contexts = name -> new Context(node, "suite-" + tests.incrementAndGet());
  }

  /** One test's documents, told apart by the topic they claim to come from. */
  private static final class Context implements DataStreamSinkV2ExternalContext<Long> {
    private final ElasticsearchNode node;
    private final String topic;

    private Context(ElasticsearchNode node, String topic) {
      this.node = node;
      this.topic = topic;
    }

    @Override
    public Sink<Long> createSink(TestingSinkSettings settings) {
      return ElasticsearchSink.<Long>builder()
          .setConnection(ElasticsearchConnection.to(node.uri().toString()))
          .setElementConverter(new NumberConverter(topic))
          .setDeadLetters(NoDeadLetters.factory())
          // The suite stops its job with a savepoint and expects at once what was written before.
          // What waits for its batch would rightly be in the savepoint instead.
          .setMaxBatchSize(1)
          .setMaxInFlightRequests(1_000)
          .setMaxTimeInBufferMS(1)
          .build();
    }

    @Override
    public ExternalSystemDataReader<Long> createSinkDataReader(TestingSinkSettings settings) {
      return new NewDocuments(new StoredDocuments(node, topic));
    }

    @Override
    public List<Long> generateTestData(TestingSinkSettings settings, long seed) {
      return LongStream.range(0, 400).boxed().toList();
    }

    @Override
    public TypeInformation<Long> getProducedType() {
      return TypeInformation.of(Long.class);
    }

    @Override
    public List<URL> getConnectorJarPaths() {
      return List.of();
    }

    @Override
    public void close() {}
  }

  /** Returns with each poll the documents that an earlier one has not. */
  private static final class NewDocuments implements ExternalSystemDataReader<Long> {
    private final StoredDocuments documents;
    private final List<Long> returned = new ArrayList<>();

    private NewDocuments(StoredDocuments documents) {
      this.documents = documents;
    }

    @Override
    public List<Long> poll(Duration timeout) {
      List<Long> fresh = new ArrayList<>(documents.offsets());
      returned.forEach(fresh::remove);
      returned.addAll(fresh);
      return fresh;
    }

    @Override
    public void close() {}
  }

  private static final class NumberConverter implements ElementConverter<Long, BulkDocument> {
    private static final long serialVersionUID = 1;

    private final String topic;

    private NumberConverter(String topic) {
      this.topic = topic;
    }

    @Override
    public BulkDocument apply(Long number, SinkWriter.Context context) {
      String source =
          "{\"timestamp\":\"2026-03-29T10:00:00Z\",\"kafka_topic\":\""
              + topic
              + "\",\"kafka_offset\":"
              + number
              + "}";
      return BulkDocument.of(
          "logs-2026-03-29-10",
          topic + EventId.encode("abcde", 0, number),
          source.getBytes(StandardCharsets.UTF_8),
          TIMESTAMP,
          new RecordOrigin(topic, "abcde", 0, number, TIMESTAMP / 1_000_000));
    }
  }
}
