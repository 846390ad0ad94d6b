package io.weir.gateway;

import io.weir.gateway.config.ConfigReader;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.config.InvalidConfigurationException;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the gateway: {@code Gateway --config gateway.yaml --http.port 8080}; {@code
 * docs/gateway.md} lists every setting. Ends with status 2 if the configuration is wrong, 1 if it
 * cannot start, and after SIGTERM once requests in flight have been answered.
 */
public final class Gateway {
  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
  private static final int EXIT_FAILED = 1;
  private static final int EXIT_USAGE = 2;

  private Gateway() {}

  public static void main(String[] args) throws InterruptedException {
    GatewayConfig config;
    try {
      config = ConfigReader.read(Arrays.asList(args));
    } catch (InvalidConfigurationException e) {
      System.err.println("The configuration is wrong:");
      e.errors().forEach(error -> System.err.println("  " + error));
      System.exit(EXIT_USAGE);
      return;
    }
    RunningGateway gateway;
    try {
      gateway = RunningGateway.start(config);
    } catch (RuntimeException e) {
      LOG.error("Cannot start", e);
      System.err.println("The gateway cannot start: " + e.getMessage());
      System.exit(EXIT_FAILED);
      return;
    }
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  gateway.close();
                  stopped.countDown();
                },
                "weir-shutdown"));
    LOG.info(
        "Gateway listens on {}://{}:{}/ with roles {}; {}",
        config.http().tls().isPresent() ? "https" : "http",
        config.http().host(),
        gateway.port(),
        config.roles(),
        config.auth().required()
            ? "callers have to say who they are"
            : "nobody is asked who they are");
    stopped.await();
  }
}
