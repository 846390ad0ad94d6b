package io.weir.harness.e2e.faults;

import io.weir.harness.node.HarnessLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the scenarios of this JVM measured, and where it is written: in the page stands what passed,
 * to its last assertion, and that a scenario failed.
 */
final class Figures {
  /** Those of this JVM. */
  static final Figures OF_THIS_RUN = new Figures();

  /** Classes with scenarios, in the order in which the page shows them. */
  private static final List<Class<?>> CLASSES =
      List.of(
          BackToBackFaultsITCase.class,
          ElasticsearchFaultsITCase.class,
          FlinkFaultsITCase.class,
          KafkaFaultsITCase.class,
          KafkaClusterFaultsITCase.class,
          ObjectStoreFaultsITCase.class,
          GatewayFaultsITCase.class,
          RecordFaultsITCase.class,
          MetricsJobFaultsITCase.class,
          AlertsJobFaultsITCase.class);

  private final List<FaultFigures> measured = new ArrayList<>();
  private final List<Scenario> failed = new ArrayList<>();
  private final Map<String, FaultFigures> unproven = new HashMap<>();

  private Figures() {}

  /** Notes figures of a scenario that has not come to its end. */
  synchronized void add(FaultFigures figures) {
    unproven.put(figures.id(), figures);
  }

  /** Keeps the figures of a scenario that has passed. */
  synchronized void passed(Scenario scenario) {
    FaultFigures figures = unproven.remove(scenario.id());
    if (figures == null) {
      throw new IllegalStateException(scenario.id() + " passed and has no figures");
    }
    measured.add(figures);
    write();
  }

  /** Notes that a scenario has not passed, whatever it measured before. */
  synchronized void failed(Scenario scenario) {
    unproven.remove(scenario.id());
    failed.add(scenario);
    write();
  }

  /** Into the page, where {@code -Dweir.docs.write=true} asks for it. */
  private void write() {
    if (Boolean.getBoolean("weir.docs.write")) {
      try {
        String page = Files.readString(page());
        String table =
            ReliabilityPage.table(
                scenarios(), measured, failed, ReliabilityPage.Part.FIGURES.in(page));
        page = ReliabilityPage.Part.FIGURES.replacedIn(page, table);
        // A scenario that is new has its meaning to be told as well.
        page =
            ReliabilityPage.Part.SCENARIOS.replacedIn(page, ReliabilityPage.meanings(scenarios()));
        Files.writeString(page(), page);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Returns every scenario there is. */
  static List<Scenario> scenarios() {
    return CLASSES.stream()
        .flatMap(
            type ->
                Stream.of(type.getDeclaredMethods())
                    .map(method -> method.getAnnotation(Scenario.class))
                    .filter(scenario -> scenario != null)
                    .sorted(Comparator.comparing(Scenario::id)))
        .toList();
  }

  static Path page() {
    return HarnessLayout.find().root().resolve("docs/reliability.md");
  }

  /** Prints the figures. */
  synchronized void report() {
    if (!measured.isEmpty() || !failed.isEmpty()) {
      System.out.println(ReliabilityPage.table(scenarios(), measured, failed, ""));
    }
  }
}
