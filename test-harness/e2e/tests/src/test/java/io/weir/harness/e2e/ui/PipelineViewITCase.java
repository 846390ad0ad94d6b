package io.weir.harness.e2e.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The pipeline view in a real browser, over a job that runs. */
@ExtendWith(UiResources.class)
class PipelineViewITCase {
  private static final Pattern NUMBER = Pattern.compile(".*\\d.*");

  private final UiStack stack;
  private final WebBrowser browser;

  PipelineViewITCase(UiStack stack, WebBrowser browser) {
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

  private static Locator measure(Locator job, String label) {
    return job.locator(".measure", new Locator.LocatorOptions().setHasText(label)).locator("dd");
  }

  private static List<String> numbers(Locator cells) {
    return cells.allInnerTexts().stream().map(text -> text.replace("\u202f", "")).toList();
  }

  @Test
  void showsHowAJobDoesAndWhatWasRefused() {
    Page page = browser.open("pipeline?tz=utc");
    Locator job = page.getByLabel("ui-logs", new Page.GetByLabelOptions().setExact(true));
    expect(job.locator(".badge").first()).hasText("running");
    expect(measure(job, "Last checkpoint")).containsText("ago");
    expect(measure(job, "Tasks")).hasText(Pattern.compile("(\\d+) of \\1"));
    // These come from Prometheus, which scrapes Flink.
    expect(measure(job, "Records a second")).hasText(NUMBER);
    expect(measure(job, "Waiting in Kafka")).hasText(NUMBER);
    // Of the four only the logs job has no event time.
    expect(measure(job, "Event time is behind by")).hasText("–");
    Locator delivery = page.getByLabel("Delivery in the last hour");
    Locator counted =
        delivery
            .locator("tr", new Locator.LocatorOptions().setHasText(Pattern.compile("ui[-_]logs")))
            .locator("td");
    await("everything is counted, and nothing else")
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              page.keyboard().press("r");
              assertThat(numbers(delivery.locator(".measure dd")))
                  .containsExactly(Long.toString(stack.ingested()));
              assertThat(numbers(counted))
                  .as("read, stored, samples, dead letters")
                  .containsExactly(
                      Long.toString(stack.ingested() + UiStack.POISON),
                      Long.toString(stack.ingested()),
                      "–",
                      Integer.toString(UiStack.POISON));
            });
    Locator letters = page.getByLabel("Dead letters", new Page.GetByLabelOptions().setExact(true));
    expect(letters.locator(".reasons")).containsText("not_json");
    letters.locator(".chip", new Locator.LocatorOptions().setHasText("not_json")).click();
    letters.locator("summary").first().click();
    expect(letters.locator("pre").first()).hasText("this is <b>no JSON</b>");
    expect(letters.locator("b b")).hasCount(0);
    expect(page.getByText("What the gateway depends on")).isVisible();
    browser.keep(page, "pipeline");
    Page phone = browser.open("pipeline", 390, 844, ColorScheme.DARK);
    expect(phone.getByLabel("ui-logs")).isVisible();
    browser.keep(phone, "pipeline-dark390");
  }

  @Test
  void showsWhatTheLastAuditFound() throws Exception {
    stack.audited(
        Map.of("delivered_to_elasticsearch", 0.998_4, "delivered_to_archive", 1.0),
        Map.of("expected", 250_000.0, "missing_in_elasticsearch", 400.0, "missing_in_archive", 0.0),
        Instant.parse("2026-03-29T02:40:00Z"));
    Page page = browser.open("pipeline?tz=utc");
    Locator audit = page.getByLabel("Last audit", new Page.GetByLabelOptions().setExact(true));

    expect(measure(audit, "It ended")).containsText("02:40");
    expect(measure(audit, "Delivered to Elasticsearch")).hasText("99.8400 %");
    expect(bad(audit, "Delivered to Elasticsearch")).hasCount(1);
    expect(measure(audit, "Delivered to the archive")).hasText("100.0000 %");
    expect(bad(audit, "Delivered to the archive")).hasCount(0);
    assertThat(numbers(measure(audit, "Records looked for"))).containsExactly("250000");
    expect(measure(audit, "Missing in Elasticsearch")).hasText("400");
    expect(bad(audit, "Missing in Elasticsearch")).hasCount(1);
    expect(bad(audit, "Missing in the archive")).hasCount(0);
  }

  private static Locator bad(Locator card, String label) {
    return card.locator(".measure.bad", new Locator.LocatorOptions().setHasText(label));
  }
}
