package io.weir.harness.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import org.junit.jupiter.api.Test;

/** Who may know whom; {@code docs/architecture.md} says why. */
class ModuleDirectionsTest {
  private static final JavaClasses CLASSES = WeirClasses.product();

  private static final String MODEL = "io.weir.model..";
  private static final String OPERATORS = "io.weir.operators..";
  private static final String SINKS = "io.weir.sinks..";
  private static final String JOBS = "io.weir.jobs..";
  private static final String GATEWAY = "io.weir.gateway..";
  private static final String HARNESS = "io.weir.harness..";
  private static final String FLINK = "org.apache.flink..";
  private static final String KAFKA = "org.apache.kafka..";

  @Test
  void theModelKnowsNoOtherModule() {
    noClasses()
        .that()
        .resideInAPackage(MODEL)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(OPERATORS, SINKS, JOBS, GATEWAY)
        .check(CLASSES);
  }

  @Test
  void theModelKnowsNeitherFlinkNorAStoreNorFilesNorTheNetwork() {
    noClasses()
        .that()
        .resideInAPackage(MODEL)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            FLINK,
            KAFKA,
            "org.elasticsearch..",
            "co.elastic..",
            "org.apache.parquet..",
            "org.apache.hadoop..",
            "org.apache.http..",
            "io.vertx..",
            "java.net.http..",
            "java.nio.file..",
            "java.nio.channels..",
            "java.sql..")
        .orShould()
        .dependOnClassesThat()
        .belongToAnyOf(
            java.io.File.class,
            java.io.FileInputStream.class,
            java.io.FileOutputStream.class,
            java.io.RandomAccessFile.class,
            java.net.Socket.class,
            java.net.ServerSocket.class,
            java.net.URL.class,
            java.net.InetAddress.class)
        .check(CLASSES);
  }

  @Test
  void operatorsAndSinksDoNotSeeEachOther() {
    noClasses()
        .that()
        .resideInAPackage(OPERATORS)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(SINKS, JOBS, GATEWAY)
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage(SINKS)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(OPERATORS, JOBS, GATEWAY)
        .check(CLASSES);
  }

  @Test
  void storesDoNotSeeEachOther() {
    noClasses()
        .that()
        .resideInAPackage("io.weir.sinks.prometheus..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.weir.sinks.elasticsearch..",
            "io.weir.sinks.archive..",
            "io.weir.sinks.deadletter..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAnyPackage("io.weir.sinks.elasticsearch..", "io.weir.sinks.archive..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.weir.sinks.prometheus..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("io.weir.sinks.elasticsearch..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.weir.sinks.archive..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("io.weir.sinks.archive..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.weir.sinks.elasticsearch..")
        .check(CLASSES);
  }

  @Test
  void operatorsKnowNoStore() {
    noClasses()
        .that()
        .resideInAPackage(OPERATORS)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.elasticsearch..", "org.apache.parquet..", "org.apache.http..")
        .check(CLASSES);
  }

  @Test
  void theGatewaySeesOnlyTheModelAndNoFlink() {
    noClasses()
        .that()
        .resideInAPackage(GATEWAY)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(OPERATORS, SINKS, JOBS, FLINK)
        .check(CLASSES);
  }

  @Test
  void nothingThatIsShippedDependsOnTheHarness() {
    noClasses().should().dependOnClassesThat().resideInAPackage(HARNESS).check(CLASSES);
  }

  @Test
  void everyClassLivesInThePackageOfItsModule() {
    classes().should().resideInAnyPackage(MODEL, OPERATORS, SINKS, JOBS, GATEWAY).check(CLASSES);
  }
}
