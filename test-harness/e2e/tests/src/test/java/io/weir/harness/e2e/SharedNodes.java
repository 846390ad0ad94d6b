package io.weir.harness.e2e;

import io.weir.harness.node.AlertmanagerNode;
import io.weir.harness.node.ElasticsearchNode;
import io.weir.harness.node.FlinkCluster;
import io.weir.harness.node.KafkaBroker;
import io.weir.harness.node.NodeDirectories;
import io.weir.harness.node.NodeFiles;
import io.weir.harness.node.ObjectStore;
import io.weir.harness.node.PrometheusNode;
import io.weir.harness.node.PushgatewayNode;
import io.weir.harness.node.ServerNode;
import io.weir.harness.node.TaskManagerMemory;
import io.weir.harness.node.VictoriaMetricsNode;
import io.weir.harness.node.ZooKeeperNode;
import io.weir.harness.process.ManagedProcess;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Real processes that the test classes of one JVM share, because each takes seconds to start. Use
 * it as an extension and take what a test needs as a parameter of its constructor, {@code
 * BeforeAll} or test method: {@link KafkaBroker}, {@link ElasticsearchNode}, {@link ObjectStore},
 * {@link ZooKeeperNode}, {@link FlinkCluster}, {@link PrometheusNode}, {@link AlertmanagerNode},
 * {@link PushgatewayNode}, {@link VictoriaMetricsNode}, or {@code SharedNodes} itself. What nobody
 * asks for is not started; all end with the JVM.
 *
 * <p>Rules of sharing: test classes run one after the other; each uses topics and buckets with
 * names of its own, ends the jobs that it started, starts again what it stopped or killed, and does
 * not expect indices to be empty (documents of a topic are found by {@code kafka_topic}) nor
 * Prometheus to be (metrics have names of their own and times around now).
 */
public final class SharedNodes implements ParameterResolver {
  /** Largest record that the shared broker takes; more than the biggest poison. */
  public static final int MAX_MESSAGE_BYTES = 8 << 20;

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(SharedNodes.class);

  private final Path folder = Path.of("target", "nodes").toAbsolutePath();
  private final NodeDirectories directories = NodeDirectories.under(folder);
  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private final Map<Class<?>, AutoCloseable> guests = new HashMap<>();

  /** Whether the folder is that of the processes that run; a guest may have one of its own. */
  private boolean prepared;

