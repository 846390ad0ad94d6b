package io.weir.sinks.notification;

import io.weir.model.alert.AlertState;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.apache.http.HttpHeaders;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpPost;
import org.apache.http.entity.ByteArrayEntity;
import org.apache.http.entity.ContentType;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.util.EntityUtils;

/** Posts alerts as JSON to one address. */
public final class HttpReceiver implements Receiver {
  private static final Set<Integer> REFUSALS = Set.of(400, 413, 415, 422);
  private static final int MAX_WORDS = 500;

  private final URI url;
  private final CloseableHttpClient client;
  private final String authorization;
  private final Function<List<AlertState>, byte[]> body;

  /**
   * Creates a receiver.
   *
   * @param url where to post
   * @param client posts; closed with the receiver
   * @param authorization value of that header, or null
   * @param body makes the JSON
   */
  public HttpReceiver(
      URI url,
      CloseableHttpClient client,
      String authorization,
      Function<List<AlertState>, byte[]> body) {
    this.url = url;
    this.client = client;
    this.authorization = authorization;
    this.body = body;
  }

  @Override
  public String name() {
    return url.getHost() + ":" + url.getPort();
  }

  @Override
  public void tell(List<AlertState> alerts) throws IOException {
    HttpPost request = new HttpPost(url);
    if (authorization != null) {
      request.setHeader(HttpHeaders.AUTHORIZATION, authorization);
    }
    request.setEntity(new ByteArrayEntity(body.apply(alerts), ContentType.APPLICATION_JSON));
    try (CloseableHttpResponse response = client.execute(request)) {
      int status = response.getStatusLine().getStatusCode();
      String words =
          response.getEntity() == null
              ? ""
              : EntityUtils.toString(response.getEntity(), StandardCharsets.UTF_8);
      if (status / 100 != 2) {
        String message =
            "POST "
                + url.getScheme()
                + "://"
                + name()
                + url.getPath()
                + " with "
                + alerts.size()
                + " alerts answered "
                + status
                + ": "
                + words.substring(0, Math.min(words.length(), MAX_WORDS));
        throw REFUSALS.contains(status) ? new RefusedException(message) : new IOException(message);
      }
    }
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
