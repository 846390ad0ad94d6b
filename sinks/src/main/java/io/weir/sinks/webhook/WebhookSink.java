package io.weir.sinks.webhook;

import io.weir.model.alert.AlertState;
import io.weir.model.json.AlertStateJson;
import io.weir.sinks.notification.HttpReceiver;
import io.weir.sinks.notification.NotificationSettings;
import io.weir.sinks.notification.NotificationSink;
import io.weir.sinks.notification.Receiver;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.config.RegistryBuilder;
import org.apache.http.conn.socket.ConnectionSocketFactory;
import org.apache.http.conn.socket.PlainConnectionSocketFactory;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;

/**
 * Posts each alert that begins to fire, or is resolved, to webhooks: {@code {"alerts":[...]}}, each
 * as {@link AlertStateJson} has it. What could not be posted is posted later as it then stands, and
 * while the job catches up only how an alert stands in the end is posted (see {@link
 * NotificationSink} and {@link NotificationSettings#once}). Redirects are not followed and no proxy
 * is asked: only allowed hosts with public addresses are ever connected to.
 */
public final class WebhookSink {
  private static final int BATCH = 100;

  private WebhookSink() {}

  /** Returns a sink. */
  public static Sink<AlertState> to(WebhookTargets targets) {
    return new NotificationSink(new Receivers(targets), NotificationSettings.once(BATCH));
  }

  static byte[] body(List<AlertState> alerts) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes("{\"alerts\":[".getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < alerts.size(); i++) {
      if (i > 0) {
        body.write(',');
      }
      body.writeBytes(AlertStateJson.encode(alerts.get(i)));
    }
    body.writeBytes("]}".getBytes(StandardCharsets.US_ASCII));
    return body.toByteArray();
  }

  /** One receiver for each webhook. */
  private record Receivers(WebhookTargets targets) implements Receiver.Factory {
    private static final long serialVersionUID = 1;

    @Override
    public List<Receiver> open() {
      String authorization =
          targets.bearerToken() == null ? null : "Bearer " + targets.bearerToken();
      List<Receiver> receivers = new ArrayList<>();
      for (URI url : targets.urls()) {
        receivers.add(
            new HttpReceiver(
                address(targets, url, receivers.size() + 1),
                client(targets, InetAddress::getAllByName),
                authorization,
                WebhookSink::body));
      }
      return receivers;
    }
  }

  /** Its number tells it from others at the same host. */
  static HttpReceiver.Address address(WebhookTargets targets, URI url, int number) {
    return new HttpReceiver.Address(
        url,
        "webhook " + number + " (" + HttpReceiver.hostAndPort(url) + ")",
        true,
        targets.timeout());
  }

  static CloseableHttpClient client(WebhookTargets targets, PublicAddresses.Lookup lookup) {
    int millis = Math.toIntExact(targets.timeout().toMillis());
    PoolingHttpClientConnectionManager connections =
        new PoolingHttpClientConnectionManager(
            RegistryBuilder.<ConnectionSocketFactory>create()
                .register("http", PlainConnectionSocketFactory.getSocketFactory())
                .register("https", SSLConnectionSocketFactory.getSocketFactory())
                .build(),
            new PublicAddresses(targets.allowPrivateHosts(), lookup));
    return HttpClients.custom()
        .setConnectionManager(connections)
        .disableCookieManagement()
        .disableRedirectHandling()
        .disableAutomaticRetries()
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setConnectTimeout(millis)
                .setConnectionRequestTimeout(millis)
                .setSocketTimeout(millis)
                .build())
        .build();
  }
}
