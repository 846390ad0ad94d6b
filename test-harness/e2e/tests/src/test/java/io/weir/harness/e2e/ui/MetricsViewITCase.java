package io.weir.harness.e2e.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Metrics and dashboards in a real browser. */
@ExtendWith(UiResources.class)
class MetricsViewITCase {
  private final UiStack stack;
  private final WebBrowser browser;

  MetricsViewITCase(UiStack stack, WebBrowser browser) {
    this.stack = stack;
    this.browser = browser;
  }

  @AfterEach
  void nothingWentWrongUnseen() {
    browser.assertNoErrors();
  }

  private static LocatorAssertions expect(Locator locator) {
    return PlaywrightAssertions.assertThat(locator);
  }

  @Test
  void exploresAMetricByItsLabels() {
    Page page = browser.open("metrics?from=now-3h&tz=utc");
    Locator metric = page.getByLabel("Metric", new Page.GetByLabelOptions().setExact(true));
    metric.fill("ui_errors_total");
    metric.press("Enter");
    expect(page.locator(".promql")).containsText("rate(ui_errors_total");
    page.locator(".chip", new Page.LocatorOptions().setHasText("service")).click();
    expect(page.locator(".series-legend tbody tr")).hasCount(2);
    page.getByLabel("Label", new Page.GetByLabelOptions().setExact(true)).selectOption("service");
    page.getByLabel("Value of service").selectOption("payments");
    expect(page.locator(".series-legend tbody tr")).hasCount(1);
    page.getByLabel("Aggregation").last().selectOption("last");
    expect(page.locator(".promql")).containsText("last_over_time");
    assertThat(page.url()).contains("agg=last", "by=service", "tags=service%3Apayments");
    browser.keep(page, "metrics-explore");
    String link = copiedLink(page);
    assertThat(link).contains("/ui/metrics?", "agg=last", "from=20", "to=20");
    Page other = browser.open(link.substring((stack.uri() + "ui/").length()));
    expect(other.locator(".series-legend tbody tr")).hasCount(1);
    metric.fill("no_such_metric_at_all");
    metric.press("Enter");
    expect(page.locator(".empty-title")).containsText("No data");
  }

  @Test
  void makesADashboardOfSeveralPanelsAndSavesIt() {
    Page page = browser.open("dashboards?tz=utc");
    page.getByLabel("New dashboard").fill("Payments <b>now</b>");
    page.getByText("Create", new Page.GetByTextOptions().setExact(true)).click();
    page.waitForURL(Pattern.compile(".*edit=1.*"));
    String id = page.url().replaceAll(".*[?&]id=([^&]+).*", "$1");
    page.getByLabel("Range at first").selectOption("10800");
    add(page, "Errors", "metric", "ui_errors_total");
    add(page, "How many", "stat", "ui_errors_total");
    add(page, "By service", "table", "ui_errors_total");
    add(page, "What they say", "logs", UiStack.scoped("level:ERROR"));
    add(page, "Events", "log_histogram", UiStack.scoped(""));
    expect(page.locator(".panel")).hasCount(5);
    page.getByText("Save", new Page.GetByTextOptions().setExact(true)).click();
    page.waitForURL(Pattern.compile("^(?!.*edit=1).*$"));
    JsonNode saved = stack.get("dashboards/" + id);
    assertThat(saved.path("panels").findValuesAsText("kind"))
        .containsExactly("metric", "stat", "table", "logs", "log_histogram");
    Page again = browser.open("dashboards?id=" + id + "&tz=utc");
    expect(again.locator("h1")).hasText("Payments <b>now</b>");
    expect(again.locator(".stat-value")).hasText(Pattern.compile("\\d.*"));
    expect(again.locator(".panel-log").first()).isVisible();
    expect(again.locator(".panel table.data tbody tr").first()).isVisible();
    browser.keep(again, "dashboard");
    assertThat(copiedLink(again)).contains("/ui/dashboards?", "id=" + id, "from=20", "to=20");
    takesItFromAFile(again, id, saved);
    Page dark = browser.open("dashboards?id=" + id, 390, 844, ColorScheme.DARK);
    expect(dark.locator(".stat-value")).isVisible();
    browser.keep(dark, "dashboard-dark390");
    somebodyElseWins(page, again);
  }

  private static String copiedLink(Page page) {
    page.keyboard().press("y");
    expect(page.locator(".toast")).containsText("on the clipboard");
    return (String) page.evaluate("navigator.clipboard.readText()");
  }

  private void takesItFromAFile(Page shown, String id, JsonNode saved) {
    Path file =
        shown
            .waitForDownload(
                () -> shown.getByText("JSON", new Page.GetByTextOptions().setExact(true)).click())
            .path();
    Page all = browser.open("dashboards?tz=utc");
    Locator choice = all.getByLabel("or from a file");
    choice.setInputFiles(
        new FilePayload("other.json", "application/json", "{}".getBytes(StandardCharsets.UTF_8)));
    expect(all.locator(".notice.error")).containsText("is no dashboard");
    choice.setInputFiles(file);
    expect(all.locator(".panel")).hasCount(5);
    String copy = all.url().replaceAll(".*[?&]id=([^&]+).*", "$1");
    JsonNode taken = stack.get("dashboards/" + copy);
    assertThat(copy).isNotEqualTo(id);
    assertThat(taken.path("title")).isEqualTo(saved.path("title"));
    assertThat(taken.path("panels")).isEqualTo(saved.path("panels"));
  }

  private static void add(Page page, String title, String kind, String what) {
    page.getByText("+ Panel").click();
    Locator dialog = page.locator("dialog");
    dialog.getByLabel("Title").fill(title);
    dialog.getByLabel("Shows").selectOption(kind);
    Locator field =
        kind.startsWith("log")
            ? dialog.getByLabel("Query")
            : dialog.getByLabel("Metric", new Locator.GetByLabelOptions().setExact(true));
    field.fill(what);
    field.press("Tab");
    dialog.getByText("Done", new Locator.GetByTextOptions().setExact(true)).click();
    expect(dialog).hasCount(0);
  }

  private static void somebodyElseWins(Page mine, Page theirs) {
    for (Page page : new Page[] {theirs, mine}) {
      page.getByText("Edit", new Page.GetByTextOptions().setExact(true)).click();
      page.getByLabel("Title").fill("changed");
      page.getByText("Save", new Page.GetByTextOptions().setExact(true)).click();
      if (page == theirs) {
        expect(page.locator("h1")).hasText("changed");
      }
    }
    expect(mine.locator(".notice.error")).containsText("Somebody else has changed");
  }
}
