package io.weir.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The web interface's files over real HTTP. */
class UiCallsTest {
  private static final byte[] NOTHING = new byte[0];

  private final TestingGateway gateway = new TestingGateway("roles", "rules");
  private final HttpTester http = new HttpTester(gateway);

  @AfterEach
  void stop() {
    gateway.close();
  }

  private String script() {
    Matcher script =
        Pattern.compile("src=\"\\./([0-9a-f]{16}/main\\.js)\"").matcher(http.get("ui/").body());
    assertThat(script.find()).isTrue();
    return "ui/" + script.group(1);
  }

  @Test
  void theRootLeadsToIt() {
    for (String path : new String[] {"", "ui"}) {
      HttpResponse<String> response = http.get(path);
      assertThat(response.statusCode()).isEqualTo(302);
      assertThat(response.headers().firstValue("Location")).contains("ui/");
    }
  }

  @Test
  void everyViewIsThePageAndNothingElseIs() {
    String page = http.get("ui/").body();
    assertThat(page).contains("<title>Weir</title>").doesNotContain("{version}");
    for (String view : new String[] {"logs", "metrics", "dashboards", "alerts", "pipeline"}) {
      assertThat(http.get("ui/" + view + "?q=a").body()).isEqualTo(page);
    }
    // Where notifications about an alert lead.
    assertThat(http.get("ui/alerts?edit=payments-errors").body()).isEqualTo(page);
    assertThat(http.get("ui/other").statusCode()).isEqualTo(404);
    assertThat(http.get("ui/../openapi.yaml").body()).startsWith("openapi:");
    assertThat(http.get("ui/%2e%2e/log4j2.properties").statusCode()).isEqualTo(404);
  }

  @Test
  void runsUnderAStrictPolicy() {
    HttpResponse<String> page = http.get("ui/");
    String policy = page.headers().firstValue("Content-Security-Policy").orElseThrow();
    assertThat(policy)
        .startsWith("default-src 'none'; script-src 'self' 'sha256-")
        .contains("frame-ancestors 'none'", "require-trusted-types-for 'script'")
        .doesNotContain("unsafe", "*", "http:", "https:", "data:");
    assertThat(page.headers().firstValue("X-Frame-Options")).contains("DENY");
    assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(page.headers().firstValue("Referrer-Policy")).contains("no-referrer");
    assertThat(page.headers().firstValue("Cross-Origin-Opener-Policy")).contains("same-origin");
    // What the policy allows is all that the page has.
    assertThat(page.body()).doesNotContain("style=", "onclick=", "<style");
    assertThat(page.body().split("<script", -1)).hasSize(3);
    assertThat(http.get("health").headers().firstValue("Content-Security-Policy"))
        .contains("default-src 'none'; frame-ancestors 'none'");
  }

  @Test
  void isAskedForOnceAndThenOnlyWhetherItChanged() {
    HttpResponse<String> page = http.get("ui/");
    assertThat(page.headers().firstValue("Cache-Control")).contains("no-cache");
    String etag = page.headers().firstValue("ETag").orElseThrow();
    HttpResponse<String> again =
        http.send("GET", "ui/", NOTHING, "If-None-Match", "\"x\", " + etag);
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(http.send("GET", "ui/", NOTHING, "If-None-Match", "\"x\"").statusCode())
        .isEqualTo(200);
    HttpResponse<String> script = http.get(script());
    assertThat(script.headers().firstValue("Cache-Control"))
        .contains("public, max-age=31536000, immutable");
    assertThat(script.headers().firstValue("Content-Type"))
        .contains("text/javascript; charset=utf-8");
    HttpResponse<String> head = http.send("HEAD", script(), NOTHING);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
  }

  @Test
  void isCompressedForThoseWhoAsk() {
    HttpResponse<String> plain = http.get(script());
    assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
    HttpResponse<String> packed =
        http.send("GET", script(), NOTHING, "Accept-Encoding", "br, gzip");
    assertThat(packed.headers().firstValue("Content-Encoding")).contains("gzip");
    assertThat(packed.headers().firstValue("Vary")).contains("accept-encoding");
    assertThat(packed.headers().firstValueAsLong("Content-Length").orElseThrow())
        .isLessThan(plain.body().length());
  }

  @Test
  void bringsItsLibraries() {
    String version = script().split("/", -1)[1];
    assertThat(http.get("ui/" + version + "/lib/preact.js").body()).contains("export");
    assertThat(http.get("ui/" + version + "/lib/hooks.js").body()).contains("from\"preact\"");
    assertThat(http.get("ui/" + version + "/lib/uplot.js").body()).contains("uPlot");
    assertThat(http.get("ui/" + version + "/lib/uplot.css").statusCode()).isEqualTo(200);
  }
}
