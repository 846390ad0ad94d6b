package io.weir.harness.e2e.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import io.weir.harness.node.HarnessLayout;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A real Chromium. Whatever its console calls an error is one, violations of the content security
 * policy included; only answers of the API with an expected status are not.
 */
final class WebBrowser implements AutoCloseable {
  /** For actions and expectations alike; only a test that fails waits that long. */
  private static final int TIMEOUT_MILLIS = 30_000;

  /** How Chromium reports an answer whose status is no success; the page itself shows it. */
  private static final String FAILED_REQUEST = "Failed to load resource: the server responded";

  /** How it reports that there was no answer, as when a gateway stops. */
  private static final String LOST_REQUEST = "Failed to load resource: net::ERR_";

  private static final Path SCREENSHOTS = Path.of("target", "screenshots").toAbsolutePath();

  private final Playwright playwright;
  private final Browser browser;
  private final URI root;
  private final List<String> errors = new ArrayList<>();

  /**
   * @param root address of the gateway
   */
  WebBrowser(URI root) {
    this.root = root;
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    PlaywrightAssertions.setDefaultAssertionTimeout(TIMEOUT_MILLIS);
    playwright = Playwright.create(new Playwright.CreateOptions().setEnv(environment));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(program())
                    // Root has no sandbox; only pages of the gateway under test are opened.
                    .setArgs(List.of("--no-sandbox", "--disable-dev-shm-usage")));
  }

  /** The browser that the functions in bin/lib.sh have found or unpacked. */
  private static Path program() {
    Path root = HarnessLayout.find().root();
    return Stream.of(
            root.resolve(".weir/opt/bin/chromium"),
            Path.of("/usr/bin/chromium"),
            Path.of("/usr/bin/chromium-headless-shell"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "there is no Chromium; run "
                        + root.resolve("bin/servers")
                        + ", which provides it"));
  }

  /** Opens a view at 1280 by 800, in light colours and UTC. */
  Page open(String view) {
    return open(view, 1280, 800, ColorScheme.LIGHT);
  }

  /** Opens a view of another gateway, which may go away meanwhile. */
  Page open(URI gateway, String view) {
    return open(gateway, view, 1280, 800, ColorScheme.LIGHT);
  }

  /** Opens a view, whose parameters are encoded already. */
  Page open(String view, int width, int height, ColorScheme colours) {
    return open(root, view, width, height, colours);
  }

  private Page open(URI gateway, String view, int width, int height, ColorScheme colours) {
    BrowserContext context =
        browser.newContext(
            new Browser.NewContextOptions()
                .setViewportSize(width, height)
                .setColorScheme(colours)
                .setReducedMotion(ReducedMotion.REDUCE)
                .setTimezoneId("Europe/Berlin")
                .setAcceptDownloads(true)
                .setPermissions(List.of("clipboard-read", "clipboard-write")));
    context.setDefaultTimeout(TIMEOUT_MILLIS);
    Page page = context.newPage();
    page.onConsoleMessage(
        message -> {
          if (gateway.equals(root) || !message.text().startsWith(LOST_REQUEST)) {
            console(message);
          }
        });
    page.onPageError(error -> errors.add("uncaught: " + error));
    page.addInitScript(
        "addEventListener('securitypolicyviolation', (event) => console.error("
            + "'policy violated: ' + event.violatedDirective + ' ' + event.blockedURI));");
    page.navigate(gateway + "ui/" + view);
    return page;
  }

  private void console(ConsoleMessage message) {
    if (message.type().equals("error") && !message.text().startsWith(FAILED_REQUEST)) {
      errors.add(message.text());
    }
  }

  /** Keeps what a page looks like under {@code target/screenshots}. */
  void keep(Page page, String name) {
    page.screenshot(
        new Page.ScreenshotOptions()
            .setPath(SCREENSHOTS.resolve(Objects.requireNonNull(name) + ".png")));
  }

  /**
   * Keeps what the open pages look like, and says in the output what stands on them: for a test
   * that has failed.
   *
   * @param name of the test
   */
  void keepAll(String name) {
    int number = 0;
    for (BrowserContext context : List.copyOf(browser.contexts())) {
      for (Page page : context.pages()) {
        keep(page, "failed-" + name + "-" + number++);
        System.out.println(page.url() + ":\n" + page.locator("body").innerText());
      }
    }
  }

  /** Closes every page; fails if any has reported an error since the last time. */
  void assertNoErrors() {
    List.copyOf(browser.contexts()).forEach(BrowserContext::close);
    List<String> found = List.copyOf(errors);
    errors.clear();
    assertThat(found).as("errors in the browser's console").isEmpty();
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
