package io.weir.harness.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.weir.harness.node.HarnessLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The compiled main classes of the modules, read from where Maven puts them: the gateway is on
 * nobody's class path, and must be judged all the same.
 */
final class WeirClasses {
  private static final List<String> PRODUCT =
      List.of("model", "operators", "sinks", "jobs", "query-gateway");

  private WeirClasses() {}

  /** What is shipped. */
  static JavaClasses product() {
    return of(PRODUCT);
  }

  /** The tests of all modules, these included. */
  static JavaClasses tests() {
    Path root = HarnessLayout.find().root();
    List<String> modules = new ArrayList<>(PRODUCT);
    modules.addAll(
        List.of(
            "test-harness/stack",
            "test-harness/tether",
            "test-harness/manifests",
            "test-harness/e2e/tests",
            "test-harness/architecture"));
    return new ClassFileImporter()
        .importPaths(
            modules.stream()
                .map(module -> root.resolve(module).resolve("target/test-classes"))
                .toList());
  }

  private static JavaClasses of(List<String> modules) {
    Path root = HarnessLayout.find().root();
    JavaClasses classes =
        new ClassFileImporter()
            .importPaths(
                modules.stream()
                    .map(module -> root.resolve(module).resolve("target/classes"))
                    .toList());
    for (String module : modules) {
      String name = "io.weir." + module.replace("query-", "");
      if (classes.stream().noneMatch(type -> type.getPackageName().startsWith(name))) {
        throw new IllegalStateException(
            "no classes of " + module + "; build first: mvn -q test-compile");
      }
    }
    return classes;
  }
}
