package io.weir.harness.e2e.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.gateway.ApiKeys;
import io.weir.harness.node.ElasticsearchNode;
import io.weir.harness.node.GatewayProcess;
import io.weir.harness.node.KafkaBroker;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The web interface of a gateway that asks callers who they are, in a real Chromium. */
@ExtendWith(SharedNodes.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeyViewITCase {
  /** Nobody else writes events of it into the store that tests share. */
  private static final String SERVICE = "key-view-shop";

  private static final String TOPIC = "key-view-logs";

  private GatewayProcess gateway;
  private WebBrowser browser;
  private String key;

  @BeforeAll
  void start(
      SharedNodes nodes, KafkaBroker kafka, ElasticsearchNode elasticsearch, @TempDir Path folder)
      throws Exception {
    try (Admin admin = kafka.admin()) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(TOPIC, 1, (short) 1)
                      .configs(Map.of("message.timestamp.type", "LogAppendTime"))))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
    ApiKeys keys = new ApiKeys(folder.resolve("keys.json"));
    key = keys.add("Ada", List.of("read", "ingest"), SERVICE);
    gateway =
        GatewayProcess.builder(nodes.directories())
            .name("gateway-keys")
            .option("roles", "ingest,search,tail")
            .option("kafka.bootstrap-servers", kafka.bootstrapServers())
            .option("kafka.logs-topic", TOPIC)
            .option("elasticsearch.hosts", elasticsearch.uri().toString())
            .option("auth.keys-file", keys.file().toString())
            .build();
    gateway.start();
    gateway.awaitReady();
    browser = new WebBrowser(gateway.uri());
  }

  @AfterAll
  void stop() {
    if (browser != null) {
      browser.close();
    }
    if (gateway != null) {
      gateway.close();
    }
  }

  private static LocatorAssertions expect(Locator locator) {
    return PlaywrightAssertions.assertThat(locator);
  }

  @Test
  void asksOnceForAKeyKeepsItInTheTabAndPresentsItInStreamsToo() throws Exception {
    List<String> addresses = new CopyOnWriteArrayList<>();
    Page page = browser.open("logs");
    page.onRequest(request -> addresses.add(request.url()));
    Locator field = page.locator("input[name=weir-key]");
    expect(field).isVisible();
    browser.keep(page, "key-dialog");
    field.fill("weir_0123456789ab_" + "A".repeat(43));
    field.press("Enter");
    expect(page.locator(".field-error")).containsText("It was refused");
    field.fill(key);
    field.press("Enter");
    expect(field).hasCount(0);
    expect(page.locator(".empty-title")).containsText("no events");
    page.keyboard().press("l");
    expect(page.locator(".stream.live")).isVisible();
    assertThat(ingest()).isEqualTo(202);
    expect(page.locator(".row-message")).containsText("for your eyes");
    page.reload();
    Locator who =
        page.getByRole(
            com.microsoft.playwright.options.AriaRole.BUTTON,
            new Page.GetByRoleOptions().setName("Signed in as Ada"));
    expect(who).isVisible();
    expect(field).hasCount(0);
    who.click();
    expect(page.locator(".popup")).containsText("Sees " + SERVICE);
    browser.keep(page, "key-who");
    page.getByText("Forget the key").click();
    expect(field).isVisible();
    assertThat(addresses).isNotEmpty().noneMatch(address -> address.contains(key));
    assertThat(page.evaluate("JSON.stringify(localStorage)").toString()).doesNotContain(key);
    browser.assertNoErrors();
  }

  private int ingest() throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(gateway.uri().resolve("ingest/logs"))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + key)
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"events\":[{\"service\":\""
                            + SERVICE
                            + "\",\"message\":\"for your eyes\"}]}"))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .statusCode();
  }
}
