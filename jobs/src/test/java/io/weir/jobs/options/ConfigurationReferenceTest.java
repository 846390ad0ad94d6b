package io.weir.jobs.options;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConfigurationReferenceTest {

  @Test
  void theReferenceSaysWhatTheCodeSays() throws IOException {
    Path reference = Path.of("..", "docs", "configuration.md");
    if (Boolean.getBoolean("weir.docs.write")) {
      ConfigurationReference.main(new String[] {reference.toString()});
    }
    assertThat(Files.readString(reference))
        .as(
            "to write it anew: mvn test -pl jobs -am -Dtest=ConfigurationReferenceTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dweir.docs.write=true")
        .isEqualTo(ConfigurationReference.text());
  }

  @Test
  void everyDefaultIsAValueOfItsOption() {
    for (Option<?> option : options()) {
      option
          .defaultText()
          .ifPresent(text -> assertThat(option.type().reader().apply(text)).isNotNull());
    }
  }

  @Test
  void everyKeyIsThereOnceInLowerCaseAndNoneIsThePrefixOfAnother() {
    Set<String> keys = new HashSet<>();
    for (Option<?> option : options()) {
      assertThat(option.key()).matches("[a-z]+(-[a-z]+)*(\\.[a-z]+(-[a-z]+)*)*");
      assertThat(keys.add(option.key())).as(option.key()).isTrue();
    }
    for (String key : keys) {
      assertThat(keys).as("a YAML map cannot hold both").noneMatch(k -> k.startsWith(key + "."));
    }
  }

  @Test
  void everyDescriptionIsASentenceThatFitsATable() {
    for (Option<?> option : options()) {
      assertThat(option.description()).as(option.key()).endsWith(".").doesNotContain("|", "\n");
    }
  }

  private static List<Option<?>> options() {
    return AllOptions.GROUPS.stream().flatMap(group -> group.options().stream()).toList();
  }
}
