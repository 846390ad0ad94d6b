package io.weir.harness.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;

/** Calls of the gateway's HTTP API. */
public final class GatewayClient {
  private final Http http;

  public GatewayClient(URI gateway) {
    this.http = new Http(gateway);
  }

  /**
   * GETs a path with its query string.
   *
   * @throws HttpStatusException when the answer is not 2xx
   */
  public JsonNode get(String pathAndQuery) {
    return http.get(pathAndQuery);
  }

  /**
   * POSTs JSON.
   *
   * @throws HttpStatusException when the answer is not 2xx
   */
  public JsonNode post(String path, JsonNode body) {
    return http.post(path, body);
  }
}
