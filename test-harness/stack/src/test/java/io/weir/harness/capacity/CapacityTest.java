package io.weir.harness.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.weir.harness.generate.Arguments;
import io.weir.harness.node.HarnessLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CapacityTest {
  /** Round numbers, so that what they make of a workload can be checked in the head. */
  private static final Figures ROUND =
      new Figures(
          "a machine of round numbers",
          List.of(
              new EventCosts(400, 1, 2, 10, 50, 200, 50, "a"),
              new EventCosts(1200, 2, 4, 20, 100, 600, 150, "b")),
          10,
          1000,
          20,
          4000);

  @TempDir Path folder;

  @Test
  void tenThousandEventsASecondAreAMatterOfAFewCores() {
    Plan plan = plan("--events-per-second", "10k", "--bytes", "1200");

    assertThat(plan.bytesPerSecond()).isEqualTo(36e6);
    assertThat(plan.bytesPerDay()).isCloseTo(1.0368e12, within(1.0));
    // 30,000/s at the peak, 20 us each, half of a core: 1.2.
    assertThat(plan.logsSlots()).isEqualTo(2);
    assertThat(plan.partitions()).isEqualTo(8);
    assertThat(plan.brokers()).isEqualTo(3);
    // 30,000/s x 100 us x 2 copies / 0.5.
    assertThat(plan.elasticsearchCores()).isCloseTo(12, within(1e-9));
    assertThat(plan.nodesByCores()).isEqualTo(1);
    // 864 M a day x 30 x 600 bytes x 2 / 0.8.
    assertThat(plan.elasticsearchDisk()).isCloseTo(38.88e12, within(1e6));
    assertThat(plan.nodes()).isEqualTo(plan.nodesByDisk()).isEqualTo(7);
    assertThat(plan.shardsPerHour()).isEqualTo(2);
    assertThat(plan.shards()).isEqualTo(2 * 2 * 720);
    assertThat(plan.archivePerDay()).isCloseTo(129.6e9, within(1.0));
    assertThat(plan.filesPerDay()).isEqualTo(1440 * 100);
  }

  @Test
  void tenMillionEventsASecondAreTwelveGigabytesASecond() throws IOException {
    String[] options = {"--events-per-second", "10M", "--bytes", "1200", "--peak-factor", "1"};

    Plan plan = plan(options);
    String said = Report.of(Workload.of(Arguments.parse(options, Capacity.USAGE)), ROUND, plan);

    assertThat(said).contains("12 GB/s", "1.04 PB a day", "10,000,000 events/s of 1,200 bytes");
    assertThat(plan.partitions()).isEqualTo(2400);
    assertThat(plan.brokers()).isEqualTo(180);
    assertThat(plan.logsSlots()).isEqualTo(400);
    assertThat(plan.elasticsearchCores()).isCloseTo(4000, within(1e-6));
    assertThat(plan.nodesByCores()).isEqualTo(250);
    assertThat(plan.nodes()).isEqualTo(plan.nodesByDisk());
    assertThat(plan.archive()).isCloseTo(10e6 * 86_400 * 150 * 365, within(1e6));
  }

  /** The figures that are shipped, through the program itself. */
  @Test
  void theShippedFiguresAnswerBothSizes() throws IOException {
    Figures shipped = Figures.read(HarnessLayout.find().root().resolve("docs/figures.yaml"));
    assertThat(shipped.events()).allMatch(event -> event.command().startsWith("bin/bench"));

    assertThat(report("--events-per-second", "10k", "--bytes", "1200"))
        .contains("36 MB/s", "1.04 TB a day", shipped.machine());
    assertThat(report("--events-per-second", "10M", "--bytes", "1200", "--peak-factor", "1"))
        .contains("that is 12 GB/s, and 1.04 PB a day");
  }

  /** Written anew with {@code -Dweir.docs.write=true}. */
  @Test
  void thePageShowsWhatTheProgramSays() throws IOException {
    Path page = HarnessLayout.find().root().resolve("docs/capacity.md");
    String text = Files.readString(page);
    String shown = text;
    Matcher commands =
        Pattern.compile("(?m)^bin/capacity (--events-per-second (\\w+) .*)$").matcher(text);
    int examples = 0;
    while (commands.find()) {
      shown = shown(shown, commands.group(2), report(commands.group(1).split(" ", -1)));
      examples++;
    }
    if (Boolean.getBoolean("weir.docs.write")) {
      Files.writeString(page, shown);
      text = shown;
    }

    assertThat(examples).isEqualTo(2);
    assertThat(text).isEqualTo(shown).contains("12 GB/s");
  }

  private static String shown(String page, String which, String report) {
    String start = "<!-- capacity: " + which + " -->\n```\n";
    int from = page.indexOf(start) + start.length();
    assertThat(from).as("the page's place for %s", which).isGreaterThan(start.length());
    return page.substring(0, from) + report + page.substring(page.indexOf("```", from));
  }

  @Test
  void whatIsNotTheFiguresSizeLiesOnTheirLine() {
    assertThat(ROUND.event(400).elasticsearch()).isEqualTo(50);
    assertThat(ROUND.event(800).elasticsearch()).isEqualTo(75);
    assertThat(ROUND.event(2000).elasticsearch()).isEqualTo(150);
    assertThat(ROUND.event(1).elasticsearch()).isBetween(5.0, 50.0);
  }

  @Test
  void metricsAreShownWhereThereAreSome() throws IOException {
    Plan plan = plan("--points-per-second", "100k", "--series", "1M", "--peak-factor", "1");

    assertThat(plan.metricsSlots()).isEqualTo(2);
    assertThat(plan.alertsSlots()).isEqualTo(4);
    assertThat(plan.metricsHeap()).isEqualTo(1e9);
    assertThat(plan.prometheusMemory()).isEqualTo(4e9);
    assertThat(plan.samplesPerSecond()).isCloseTo(66_667, within(1.0));
    assertThat(report("--series", "1M", "--points-per-second", "1k")).contains("Prometheus");
    assertThat(report()).doesNotContain("Prometheus", "metrics job");
  }

  @Test
  void moreThanOneJobCanHaveIsSaid() {
    String[] options = {"--events-per-second", "100M", "--peak-factor", "1"};

    assertThat(
            Report.of(Workload.of(Arguments.parse(options, Capacity.USAGE)), ROUND, plan(options)))
        .contains("more than the 720");
  }

  @Test
  void everyWrongOptionIsNamed() {
    assertThatThrownBy(() -> report("--bytes", "0", "--utilisation", "1.5", "--peak-factor", "0.5"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--bytes must be above 0")
        .hasMessageContaining("--utilisation must be above 0 and at most 1")
        .hasMessageContaining("--peak-factor must be 1 or more");
    assertThatThrownBy(() -> report("--event", "1")).hasMessageContaining("unknown option --event");
  }

  @Test
  void aFigureThatIsMissingIsNamed() throws IOException {
    Path file = folder.resolve("figures.yaml");
    Files.writeString(
        file, "machine: x\nevents:\n  - {bytes: 400, kafka: 1, parse: 2, logs-job: none}\n");

    assertThatThrownBy(() -> report("--figures", file.toString()))
        .hasMessageContaining("events[0].logs-job must be a positive number");
  }

  /** Nothing costs more than in proportion to its bytes, and no event less than the smallest. */
  @Test
  void oneSizeIsTakenInProportion() {
    Figures one = new Figures("x", ROUND.events().subList(0, 1), 1, 1, 1, 1);

    assertThat(one.event(1200).elasticsearch()).isEqualTo(150);
    assertThat(one.event(1200).hotBytes()).isEqualTo(600);
    assertThat(one.event(100).elasticsearch()).isEqualTo(50);
    assertThat(one.sizes()).contains("400 bytes", "upper bound");
    assertThatThrownBy(() -> new Figures("x", List.of(), 1, 1, 1, 1))
        .hasMessageContaining("at one size");
  }

  private static Plan plan(String... options) {
    return Plan.of(Workload.of(Arguments.parse(options, Capacity.USAGE)), ROUND);
  }

  private static String report(String... options) throws IOException {
    return Capacity.report(Arguments.parse(options, Capacity.USAGE));
  }
}
