package io.weir.harness.e2e.faults;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The generated part of {@code docs/reliability.md}. Pure text. */
final class ReliabilityPage {
  private static final String FAILED = "**failed** | | | | | |";

  /** A part of the page that is generated. */
  enum Part {
    FIGURES("<!-- figures: written by bin/test faults --write -->\n", "<!-- end of figures -->"),
    SCENARIOS(
        "<!-- scenarios: generated, see ReliabilityPageTest -->\n", "<!-- end of scenarios -->");

    private final String begin;
    private final String end;

    Part(String begin, String end) {
      this.begin = begin;
      this.end = end;
    }

    /** Returns what the page has there. */
    String in(String page) {
      return page.substring(beginIn(page), endIn(page));
    }

    /** Returns the page with another text there. */
    String replacedIn(String page, String text) {
      return page.substring(0, beginIn(page)) + text + page.substring(endIn(page));
    }

    private int beginIn(String page) {
      return found(page, begin) + begin.length();
    }

    private int endIn(String page) {
      return found(page, end);
    }

    private static int found(String page, String marker) {
      int at = page.indexOf(marker);
      if (at < 0) {
        throw new IllegalArgumentException("the page lacks " + marker);
      }
      return at;
    }
  }

  private ReliabilityPage() {}

  /**
   * Returns the table of figures with a row for each scenario.
   *
   * @param scenarios all of them, in the order of the rows
   * @param measured figures of those that have run now
   * @param failed those that have run now and did not pass
   * @param before the table as it is: a row stays until its scenario runs again or breaks something
   *     else
   */
  static String table(
      List<Scenario> scenarios, List<FaultFigures> measured, List<Scenario> failed, String before) {
    StringBuilder table = new StringBuilder();
    table.append(
        "| scenario | what is broken | seed | events | dead letters | faults | restarts | recovered"
            + " in |\n");
    table.append("|---|---|---:|---:|---:|---:|---:|---:|\n");
    for (Scenario scenario : scenarios) {
      String begin = begin(scenario);
      table
          .append(
              measured.stream()
                  .filter(figures -> figures.id().equals(scenario.id()))
                  .map(figures -> begin + row(figures))
                  .findFirst()
                  .or(
                      () ->
                          failed.contains(scenario)
                              ? Optional.of(begin + FAILED)
                              : Optional.empty())
                  .or(() -> before.lines().filter(line -> line.startsWith(begin)).findFirst())
                  .orElse(begin + "not run | | | | | |"))
          .append('\n');
    }
    return table.toString();
  }

  private static String begin(Scenario scenario) {
    return "| `%s` | %s | ".formatted(scenario.id(), scenario.broken());
  }

  private static String row(FaultFigures figures) {
    return String.format(
        Locale.ROOT,
        "%d | %,d | %,d | %,d | %d | %.1f s |",
        figures.seed(),
        figures.events(),
        figures.deadLetters(),
        figures.faults(),
        figures.restarts(),
        figures.recovery().toMillis() / 1000.0);
  }

  /** Returns what each scenario asks for. */
  static String meanings(List<Scenario> scenarios) {
    StringBuilder list = new StringBuilder();
    for (Scenario scenario : scenarios) {
      list.append("- `%s`: %s.\n".formatted(scenario.id(), scenario.correct()));
    }
    return list.toString();
  }
}
