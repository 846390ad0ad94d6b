package io.weir.harness.e2e.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rules, their history and silences in a real browser. */
@ExtendWith(UiResources.class)
class AlertsViewITCase {
  private final UiStack stack;
  private final WebBrowser browser;

  AlertsViewITCase(UiStack stack, WebBrowser browser) {
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
  void createsARuleAfterSeeingWhenItWouldHaveFiredThenFollowsAndSilencesIt() throws Exception {
    Page page = browser.open("alerts?tz=utc");
    page.getByText("New rule").click();
    page.locator("[name=name]").fill("Payments fail");
    page.locator("[name=metric]").fill("ui_errors_total");
    page.locator("[name=aggregation]").selectOption("rate");
    page.locator("[name=threshold]").fill("5");
    page.locator("[name=group_by]").fill("service");
    page.locator("[name=notification_channel]").fill("team");
    page.locator("[name=severity]").selectOption("critical");
    Locator preview = page.locator(".preview");
    expect(preview.locator(".verdict")).containsText("Once in 1 of 2 groups");
    expect(preview.locator(".firings")).containsText("service=payments");
    add(page, "annotations", "summary", "Payments fail, call ops");
    add(page, "annotations", "", "what to do");
    add(page, "labels", "team", "a=b, c");
    page.getByText("Create", new Page.GetByTextOptions().setExact(true)).click();
    expect(page.locator("[data-name=annotations] .field-error")).hasText("a value has no name");
    page.locator("[data-name=annotations] .pair").last().getByLabel("Without this one").click();
    browser.keep(page, "alert-preview");
    page.locator("[name=duration_s]").fill("-7");
    page.getByText("Create", new Page.GetByTextOptions().setExact(true)).click();
    expect(page.locator(".field.wrong").first()).isVisible();
    page.locator("[name=duration_s]").fill("150");
    page.getByText("Create", new Page.GetByTextOptions().setExact(true)).click();
    expect(page.locator(".rule")).containsText("Payments fail");
    JsonNode rule = stack.get("alerts").path("alerts").get(0);
    assertThat(rule.path("threshold").asDouble()).isEqualTo(5);
    assertThat(rule.path("annotations")).hasToString("{\"summary\":\"Payments fail, call ops\"}");
    assertThat(rule.path("labels")).hasToString("{\"team\":\"a=b, c\"}");
    stack.alerts(rule.path("id").asText());
    page.keyboard().press("r");
    expect(page.locator(".rule .badge").first()).hasText("firing");
    browser.keep(page, "alerts-rules");
    page.locator(".rule").getByText("History").click();
    expect(page.locator("table.data tbody tr")).hasCount(2);
    expect(page.locator("table.data tbody tr").first()).containsText("firing");
    browser.keep(page, "alerts-history");
    page.goBack();
    page.getByText("Silence", new Page.GetByTextOptions().setExact(true)).first().click();
    expect(page.locator(".matcher")).hasCount(3);
    page.locator("[name=created_by]").fill("me");
    page.locator("[name=comment]").fill("deploy <i>now</i>");
    page.locator("form .button.primary").click();
    Locator silence = page.locator("table.data tbody tr").first();
    expect(silence).containsText("deploy <i>now</i>");
    expect(silence).containsText("active");
    browser.keep(page, "alerts-silences");
    assertThat(page.url()).as("the zone went along").contains("tz=utc");
    assertThat(stack.nodes().alertmanager().get("/api/v2/silences")).isNotEmpty();
    Page rules = browser.open("alerts?tz=utc");
    expect(rules.locator(".rule-states .silenced")).containsText("silenced until 20");
    browser.keep(rules, "alerts-silenced");
    silence.getByText("End now").click();
    expect(silence).containsText("over");
    rules.keyboard().press("r");
    expect(rules.locator(".rule-states .silenced")).hasCount(0);
    Page phone = browser.open("alerts", 390, 844, ColorScheme.DARK);
    expect(phone.locator(".rule")).isVisible();
    browser.keep(phone, "alerts-dark390");
    edit(page);
  }

  private static void add(Page page, String pairs, String name, String value) {
    Locator rows = page.locator("[data-name=" + pairs + "]");
    rows.getByText("+ Name and value").click();
    Locator inputs = rows.locator(".pair").last().locator("input");
    inputs.first().fill(name);
    inputs.last().fill(value);
  }

  private void edit(Page page) {
    page.navigate(stack.uri() + "ui/alerts?tz=utc");
    page.locator(".rule-name").click();
    expect(page.locator("h1")).hasText("Rule Payments fail");
    expect(page.locator("[data-name=annotations] input").last())
        .hasValue("Payments fail, call ops");
    page.locator("[name=threshold]").fill("500");
    expect(page.locator(".verdict")).containsText("stays quiet");
    page.getByText("Save", new Page.GetByTextOptions().setExact(true)).click();
    page.waitForURL(Pattern.compile("^(?!.*edit=).*$"));
    assertThat(stack.get("alerts").path("alerts").get(0).path("threshold").asDouble())
        .isEqualTo(500);
    assertThat(
            stack.get("alerts").path("alerts").get(0).path("annotations").path("summary").asText())
        .isEqualTo("Payments fail, call ops");
  }
}
