package io.weir.harness.e2e.faults;

import io.weir.harness.node.HarnessLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
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
          ObjectStoreFaultsITCase.class,
          GatewayFaultsITCase.class,
          RecordFaultsITCase.class);

  private final List<FaultFigures> measured = new ArrayList<>();

  synchronized void add(FaultFigures figures) {
    measured.add(figures);
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

  /**
   * Prints the figures, and writes them into the page where {@code -Dweir.docs.write=true} asks for
   * it and every scenario has run.
   */
  synchronized void report() {
    if (measured.isEmpty()) {
      return;
    }
    String about =
        "Run of %s with seed %d on %d cores: every event was found once in each store, or its dead letter was."
            .formatted(
                LocalDate.now(ZoneOffset.UTC),
                FaultRun.SEED,
                Runtime.getRuntime().availableProcessors());
    List<Scenario> all = scenarios();
    String table = ReliabilityPage.table(all, measured, about);
    System.out.println(table);
    if (!Boolean.getBoolean("weir.docs.write")) {
      return;
    }
    if (measured.stream().map(FaultFigures::id).distinct().count() < all.size()) {
      System.out.println("not every scenario has passed: the page stays as it is");
      return;
    }
    try {
      Files.writeString(
          page(), ReliabilityPage.Part.FIGURES.replacedIn(Files.readString(page()), table));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
