package io.weir.harness.e2e.ui;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The interface's pure functions, in the browser that runs them: {@code modules.js} checks them.
 */
@ExtendWith(UiResources.class)
class ModulesITCase {

  @Test
  void pureFunctionsDoWhatTheySay(WebBrowser browser) throws IOException {
    Page page = browser.open("logs");
    String folder =
        (String)
            page.evaluate("document.querySelector('script[src]').src.replace(/[/]main[.]js$/, '')");
    Map<?, ?> outcome = (Map<?, ?>) page.evaluate(checks(), folder);
    assertThat((List<?>) outcome.get("failures")).isEmpty();
    assertThat((int) outcome.get("checks")).isGreaterThan(60);
    browser.assertNoErrors();
  }

  private static String checks() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(ModulesITCase.class.getResourceAsStream("modules.js"))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
