package io.weir.harness.e2e.ui;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.WaitForSelectorState;
import io.weir.harness.fault.TcpFault;
import io.weir.harness.fault.TcpFaultProxy;
import io.weir.harness.node.GatewayProcess;
import io.weir.harness.process.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The logs view in a real browser, in front of the logs job and a shipped gateway. */
@ExtendWith(UiResources.class)
class LogsViewITCase {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final UiStack stack;
  private final WebBrowser browser;

  LogsViewITCase(UiStack stack, WebBrowser browser) {
    this.stack = stack;
    this.browser = browser;
  }

  @AfterEach
  void nothingWentWrongUnseen() {
    browser.assertNoErrors();
  }

  private static String view(String query, String... more) {
    Map<String, String> parameters = new TreeMap<>();
    parameters.put("q", UiStack.scoped(query));
    parameters.put("from", "now-1h");
    parameters.put("tz", "utc");
    for (int i = 0; i < more.length; i += 2) {
      parameters.put(more[i], more[i + 1]);
    }
    return "logs?"
        + parameters.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), UTF_8))
            .collect(Collectors.joining("&"));
  }

  private static LocatorAssertions expect(Locator locator) {
    return PlaywrightAssertions.assertThat(locator);
  }

  private static void awaitShown(Page page, int events) {
    expect(page.locator(".results-status > p"))
        .containsText(Pattern.compile("\\b" + events + " shown"));
  }

  @Test
  void completesFieldsAndValuesAndFindsWhatIsAskedFor() {
    Page page = browser.open("logs?from=now-1h&tz=utc");
    Locator input = page.getByLabel("Query", new Page.GetByLabelOptions().setExact(true));
    // Rows are there once the page listens to keys.
    page.locator(".row").first().waitFor();
    page.keyboard().press("/");
    expect(input).isFocused();
    input.pressSequentially("kafka_topic:ui-logs ser");
    expect(page.locator(".choices li").first()).containsText("service:");
    input.press("Tab");
    expect(page.locator(".choices")).containsText("payments");
    browser.keep(page, "logs-completion");
    input.pressSequentially("pay");
    // Other tests have services of their own, some with this beginning.
    Locator choices = page.locator(".choices li");
    expect(choices.filter(new Locator.FilterOptions().setHasNotText("pay"))).hasCount(0);
    List<String> texts = choices.allInnerTexts();
    for (String text : texts) {
      input.press("ArrowDown");
      if (Pattern.matches("(?s)payments\\b[^-]*", text.strip())) {
        break;
      }
    }
    input.press("Enter");
    expect(input).hasValue("kafka_topic:ui-logs service:payments ");
    input.press("Enter");
    awaitShown(page, UiStack.EVENTS / 3);
    assertThat(page.url()).contains("service%3Apayments");
    assertThat(page.locator(".row .row-column").allInnerTexts()).containsOnly("payments");
  }

  @Test
  void showsAnErrorWhereItIs() {
    Page page = browser.open("logs?from=now-1h");
    Locator input = page.getByLabel("Query", new Page.GetByLabelOptions().setExact(true));
    input.fill("service:payments )");
    input.press("Enter");
    expect(page.locator(".query-error")).containsText("unexpected");
    expect(page.locator(".query-pointer b")).hasText(")");
    expect(page.locator(".q-wrong")).hasText(")");
    expect(input).hasAttribute("aria-invalid", "true");
    browser.keep(page, "logs-error");
    page.getByText("Go there").click();
    expect(input).isFocused();
    assertThat(page.evaluate("document.activeElement.selectionStart")).isEqualTo(17);
    input.fill("service:payments");
    expect(page.locator(".query-error")).hasCount(0);
  }

  @Test
  void takesAnAbsoluteRangeInUtcAndLocalTime() {
    Page page = browser.open(view("service:payments"));
    awaitShown(page, UiStack.EVENTS / 3);
    page.keyboard().press("t");
    Locator form = page.locator(".time-form");
    String start = stack.end().minusSeconds(60).toString().substring(0, 19).replace('T', ' ');
    form.locator("[name=from]").fill(start);
    form.locator("[name=to]").fill("yesterday");
    expect(form.locator(".field-error")).containsText("is no time");
    form.locator("[name=to]").fill("now");
    browser.keep(page, "logs-time");
    form.getByText("Apply").click();
    expect(page.locator(".row-time").first())
        .containsText(stack.end().toString().substring(11, 16).substring(0, 3));
    assertThat(page.url()).contains("from=" + start.substring(0, 10) + "T");
    String utc = page.locator(".row-time").first().innerText();
    page.keyboard().press("t");
    form.getByText("Local (Europe/Berlin)").click();
    page.keyboard().press("Escape");
    expect(page.locator(".row-time").first()).not().hasText(utc);
    assertThat(page.url()).contains("tz=local");
  }

  @Test
  void zoomsByDraggingOverTheHistogram() {
    Page page = browser.open(view("service:payments", "from", "now-30m"));
    awaitShown(page, UiStack.EVENTS / 3);
    expect(page.locator(".legend")).containsText("ERROR");
    BoundingBox box = page.locator(".histogram .u-over").boundingBox();
    page.mouse().move(box.x + box.width * 0.8, box.y + 20);
    page.mouse().down();
    page.mouse().move(box.x + box.width * 0.9, box.y + 20);
    page.mouse().up();
    page.waitForURL(Pattern.compile(".*from=20\\d\\d-.*&.*to=20\\d\\d-.*|.*to=20.*from=20.*"));
    String[] range = page.locator(".time-label").innerText().split(" → ", 2);
    Instant from = Instant.parse(range[0].replace(' ', 'T') + "Z");
    Instant to = Instant.parse(range[1].replace(' ', 'T') + "Z");
    assertThat(Duration.between(from, to)).isBetween(Duration.ofMinutes(2), Duration.ofMinutes(4));
  }

  @Test
  void filtersByAFacetAndWithout() {
    Page page = browser.open(view("level:ERROR"));
    Locator services = page.locator(".facet", new Page.LocatorOptions().setHasText("service"));
    services.getByTitle("Only payments").click();
    page.waitForURL(Pattern.compile(".*service%3Apayments.*"));
    expect(page.locator(".row .row-column").first()).hasText("payments");
    services.getByTitle("No longer only these").click();
    page.waitForURL(Pattern.compile("^(?!.*payments).*$"));
    services.locator("li", new Locator.LocatorOptions().setHasText("checkout")).hover();
    services.getByLabel("Without checkout").click();
    page.waitForURL(Pattern.compile(".*-service%3Acheckout.*"));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(page.locator(".row .row-column").allInnerTexts())
                    .isNotEmpty()
                    .doesNotContain("checkout"));
    page.getByLabel("Another field to count").fill("user_id");
    page.getByText("Add", new Page.GetByTextOptions().setExact(true)).click();
    Locator users = page.locator(".facet", new Page.LocatorOptions().setHasText("user_id"));
    expect(users.locator("li").first()).isVisible();
    expect(users).containsText("Counted in the newest");
  }

  @Test
  void loadsAllPagesWhileOneScrollsAndKeepsFewRowsInTheDocument() {
    Page page = browser.open(view("card"));
    awaitShown(page, 200);
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              page.locator(".virtual").evaluate("list => list.scrollTop = list.scrollHeight");
              return page.locator(".list-end").innerText().equals("That was all.");
            });
    awaitShown(page, UiStack.EVENTS);
    assertThat(page.locator(".row").count()).isLessThan(80);
    // The last page may have come after the last scrolling.
    page.locator(".virtual").evaluate("list => list.scrollTop = list.scrollHeight");
    expect(page.locator(".row .row-message").last()).containsText("connection 0 to");
  }

  @Test
  void opensALineFiltersFromItAndShowsTheLinesAround() {
    Page page = browser.open(view("\"connection 300\""));
    awaitShown(page, 1);
    expect(page.locator(".row mark")).hasText("connection 300");
    page.keyboard().press("j");
    page.keyboard().press("Enter");
    Locator detail = page.locator(".detail");
    expect(detail.locator(".message")).containsText("connection 300 to card-processor refused");
    Locator user = detail.locator("tr", new Locator.LocatorOptions().setHasText("user_id"));
    user.getByLabel("Column user_id").click();
    expect(page.locator(".row .row-column").last()).hasText("20");
    assertThat(page.url()).contains("cols=service%2Cuser_id");
    browser.keep(page, "logs-detail");
    page.keyboard().press("c");
    Locator context = page.locator(".context-line");
    expect(page.locator(".context-line.here")).containsText("connection 300");
    // Of the same service on the same host: every 15th.
    assertThat(context.allInnerTexts()).hasSizeGreaterThan(20).allMatch(LogsViewITCase::is15th);
    browser.keep(page, "logs-context");
    page.keyboard().press("Escape");
    expect(context).hasCount(0);
    user.getByLabel("Only with user_id like this").click();
    page.waitForURL(Pattern.compile(".*user_id%3A20.*"));
    page.keyboard().press("Escape");
    expect(detail).hasCount(0);
  }

  private static boolean is15th(String line) {
    var number = Pattern.compile("connection (\\d+) to").matcher(line);
    return number.find() && Integer.parseInt(number.group(1)) % 15 == 0;
  }

  @Test
  void takesHostileLinesForTextAndNothingElse() {
    Page page = browser.open(view("service:" + UiStack.HOSTILE));
    awaitShown(page, UiStack.hostileLines().size());
    for (int i = 0; i < UiStack.hostileLines().size(); i++) {
      page.keyboard().press("j");
      page.keyboard().press("Enter");
    }
    expect(page.locator(".detail")).hasCount(UiStack.hostileLines().size());
    Locator list = page.locator(".rows");
    assertThat(list.locator("img, script, style, iframe, b, a").count()).isZero();
    expect(list).containsText("<img src=x onerror=");
    expect(list).containsText("&lt;b&gt; &amp; {{7*7}}");
    assertThat(page.title()).isEqualTo("Logs · Weir");
    String text = list.innerText();
    assertThat(text).doesNotContain("\u001b", "\u202e", "\u2066", "\u200b", "\u0007", "\u0000");
    assertThat(text).contains("red ", "RLO", "PDF", "ZWSP");
    expect(list).containsText("terminal escape sequences left out");
    browser.keep(page, "logs-hostile");
  }

  @Test
  void cutsAnEndlessLineUntilAllOfItIsWanted() {
    Page page = browser.open(view("service:" + UiStack.LONG));
    awaitShown(page, 1);
    assertThat(page.locator(".row-message").innerText().length()).isLessThan(1_000);
    page.keyboard().press("j");
    page.keyboard().press("Enter");
    Locator message = page.locator(".detail .message");
    expect(page.locator(".cut")).containsText("The first 20 k of");
    assertThat(message.innerText()).hasSize(20_000);
    page.getByText(Pattern.compile("Show all")).click();
    expect(page.locator(".cut")).hasCount(0);
    assertThat(message.innerText().length()).isGreaterThan(60_000);
  }

  @Test
  void followsPausesAndResumesWithoutAGap() {
    String marker = "live" + Instant.now().toEpochMilli();
    Page page = browser.open(view(marker));
    expect(page.locator(".empty-title")).containsText("No event");
    Request stream =
        page.waitForRequest(
            request -> request.url().contains("/logs/stream"), () -> page.keyboard().press("l"));
    // A minute before the newest event that can be found.
    assertThat(stream.url()).matches(".*since=(6\\d|[7-9]\\d|[1-8]\\d\\d|900)s.*");
    expect(page.locator(".stream.live")).isVisible();
    ingest(marker, 0, 5);
    awaitShown(page, 5);
    browser.keep(page, "logs-live");
    page.keyboard().press("l");
    expect(page.locator(".stream.paused")).isVisible();
    ingest(marker, 5, 25);
    await("what came while it was paused").atMost(PATIENCE).until(() -> stack.total(marker) == 25);
    awaitShown(page, 5);
    page.keyboard().press("l");
    awaitShown(page, 25);
    assertThat(numbers(page)).isEqualTo(countdown(25));
    ingest(marker, 25, 30);
    awaitShown(page, 30);
    assertThat(numbers(page)).isEqualTo(countdown(30));
    assertThat(page.url()).contains("live=live");
    page.getByText("■ Stop").click();
    expect(page.locator(".stream")).hasCount(0);
  }

  @Test
  void noticesAConnectionThatDiedWithoutAWord() {
    try (TcpFaultProxy proxy = new TcpFaultProxy(0, stack.uri().getPort())) {
      String marker = "silent" + Instant.now().toEpochMilli();
      Page page = browser.open(URI.create("http://127.0.0.1:" + proxy.port() + "/"), view(marker));
      expect(page.locator(".empty-title")).containsText("No event");
      page.clock().install();
      page.keyboard().press("l");
      expect(page.locator(".stream.live")).isVisible();
      ingest(marker, 0, 3);
      awaitShown(page, 3);
      proxy.set(TcpFault.CUT);
      ingest(marker, 3, 6);
      page.clock().fastForward(31_000);
      expect(page.locator(".stream.broken")).isVisible();
      proxy.set(TcpFault.NONE);
      expect(page.locator(".stream.live")).isVisible();
      awaitShown(page, 6);
      assertThat(numbers(page)).isEqualTo(countdown(6));
      page.context().close(); // before its way to the gateway goes
    }
  }

  @Test
  void followsWhileElasticsearchIsAway() {
    try (GatewayProcess alone =
        GatewayProcess.builder(stack.nodes().directories())
            .name("gateway-ui-alone")
            .option("roles", "ingest,search,tail")
            .option("kafka.bootstrap-servers", stack.nodes().kafka().bootstrapServers())
            .option("kafka.logs-topic", UiStack.NAME)
            .option("elasticsearch.hosts", "http://127.0.0.1:" + Ports.free())
            .option("tail.retry-after", "10m")
            .build()) {
      alone.start();
      await("the gateway listens")
          .atMost(PATIENCE)
          .until(() -> Ports.isOpen(alone.uri().getPort()));
      String marker = "alone" + Instant.now().toEpochMilli();
      Page page = browser.open(alone.uri(), view(marker, "live", "live"));
      expect(page.getByText("cannot be reached").first()).isVisible();
      expect(page.locator(".stream.live")).isVisible();
      ingest(marker, 0, 5);
      expect(page.locator(".row .row-message")).hasCount(5);
      assertThat(numbers(page)).isEqualTo(countdown(5));
      browser.keep(page, "logs-live-without-elasticsearch");
      comesAgainWhenTheGatewaySays(page, alone);
      page.context().close(); // before its gateway goes
    }
  }

  /** The gateway asks for ten minutes at least, and spreads the clients over thirty more. */
  private static void comesAgainWhenTheGatewaySays(Page page, GatewayProcess gateway) {
    List<String> asked = new CopyOnWriteArrayList<>();
    page.onRequest(request -> asked.add(request.url()));
    page.clock().install();
    gateway.process().stop();
    expect(page.locator(".stream.ended")).isVisible();
    gateway.start();
    await("the gateway listens again")
        .atMost(PATIENCE)
        .until(() -> Ports.isOpen(gateway.uri().getPort()));
    page.clock().fastForward("09:00");
    expect(page.locator(".stream.ended")).isVisible();
    page.clock().fastForward("32:00");
    expect(page.locator(".stream.live")).isVisible();
    assertThat(asked.stream().filter(url -> url.contains("/logs/stream"))).hasSize(1);
  }

  private void ingest(String marker, int from, int to) {
    List<ObjectNode> events = new ArrayList<>();
    Instant now = Instant.now();
    for (int i = from; i < to; i++) {
      events.add(UiStack.event(now.plusMillis(i), "tailed", "INFO", marker + " number" + i));
    }
    stack.ingest(events);
  }

  private static List<String> numbers(Page page) {
    return page.locator(".row .row-message").allInnerTexts().stream()
        .map(text -> text.replaceAll(".* number", ""))
        .toList();
  }

  private static List<String> countdown(int from) {
    List<String> numbers = new ArrayList<>();
    for (int i = from - 1; i >= 0; i--) {
      numbers.add(Integer.toString(i));
    }
    return numbers;
  }

  @Test
  void savesWhatWasFound() throws IOException {
    Page page = browser.open(view("service:payments"));
    awaitShown(page, UiStack.EVENTS / 3);
    List<String> lines = Files.readAllLines(save(page, "Save as NDJSON").path());
    assertThat(lines).hasSize(UiStack.EVENTS / 3).allMatch(line -> line.contains("\"payments\""));
    List<String> rows = Files.readAllLines(save(page, "Save as CSV").path());
    assertThat(rows.get(0))
        .startsWith("timestamp,level,service,host,region,message,fields.attempt,fields.user_id");
    assertThat(rows).hasSize(1 + UiStack.EVENTS / 3);
  }

  private static Download save(Page page, String what) {
    page.getByText("More ▾").click();
    return page.waitForDownload(() -> page.getByText(what).click());
  }

  @Test
  void saysPlainlyWhatWasNotSearched() {
    String name = hourWithoutIndex();
    stack
        .nodes()
        .elasticsearch()
        .send(
            "PUT",
            "/" + name + "?wait_for_active_shards=0",
            "{\"settings\":{\"index.routing.allocation.require._name\":\"nobody\"}}");
    try {
      Page page = browser.open(view("service:payments", "from", "now-6h"));
      Locator notice = page.locator(".notice.warning");
      expect(notice).containsText("Not everything was searched");
      expect(notice).containsText("shards failed");
      expect(notice).containsText(name);
      browser.keep(page, "logs-partial");
      expect(page.getByText("Go on without")).isVisible();
    } finally {
      stack.nodes().elasticsearch().send("DELETE", "/" + name, "");
    }
  }

  /** Name of the index of one of the last hours that nobody has written into. */
  private String hourWithoutIndex() {
    Set<String> there = new HashSet<>();
    stack
        .nodes()
        .elasticsearch()
        .get("/_cat/indices/logs-*?format=json&expand_wildcards=all")
        .forEach(index -> there.add(index.path("index").asText()));
    return IntStream.rangeClosed(1, 5)
        .mapToObj(hours -> Instant.now().minus(Duration.ofHours(hours)).toString())
        .map(time -> "logs-" + time.substring(0, 13).replace('T', '-'))
        .filter(index -> !there.contains(index))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void everythingIsInTheLink() {
    Page page = browser.open(view("service:payments refused", "cols", "host,attempt"));
    expect(page.locator(".row").first()).isVisible();
    page.keyboard().press("j");
    page.keyboard().press("Enter");
    page.keyboard().press("j");
    page.keyboard().press("Enter");
    expect(page.locator(".detail")).hasCount(2);
    assertThat(page.url()).contains("open=");
    List<String> before = page.locator(".detail .message").allInnerTexts();
    page.keyboard().press("y");
    expect(page.locator(".toast")).containsText("on the clipboard");
    String link = (String) page.evaluate("navigator.clipboard.readText()");
    assertThat(link).contains("from=20").contains("to=20").startsWith(stack.uri() + "ui/logs?");
    Page other = browser.open(link.substring((stack.uri() + "ui/").length()));
    expect(other.locator(".detail")).hasCount(2);
    assertThat(other.locator(".detail .message").allInnerTexts()).isEqualTo(before);
    assertThat(other.locator(".row").first().innerText())
        .isEqualTo(page.locator(".row").first().innerText());
  }

  @Test
  void isWorkedWithTheKeyboardAndTellsHow() {
    Page page = browser.open(view("service:payments"));
    awaitShown(page, UiStack.EVENTS / 3);
    page.keyboard().press("?");
    expect(page.locator(".keys")).isVisible();
    browser.keep(page, "logs-keys");
    page.keyboard().press("Escape");
    expect(page.locator(".keys")).hasCount(0);
    for (int i = 0; i < 40; i++) {
      page.keyboard().press("j");
    }
    Locator selected = page.locator(".row.selected");
    expect(selected).isInViewport();
    page.keyboard().press("k");
    expect(selected).hasCount(1);
    page.keyboard().press("2");
    page.waitForURL(Pattern.compile(".*/ui/metrics\\?.*"));
  }

  @Test
  void isReadableInLightAndDarkOnADeskAndOnAPhone() {
    for (ColorScheme colours : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      for (int width : new int[] {1280, 390}) {
        Page page = browser.open(view(""), width, width == 390 ? 844 : 800, colours);
        awaitShown(page, 200);
        expect(page.locator(".legend")).containsText("ERROR");
        browser.keep(page, "logs-" + colours.name().toLowerCase(Locale.ROOT) + width);
        assertFits(page, width);
      }
    }
  }

  @Test
  void everyViewFitsAPhone() {
    Map<String, String> views =
        Map.of(
            "metrics?metric=ui_errors_total&by=service&from=now-3h", ".series-legend tbody tr",
            "dashboards", "input",
            "alerts", ".tabs",
            "alerts?edit=new", ".preview",
            "alerts?tab=silences", ".matchers",
            "alerts?tab=history", ".filter-line",
            "pipeline", ".dependencies");
    views.forEach(
        (view, sign) -> {
          Page page = browser.open(view, 390, 844, ColorScheme.DARK);
          page.locator(sign)
              .first()
              .waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.ATTACHED));
          browser.keep(page, "phone-" + view.replaceAll("\\?.*?=", "-").replaceAll("&.*", ""));
          assertFits(page, 390);
        });
  }

  private static void assertFits(Page page, int width) {
    int scroll = (int) page.evaluate("document.documentElement.scrollWidth");
    assertThat(scroll).as(page.url()).isLessThanOrEqualTo(width);
  }
}
