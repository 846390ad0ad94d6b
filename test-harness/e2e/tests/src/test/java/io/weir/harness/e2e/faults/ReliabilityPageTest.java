package io.weir.harness.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Keeps {@code docs/reliability.md} true. After a change of the scenarios run the test with {@code
 * -Dweir.docs.write=true}; the figures are written by {@code bin/test faults --write}.
 */
class ReliabilityPageTest {

  @Test
  void thePageSaysWhatEachScenarioAsksFor() throws IOException {
    String page = Files.readString(Figures.page());
    String meanings = ReliabilityPage.meanings(Figures.scenarios());
    if (Boolean.getBoolean("weir.docs.write")) {
      page = ReliabilityPage.Part.SCENARIOS.replacedIn(page, meanings);
      Files.writeString(Figures.page(), page);
    }
    assertThat(ReliabilityPage.Part.SCENARIOS.in(page)).isEqualTo(meanings);
  }

  @Test
  void thePageHasFiguresOfEveryScenario() throws IOException {
    String page = Files.readString(Figures.page());
    if (Boolean.getBoolean("weir.docs.write") && !lacking(page).isEmpty()) {
      String before = ReliabilityPage.Part.FIGURES.in(page);
      String table = ReliabilityPage.table(Figures.scenarios(), List.of(), List.of(), before);
      page = ReliabilityPage.Part.FIGURES.replacedIn(page, table);
      Files.writeString(Figures.page(), page);
    }
    assertThat(lacking(page)).isEmpty();
  }

  private static List<String> lacking(String page) {
    String figures = ReliabilityPage.Part.FIGURES.in(page);
    return Figures.scenarios().stream()
        .map(scenario -> "| `%s` | %s | ".formatted(scenario.id(), scenario.broken()))
        .filter(row -> !figures.contains(row))
        .toList();
  }

  @Test
  void everyScenarioHasAnIdOfItsOwnThatNamesABucket() {
    assertThat(Figures.scenarios())
        .extracting(Scenario::id)
        .doesNotHaveDuplicates()
        .allMatch(id -> id.matches("[a-z0-9-]{2,33}"));
  }

  @Test
  void aRowHasTheFiguresOfTheLastRunOfItsScenario() {
    List<Scenario> three = Figures.scenarios().subList(0, 3);
    String first =
        ReliabilityPage.table(
            three, List.of(figures(three.get(0), 11), figures(three.get(1), 22)), List.of(), "");
    assertThat(first)
        .contains("| `%s` | %s | not run |".formatted(three.get(2).id(), three.get(2).broken()))
        .contains("| 7 | 22 | 67 | 8 | 9 | 10.3 s |");
    String second =
        ReliabilityPage.table(three, List.of(figures(three.get(1), 1_234)), List.of(), first);
    assertThat(second)
        .contains("| 7 | 11 | 67 | 8 | 9 | 10.3 s |")
        .contains("| 7 | 1,234 | 67 | 8 | 9 | 10.3 s |")
        .doesNotContain("| 7 | 22 |");
    assertThat(ReliabilityPage.table(three, List.of(), List.of(three.get(1)), second))
        .as("a row of an earlier run does not stay when its scenario fails")
        .contains("| 7 | 11 | 67 | 8 | 9 | 10.3 s |")
        .contains("| `%s` | %s | **failed** |".formatted(three.get(1).id(), three.get(1).broken()))
        .doesNotContain("1,234");
  }

  private static FaultFigures figures(Scenario scenario, long events) {
    return new FaultFigures(scenario.id(), 7, events, 67, 8, 9, Duration.ofMillis(10_260));
  }

  @Test
  void aPageWithoutAPlaceForThemIsNotTouched() {
    assertThatThrownBy(() -> ReliabilityPage.Part.FIGURES.replacedIn("no marker", "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("figures");
  }
}
