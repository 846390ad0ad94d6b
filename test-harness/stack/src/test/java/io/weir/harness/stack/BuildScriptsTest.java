package io.weir.harness.stack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.harness.node.HarnessLayout;
import io.weir.harness.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code bin/lib.sh} on machines that this one is not: functions of its own stand in for them. */
class BuildScriptsTest {
  /** Something to build, and a Maven that says so. */
  private static final String OUT_OF_DATE =
      "is_built() { false; }; has_jars() { true; }; mvn() { echo MAVEN RAN; false; }; ";

  /** An apt that has nothing. */
  private static final String NO_PACKAGE =
      "apt_has() { false; }; apt-get() { true; }; id() { echo 0; }; ";

  @TempDir Path home;

  @ParameterizedTest
  @CsvSource({
    "3.6.3, 3.6.3, 0",
    "3.6.3, 3.8.7, 0",
    "3.6.3, 3.10, 0",
    "3.6.3, 4.0.0, 0",
    "3.6.3, 3.6.1, 1",
    "3.6.3, 3, 1",
    "2.39, 2.42.0, 0",
    "2.39, 2.31.2, 1",
    "0, 1.79.5, 0"
  })
  void comparesVersions(String oldest, String version, int status) throws Exception {
    assertThat(run("at_least " + oldest + " " + version).status()).isEqualTo(status);
  }

  @Test
  void refusesAMavenThatIsTooOld() throws Exception {
    String tools = "find_jdk() { true; }; curl() { true; }; ";
    Result old = run(tools + "mvn() { echo 'Apache Maven 3.5.4 (1edded0)'; }; require_tools");
    assertThat(old.status()).isEqualTo(1);
    assertThat(old.output()).contains("Maven 3.5.4 is too old, it takes 3.6.3 or newer");

    Result coloured =
        run(tools + "mvn() { printf '\\033[1mApache Maven 3.6.3\\033[m\\n'; }; require_tools");
    assertThat(coloured.status()).as(coloured.output()).isZero();
  }

  @Test
  void saysWhatToDoWhereThereIsNoPackageOfTheJdk() throws Exception {
    Result result =
        run(
            "find_jdk() { false; }; mvn() { true; }; curl() { true; }; "
                + NO_PACKAGE
                + "require_tools");

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.output())
        .contains("this release has no package openjdk-17-jdk-headless")
        .contains("unpack any JDK 17")
        .contains("JAVA_HOME");
  }

  @Test
  void doesNotUnpackAServerThatIsTooOld() throws Exception {
    Result result =
        run(
            "apt-get() { touch prometheus_2.31.2.deb; }; "
                + "dpkg-deb() { [ \"$1\" = -f ] && echo 1:2.31.2+ds1-1ubuntu1; }; "
                + "unpack_server \"$WEIR_HOME\" prometheus prometheus 2.39");

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.output()).contains("prometheus 2.31.2, it takes 2.39 or newer");
    assertThat(home.resolve("bin/prometheus")).doesNotExist();
  }

  @Test
  void buildsNothingUnderAStackThatRuns() throws Exception {
    assertThat(run(OUT_OF_DATE + "build").output()).contains("building");

    assertThat(home.resolve("logs/build.log")).hasContent("MAVEN RAN");

    Files.delete(home.resolve("logs/build.log"));
    Path pidFile = home.resolve("run/stack.pid");
    Files.createDirectories(pidFile.getParent());
    Files.writeString(pidFile, ProcessIdentity.ofThisProcess() + "\n");
    Result result = run(OUT_OF_DATE + "build");

    assertThat(result.status()).isZero();
    assertThat(result.output())
        .contains("not building while a stack runs out of it (pid " + ProcessHandle.current().pid())
        .contains("bin/down first");
    assertThat(home.resolve("logs/build.log")).doesNotExist();
  }

  private Result run(String script) throws IOException, InterruptedException {
    Path root = HarnessLayout.find().root();
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-c", "set -euo pipefail; . bin/lib.sh; " + script)
            .directory(root.toFile())
            .redirectErrorStream(true);
    builder.environment().put("WEIR_HOME", home.toString());
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Result(process.waitFor(), output);
  }

  private record Result(int status, String output) {}
}