  private KafkaBroker kafka;
  private ElasticsearchNode elasticsearch;
  private ObjectStore objectStore;
  private ZooKeeperNode zooKeeper;
  private FlinkCluster flink;
  private PrometheusNode prometheus;
  private AlertmanagerNode alertmanager;
  private PushgatewayNode pushgateway;
  private VictoriaMetricsNode victoriaMetrics;

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == SharedNodes.class
        || type == KafkaBroker.class
        || type == ElasticsearchNode.class
        || type == ObjectStore.class
        || type == ZooKeeperNode.class
        || type == FlinkCluster.class
        || type == PrometheusNode.class
        || type == AlertmanagerNode.class
        || type == PushgatewayNode.class
        || type == VictoriaMetricsNode.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    SharedNodes nodes = of(context);
    Class<?> type = parameter.getParameter().getType();
    if (type == KafkaBroker.class) {
      return nodes.kafka();
    } else if (type == ElasticsearchNode.class) {
      return nodes.elasticsearch();
    } else if (type == ObjectStore.class) {
      return nodes.objectStore();
    } else if (type == ZooKeeperNode.class) {
      return nodes.zooKeeper();
    } else if (type == FlinkCluster.class) {
      return nodes.flink();
    } else if (type == PrometheusNode.class) {
      return nodes.prometheus();
    } else if (type == AlertmanagerNode.class) {
      return nodes.alertmanager();
    } else if (type == PushgatewayNode.class) {
      return nodes.pushgateway();
    } else if (type == VictoriaMetricsNode.class) {
      return nodes.victoriaMetrics();
    }
    return nodes;
  }

  /** Returns the nodes of this run, for an extension that stands on them. */
  public static SharedNodes of(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(Held.class, key -> new Held(new SharedNodes()), Held.class)
        .nodes();
  }

  /** Returns where the processes keep their files; emptied when the first of them starts. */
  public NodeDirectories directories() {
    return directories;
  }

  /** Returns the broker, started and ready. */
  public synchronized KafkaBroker kafka() {
    if (kafka == null) {
      prepare();
      KafkaBroker node =
          KafkaBroker.builder(directories)
              .setting("message.max.bytes", Integer.toString(MAX_MESSAGE_BYTES))
              .build();
      started.push(node);
      node.start();
      node.awaitReady();
      kafka = node;
    }
    return kafka;
  }

  /** Returns the Elasticsearch node, started and ready. */
  public synchronized ElasticsearchNode elasticsearch() {
    if (elasticsearch == null) {
      prepare();
      ElasticsearchNode node = ElasticsearchNode.builder(directories).heapMegabytes(768).build();
      started.push(node);
      node.start();
      node.awaitReady();
      elasticsearch = node;
    }
    return elasticsearch;
  }

  /** Returns the S3 server, started and ready. */
  public synchronized ObjectStore objectStore() {
    if (objectStore == null) {
      prepare();
      ObjectStore node = ObjectStore.builder(directories).build();
      started.push(node);
      node.start();
      node.awaitReady();
      objectStore = node;
    }
    return objectStore;
  }

  /** Returns the ZooKeeper server, started and ready. */
  public synchronized ZooKeeperNode zooKeeper() {
    if (zooKeeper == null) {
      prepare();
      ZooKeeperNode node = ZooKeeperNode.builder(directories).build();
      started.push(node);
      node.start();
      node.awaitReady();
      zooKeeper = node;
    }
    return zooKeeper;
  }

  /**
   * Returns the Flink cluster, started and ready: high availability on, {@code s3a://} leads to the
   * object store, 8 slots, a checkpoint every 2 s unless a job says otherwise.
   */
  public synchronized FlinkCluster flink() {
    if (flink == null) {
      FlinkCluster cluster =
          FlinkCluster.builder(directories)
              .highAvailability(zooKeeper())
              .objectStore(objectStore())
              .memory(new TaskManagerMemory(768, 64, 64, 256))
              .slots(8)
              .configure("execution.checkpointing.interval", "2 s")
              .configure("execution.checkpointing.min-pause", "500 ms")
              .configure("restart-strategy.exponential-delay.initial-backoff", "200 ms")
              .configure("restart-strategy.exponential-delay.max-backoff", "2 s")
              .build();
      started.push(cluster);
      cluster.start();
      cluster.awaitReady();
      flink = cluster;
    }
    return flink;
  }

  /** Returns the Prometheus, started and ready; it scrapes nothing. */
  public synchronized PrometheusNode prometheus() {
    if (prometheus == null) {
      prepare();
      PrometheusNode node = PrometheusNode.builder(directories).build();
      started.push(node);
      node.start();
      node.awaitReady();
      prometheus = node;
    }
    return prometheus;
  }

  /** Returns the Alertmanager, started and ready; it notifies nobody. */
  public synchronized AlertmanagerNode alertmanager() {
    if (alertmanager == null) {
      prepare();
      AlertmanagerNode node = AlertmanagerNode.builder(directories).build();
      started.push(node);
      node.start();
      node.awaitReady();
      alertmanager = node;
    }
    return alertmanager;
  }

  /** Returns the Pushgateway, started and ready. */
  public synchronized PushgatewayNode pushgateway() {
    if (pushgateway == null) {
      prepare();
      PushgatewayNode node = PushgatewayNode.builder(directories).build();
      started.push(node);
      node.start();
      node.awaitReady();
      pushgateway = node;
    }
    return pushgateway;
  }

  /** Returns the VictoriaMetrics node, started and ready. */
  public synchronized VictoriaMetricsNode victoriaMetrics() {
    if (victoriaMetrics == null) {
      prepare();
      VictoriaMetricsNode node = VictoriaMetricsNode.builder(directories).build();
      started.push(node);
      node.start();
      node.awaitReady();
      victoriaMetrics = node;
    }
    return victoriaMetrics;
  }

  /** Returns the processes that run, for their logs and their cost. */
  public synchronized List<ManagedProcess> processes() {
    List<ManagedProcess> processes = new ArrayList<>();
    for (AutoCloseable node : started) {
      if (node instanceof ServerNode server) {
        processes.add(server.process());
      } else if (node instanceof FlinkCluster cluster) {
        processes.addAll(cluster.processes());
      }
    }
    return processes;
  }

  /** The first process to start finds nothing of an earlier run. */
  private void prepare() {
    if (!prepared) {
      NodeFiles.deleteFolder(folder);
      prepared = true;
    }
  }

  /**
   * Returns what some test classes have built on these nodes, made when the first asks for it.
   *
   * @param type key under which it is kept
   */
  public synchronized <T extends AutoCloseable> T guest(
      Class<T> type, Function<SharedNodes, T> open) {
    T guest = type.cast(guests.get(type));
    if (guest == null) {
      guest = open.apply(this);
      guests.put(type, guest);
      started.push(guest);
    }
    return guest;
  }

  /**
   * Ends all of these processes, for a test that starts a whole stack of its own and would share
   * the machine with them. Whoever asks for one later gets a new one.
   */
  public synchronized void close() throws Exception {
    while (!started.isEmpty()) {
      started.pop().close();
    }
    guests.clear();
    prepared = false;
    kafka = null;
    elasticsearch = null;
    objectStore = null;
    zooKeeper = null;
    flink = null;
    prometheus = null;
    alertmanager = null;
    pushgateway = null;
    victoriaMetrics = null;
  }

  /** JUnit closes it when the last test class of the JVM has run. */
  private record Held(SharedNodes nodes) implements AutoCloseable {
    @Override
    public void close() throws Exception {
      nodes.close();
    }
  }
}
