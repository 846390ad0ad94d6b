package io.weir.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Keeps {@code docs/gateway.md} true. After a change of the settings run the test with {@code
 * -Dweir.docs.update=true}, which writes the table anew.
 */
class SettingsReferenceTest {
  private static final Path PAGE = Path.of("..", "docs", "gateway.md");
  private static final String BEGIN = "<!-- settings: generated, see SettingsReferenceTest -->\n";
  private static final String END = "<!-- end of settings -->";

  @Test
  void theReferenceListsTheSettingsAsTheyAre() throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    int end = page.indexOf(END);
    assertThat(begin).as("marker").isGreaterThanOrEqualTo(BEGIN.length());
    if (Boolean.getBoolean("weir.docs.update")) {
      Files.writeString(
          PAGE, page.substring(0, begin) + SettingsReference.markdown() + page.substring(end));
      page = Files.readString(PAGE);
      end = page.indexOf(END);
    }
    assertThat(page.substring(begin, end)).isEqualTo(SettingsReference.markdown());
  }

  @Test
  void everyDefaultIsAValueOfItsOwnType() {
    for (Setting<?> setting : Settings.ALL) {
      setting
          .defaultText()
          .ifPresent(
              text ->
                  assertThat(setting.type().reader().apply(text)).as(setting.key()).isNotNull());
    }
  }
}
