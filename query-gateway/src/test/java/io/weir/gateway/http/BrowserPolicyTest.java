package io.weir.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** What browsers are told, and which pages may call. */
class BrowserPolicyTest {
  private static final String ALLOWED = "https://grafana.example.org";

  @Test
  void everyAnswerSaysThatItIsDataAndNothingToRunOrFrame() {
    try (TestingGateway gateway = new TestingGateway()) {
      for (String path : new String[] {"health", "logs/search", "nowhere", "logs/search?x=1"}) {
        HttpResponse<String> response = new HttpTester(gateway).get(path);
        assertThat(header(response, "X-Content-Type-Options")).as(path).isEqualTo("nosniff");
        assertThat(header(response, "Content-Security-Policy"))
            .as(path)
            .isEqualTo("default-src 'none'; frame-ancestors 'none'");
        assertThat(header(response, "Cache-Control")).as(path).isEqualTo("no-store");
        assertThat(header(response, "Referrer-Policy")).as(path).isEqualTo("no-referrer");
        assertThat(header(response, "Server")).as(path).isEmpty();
        assertThat(header(response, "Strict-Transport-Security")).as(path).isEmpty();
      }
    }
  }

  @Test
  void noPageOfAnotherOriginMayReadAnAnswerUnlessItIsOnTheList() {
    try (TestingGateway closed = new TestingGateway();
        TestingGateway open = new TestingGateway("http.cors-origins", ALLOWED)) {
      assertThat(header(from(closed, ALLOWED, "GET"), "Access-Control-Allow-Origin")).isEmpty();
      HttpResponse<String> allowed = from(open, ALLOWED, "GET");
      assertThat(allowed.statusCode()).isEqualTo(200);
      assertThat(header(allowed, "Access-Control-Allow-Origin")).isEqualTo(ALLOWED);
      assertThat(header(allowed, "Access-Control-Allow-Credentials")).isEmpty();
      HttpResponse<String> other = from(open, "https://evil.example.org", "GET");
      assertThat(other.statusCode()).isEqualTo(403);
      assertThat(header(other, "Access-Control-Allow-Origin")).isEmpty();
      HttpResponse<String> preflight = from(open, ALLOWED, "OPTIONS");
      assertThat(preflight.statusCode()).isEqualTo(204);
      assertThat(header(preflight, "Access-Control-Allow-Headers"))
          .containsIgnoringCase("authorization");
      assertThat(header(preflight, "Access-Control-Allow-Methods")).contains("DELETE");
    }
  }

  private static HttpResponse<String> from(TestingGateway gateway, String origin, String method) {
    return new HttpTester(gateway)
        .send(
            method,
            "logs/search",
            new byte[0],
            "Origin",
            origin,
            "Access-Control-Request-Method",
            "DELETE",
            "Access-Control-Request-Headers",
            "authorization");
  }

  private static String header(HttpResponse<String> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }
}
