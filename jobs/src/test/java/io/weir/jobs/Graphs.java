package io.weir.jobs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamEdge;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;

/** What the tests of topologies ask of a graph. */
final class Graphs {
  private static final Set<String> LOCATIONS =
      Set.of(
          "execution.checkpointing.storage",
          "execution.checkpointing.dir",
          "execution.checkpointing.savepoint-dir");

  private Graphs() {}

  /** The configuration that ships, as far as it is about jobs, with changes for the test. */
  static StreamExecutionEnvironment environment(String job, Map<String, String> changes) {
    Map<String, String> options = FlinkConf.read("config.yaml");
    options.putAll(FlinkConf.read(job));
    options
        .keySet()
        .removeIf(
            key -> !key.matches("(pipeline|execution|restart-strategy|parallelism|state)[.].*"));
    options.keySet().removeAll(LOCATIONS);
    options.put("restart-strategy.exponential-delay.initial-backoff", "10 ms");
    options.put("execution.checkpointing.min-pause", "0 ms");
    options.putAll(changes);
    return StreamExecutionEnvironment.getExecutionEnvironment(Configuration.fromMap(options));
  }

  static List<String> uids(StreamGraph graph) {
    return graph.getStreamNodes().stream().map(StreamNode::getTransformationUID).toList();
  }

  /** Everything by which elements go from one node to another. */
  static List<TypeSerializer<?>> serializers(StreamGraph graph) {
    List<TypeSerializer<?>> serializers = new ArrayList<>();
    for (StreamNode node : graph.getStreamNodes()) {
      serializers.addAll(List.of(node.getTypeSerializersIn()));
      serializers.add(node.getTypeSerializerOut());
      for (StreamEdge edge : node.getOutEdges()) {
        if (edge.getOutputTag() != null) {
          serializers.add(
              edge.getOutputTag().getTypeInfo().createSerializer(new SerializerConfigImpl()));
        }
      }
    }
    serializers.removeIf(Objects::isNull);
    return serializers;
  }
}
