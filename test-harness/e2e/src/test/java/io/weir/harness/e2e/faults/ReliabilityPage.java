package io.weir.harness.e2e.faults;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The generated part of {@code docs/reliability.md}. Pure text. */
final class ReliabilityPage {
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
   * Returns a table with a row for each scenario.
   *
   * @param scenarios all of them, in the order of the rows
   * @param figures those that ran
   * @param about one line on the run
   */
  static String table(List<Scenario> scenarios, List<FaultFigures> figures, String about) {
    Map<String, FaultFigures> byId =
        figures.stream().collect(Collectors.toMap(FaultFigures::id, f -> f, (a, b) -> b));
    StringBuilder table = new StringBuilder(about).append("\n\n");
    table.append(
        "| scenario | what is broken | events | dead letters | faults | restarts | recovered in"
            + " |\n");
    table.append("|---|---|---:|---:|---:|---:|---:|\n");
    for (Scenario scenario : scenarios) {
      FaultFigures f = byId.get(scenario.id());
      table.append("| `%s` | %s | ".formatted(scenario.id(), scenario.broken()));
      table.append(
          f == null
              ? "not run | | | |"
              : String.format(
                  Locale.ROOT,
                  "%,d | %,d | %,d | %d | %.1f s |",
                  f.events(),
                  f.deadLetters(),
                  f.faults(),
                  f.restarts(),
                  f.recovery().toMillis() / 1000.0));
      table.append('\n');
    }
    return table.toString();
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
