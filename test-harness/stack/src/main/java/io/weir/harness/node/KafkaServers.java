package io.weir.harness.node;

import org.apache.kafka.clients.admin.Admin;

/** Kafka as a client sees it, of however many brokers. */
public interface KafkaServers {

  /** {@code host:port} of the brokers, separated by commas. */
  String bootstrapServers();

  /** A new administration client; the caller closes it. */
  Admin admin();
}
