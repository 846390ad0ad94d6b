package io.weir.harness.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;

/**
 * Starts one real Elasticsearch node out of Maven jars.
 *
 * <p>It bypasses Elasticsearch's own launcher: there are no entitlements (sandbox) and no enforced
 * bootstrap checks, and the modules that Maven does not publish (x-pack: ILM, data streams; ingest;
 * reindex) are absent. For the local stack and for tests; never for production.
 *
 * <p>Usage: {@code SearchNode HOME NETTY_JARS ROOT_HANDLER_JAR [setting=value ...]}.
 */
public final class SearchNode {
  private static final int CLOSE_SECONDS = 20;

  private SearchNode() {}

  public static void main(String[] args) throws Exception {
    if (args.length < 3) {
      System.err.println("usage: SearchNode HOME NETTY_JARS ROOT_HANDLER_JAR [setting=value ...]");
      System.exit(64);
    }
    Path home = Path.of(args[0]).toAbsolutePath();
    Node node =
        start(home, Path.of(args[1]), Path.of(args[2]), List.of(args).subList(3, args.length));
    CountDownLatch closed = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node, closed), "close-node"));
    // Elasticsearch's own threads are daemons; this one keeps the JVM up.
    closed.await();
  }

  private static Node start(Path home, Path nettyJars, Path rootHandlerJar, List<String> settings)
      throws Exception {
    NodeHome layout = new NodeHome(home);
    layout.prepare(nettyJars, rootHandlerJar);
    // Read by the native access library, which looks for libzstd below it.
    System.setProperty("es.path.home", home.toString());

    LogConfigurator.registerErrorListener();
    Environment environment = new Environment(settings(home, settings), layout.config());
    LogConfigurator.setNodeName(Node.NODE_NAME_SETTING.get(environment.settings()));
    LogConfigurator.configure(environment, true);

    PluginsLoader plugins =
        PluginsLoader.createPluginsLoader(
            PluginsLoader.loadModulesBundles(environment.modulesDir()),
            PluginsLoader.loadPluginsBundles(environment.pluginsDir()),
            Map.of(),
            false);
    Node node = new Node(environment, plugins);
    node.start();
    return node;
  }

  private static Settings settings(Path home, List<String> assignments) {
    Settings.Builder settings =
        Settings.builder()
            .put("path.home", home.toString())
            .putList("path.repo", home.resolve("repo").toString())
            .put("cluster.name", "weir")
            .put("node.name", "weir-1")
            .put("discovery.type", "single-node")
            .put("network.host", "127.0.0.1")
            .put("transport.port", "0")
            // Developers' disks are often fuller than the 95 % at which a node turns read-only.
            .put("cluster.routing.allocation.disk.threshold_enabled", false);
    List<String> malformed = new ArrayList<>();
    for (String assignment : assignments) {
      int equals = assignment.indexOf('=');
      if (equals < 1) {
        malformed.add(assignment);
      } else {
        settings.put(assignment.substring(0, equals), assignment.substring(equals + 1));
      }
    }
    if (!malformed.isEmpty()) {
      throw new IllegalArgumentException("settings are written name=value, not " + malformed);
    }
    return settings.build();
  }

  private static void close(Node node, CountDownLatch closed) {
    try {
      node.prepareForClose();
      node.close();
      node.awaitClose(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closed.countDown();
    }
  }
}
