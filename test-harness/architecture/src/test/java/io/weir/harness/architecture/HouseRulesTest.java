package io.weir.harness.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.AbstractCollection;
import java.util.AbstractMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How code is written here; {@code CONTRIBUTING.md} says why. */
class HouseRulesTest {
  private static final JavaClasses CLASSES = WeirClasses.product();

  @Test
  void nothingStaticChanges() {
    fields().that().areStatic().and(areWritten()).should().beFinal().check(CLASSES);
    noFields()
        .that()
        .areStatic()
        .and(areWritten())
        .should()
        .haveRawType(
            assignableTo(AbstractCollection.class)
                .or(assignableTo(AbstractMap.class))
                .or(assignableTo(ThreadLocal.class))
                .or(describe("atomic", type -> type.getPackageName().endsWith("concurrent.atomic")))
                .or(assignableTo(StringBuilder.class)))
        .check(CLASSES);
  }

  @Test
  void nobodySleepsToBeRight() {
    noneSleeps().check(CLASSES);
  }

  /** A test awaits a condition; and what it puts in another's place it writes itself. */
  @Test
  void noTestSleepsOrMocks() {
    JavaClasses tests = WeirClasses.tests();
    assertThat(tests).anyMatch(type -> type.getName().equals(HouseRulesTest.class.getName()));
    noneSleeps().check(tests);
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.mockito..", "org.easymock..", "org.powermock..", "org.jmock..", "mockit..")
        .check(tests);
  }

  private static ArchRule noneSleeps() {
    return noClasses()
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(Thread.class, "sleep", long.class, int.class)
        .orShould()
        .callMethod(Thread.class, "sleep", java.time.Duration.class)
        .orShould()
        .callMethod(TimeUnit.class, "sleep", long.class);
  }

  @Test
  void nothingIsSerializedByKryoOrAsAGenericType() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "com.esotericsoftware..", "org.apache.flink.api.java.typeutils.runtime.kryo..")
        .orShould()
        .dependOnClassesThat()
        .haveSimpleName("GenericTypeInfo")
        .check(CLASSES);
  }

  @Test
  void logsGoThroughSlf4j() {
    GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(CLASSES);
    noClasses()
        .that()
        .resideInAnyPackage("io.weir.model..", "io.weir.operators..", "io.weir.sinks..")
        .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
        .check(CLASSES);
  }

  /** The gateway's root package holds both what puts it together and what its parts share. */
  @Test
  void packagesOfTheStreamingSideHaveNoCycles() {
    JavaClasses streaming =
        CLASSES.that(JavaClass.Predicates.resideOutsideOfPackage("io.weir.gateway.."));
    SlicesRuleDefinition.slices()
        .matching("io.weir.(**)")
        .should()
        .beFreeOfCycles()
        .check(streaming);
  }

  /** Fields that a person wrote: the compiler adds some for enums and assertions. */
  private static com.tngtech.archunit.base.DescribedPredicate<
          com.tngtech.archunit.core.domain.JavaField>
      areWritten() {
    return describe(
        "written by a person", field -> !field.getModifiers().contains(JavaModifier.SYNTHETIC));
  }
}
