package io.weir.harness.e2e.logs;

import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.node.ElasticsearchNode;
import io.weir.harness.node.FlinkCluster;
import io.weir.harness.node.KafkaServers;
import io.weir.harness.node.NodeDirectories;
import io.weir.harness.node.ObjectStore;
import java.net.URI;

/**
 * What a pipeline stands on. The job may be given other addresses than the test, which reads what
 * is stored: those of proxies in between.
 *
 * @param kafkaOfJob {@code host:port} of Kafka for the job
 * @param elasticsearchOfJob Elasticsearch for the job
 * @param flink leads {@code s3a://} to the object store
 */
public record PipelineNodes(
    KafkaServers kafka,
    String kafkaOfJob,
    ElasticsearchNode elasticsearch,
    URI elasticsearchOfJob,
    ObjectStore objectStore,
    FlinkCluster flink,
    NodeDirectories directories) {

  static PipelineNodes of(SharedNodes nodes) {
    return new PipelineNodes(
        nodes.kafka(),
        nodes.kafka().bootstrapServers(),
        nodes.elasticsearch(),
        nodes.elasticsearch().uri(),
        nodes.objectStore(),
        nodes.flink(),
        nodes.directories());
  }
}
