package io.weir.harness.stack;

import io.weir.harness.process.PortHolder;
import io.weir.harness.process.Ports;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The ports of one stack, all on the loopback interface.
 *
 * @param gateway query gateway (HTTP)
 * @param flink Flink's REST API and web interface
 * @param kafka Kafka
 * @param elasticsearch Elasticsearch (HTTP)
 * @param s3 s3proxy
 * @param prometheus Prometheus (HTTP)
 * @param pushgateway Pushgateway (HTTP)
 * @param alertmanager Alertmanager (HTTP)
 * @param zooKeeper ZooKeeper
 */
public record StackPorts(
    int gateway,
    int flink,
    int kafka,
    int elasticsearch,
    int s3,
    int prometheus,
    int pushgateway,
    int alertmanager,
    int zooKeeper) {

  /** The ports of {@code bin/up} without flags. */
  public static final StackPorts DEFAULT =
      new StackPorts(8080, 8081, 9092, 9200, 9000, 9090, 9091, 9093, 2181);

  public StackPorts {
    Map<Integer, String> seen = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    named(
            gateway,
            flink,
            kafka,
            elasticsearch,
            s3,
            prometheus,
            pushgateway,
            alertmanager,
            zooKeeper)
        .forEach(
            (name, port) -> {
              if (port < 1 || port > 65_535) {
                problems.add("--" + name + "-port is 1 to 65535, not " + port);
                return;
              }
              String other = seen.putIfAbsent(port, name);
              if (other != null) {
                problems.add("--" + name + "-port and --" + other + "-port are both " + port);
              }
            });
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  /** Ports that are free now, for a stack beside another one. */
  public static StackPorts free() {
    Iterator<Integer> free = Ports.free(9).iterator();
    return new StackPorts(
        free.next(),
        free.next(),
        free.next(),
        free.next(),
        free.next(),
        free.next(),
        free.next(),
        free.next(),
        free.next());
  }

  /** Who stands in the way, one line for each taken port; empty when all are free. */
  public List<String> conflicts() {
    List<String> conflicts = new ArrayList<>();
    byName()
        .forEach(
            (name, port) ->
                Ports.holder(port)
                    .map(PortHolder::describe)
                    .ifPresent(
                        holder ->
                            conflicts.add(
                                "port "
                                    + port
                                    + " ("
                                    + name
                                    + ") is taken by "
                                    + holder
                                    + "; stop it, or choose another with --"
                                    + name
                                    + "-port")));
    return conflicts;
  }

  /** Name of each port, as in its flag {@code --NAME-port}. */
  public Map<String, Integer> byName() {
    return named(
        gateway, flink, kafka, elasticsearch, s3, prometheus, pushgateway, alertmanager, zooKeeper);
  }

  private static Map<String, Integer> named(
      int gateway,
      int flink,
      int kafka,
      int elasticsearch,
      int s3,
      int prometheus,
      int pushgateway,
      int alertmanager,
      int zooKeeper) {
    Map<String, Integer> ports = new LinkedHashMap<>();
    ports.put("gateway", gateway);
    ports.put("flink", flink);
    ports.put("kafka", kafka);
    ports.put("elasticsearch", elasticsearch);
    ports.put("s3", s3);
    ports.put("prometheus", prometheus);
    ports.put("pushgateway", pushgateway);
    ports.put("alertmanager", alertmanager);
    ports.put("zookeeper", zooKeeper);
    return ports;
  }
}
