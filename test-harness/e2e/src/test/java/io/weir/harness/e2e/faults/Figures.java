package io.weir.harness.e2e.faults;

import io.weir.harness.node.HarnessLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What the scenarios of this JVM measured, and where it is written. */
final class Figures {
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

  /**
   * Notes figures, and writes them into the page where {@code -Dweir.docs.write=true} asks for it.
   */
  synchronized void add(FaultFigures figures) {
    measured.add(figures);
    if (Boolean.getBoolean("weir.docs.write")) {
      try {
        String page = Files.readString(page());
        Files.writeString(
            page(),
            ReliabilityPage.Part.FIGURES.replacedIn(
                page,
                ReliabilityPage.table(
                    scenarios(), measured, ReliabilityPage.Part.FIGURES.in(page))));
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
    if (!measured.isEmpty()) {
      System.out.println(ReliabilityPage.table(scenarios(), measured, ""));
    }
  }
}
