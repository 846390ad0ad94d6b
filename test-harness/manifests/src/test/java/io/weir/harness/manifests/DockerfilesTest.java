package io.weir.harness.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Dockerfiles are read, and held to the build and to the manifests that run their images. */
class DockerfilesTest {
  private static final Pattern ARG = Pattern.compile("ARG (\\w+)=(\\S+)");
  private static final Pattern PROPERTY =
      Pattern.compile("<(weir\\.image\\.[a-z-]+|flink\\.version)>([^<]*)<");

  @ParameterizedTest
  @CsvSource({
    "flink, FLINK_IMAGE, weir.image.flink-base",
    "gateway, JRE_IMAGE, weir.image.jre-base"
  })
  void standOnTheBaseOfTheImagesThatAreMadeWithoutADaemon(
      String image, String argument, String property) {
    Map<String, String> properties = properties();

    assertThat(arguments(image).get(argument))
        .isEqualTo(
            properties.get(property).replace("${flink.version}", properties.get("flink.version")));
  }

  @ParameterizedTest
  @CsvSource({"flink, FlinkDeployment/weir-logs", "gateway, Deployment/weir-gateway-search"})
  void runAsTheUserThatTheManifestsName(String image, String object) {
    Manifest manifest =
        Kustomize.render("overlays/1tb-day").stream()
            .filter(candidate -> candidate.toString().equals(object))
            .findFirst()
            .orElseThrow();
    String user = last(image, "USER").split(":")[0];

    assertThat(Integer.parseInt(user))
        .isPositive()
        .isEqualTo(Yaml.at(manifest.pods().get(0).spec(), "securityContext", "runAsUser"));
  }

  @ParameterizedTest
  @CsvSource({"flink", "gateway"})
  void takeNothingThatMovesOrComesFromElsewhere(String image) {
    List<String> instructions = instructions(image);
    assertThat(instructions).hasSizeGreaterThan(6);
    assertThat(instructions)
        .noneMatch(line -> line.startsWith("ADD ") || line.contains(":latest"))
        .noneMatch(
            line -> line.contains("curl ") || line.contains("wget ") || line.contains("apt-get"));
    arguments(image).values().forEach(base -> assertThat(base).contains(":"));
    long stages = instructions.stream().filter(line -> line.startsWith("FROM ")).count();
    assertThat(stages).as("what builds is not in the image").isEqualTo(2);
    assertThat(instructions)
        .filteredOn(line -> line.contains("mvn "))
        .singleElement()
        .asString()
        .contains("-Psbom");
  }

  @ParameterizedTest
  @CsvSource({
    "flink, k8s/flink-image, overlays/dev",
    "flink, k8s/flink-image, overlays/1tb-day",
    "flink, k8s/flink-image, overlays/peak",
    "flink, k8s/flink-image, restore",
    "gateway, query-gateway, overlays/dev",
    "gateway, query-gateway, overlays/1tb-day",
    "gateway, query-gateway, overlays/peak",
  })
  void areMadeUnderTheNameThatTheManifestsPull(String image, String module, String folder)
      throws Exception {
    String name = "weir-" + image;
    assertThat(pom(module)).contains("<image>${weir.image.prefix}" + name + ":");
    String registry = "registry.example.org/";
    assertThat(Yaml.text(Repository.K8S.resolve("docker/" + image + ".Dockerfile")))
        .contains(" -t " + registry + name + ":");
    assertThat(Yaml.text(Repository.ROOT.resolve("docs/kubernetes.md")))
        .contains("bin/images --prefix " + registry + " ");

    assertThat(
            Yaml.maps(
                Yaml.document(Repository.K8S.resolve(folder).resolve("kustomization.yaml"))
                    .get("images")))
        .filteredOn(entry -> entry.get("name").equals(name))
        .extracting(entry -> entry.get("newName"))
        .containsExactly(registry + name);
  }

  /** The jars by the names that the build gives them, and the class that they are started with. */
  @Test
  void holdWhatTheBuildMakes() throws Exception {
    assertThat(instructions("flink"))
        .contains("COPY --from=build /src/jobs/target/weir-jobs-all.jar /opt/flink/usrlib/");
    assertThat(pom("jobs")).contains("weir-jobs-all");
    assertThat(pom("k8s/flink-image")).contains("<includes>weir-jobs-all.jar</includes>");
    assertThat(instructions("gateway"))
        .contains("COPY --from=build /src/query-gateway/target/lib /opt/weir/lib")
        .contains("COPY --from=build /src/query-gateway/target/weir-query-gateway.jar /opt/weir/");
    assertThat(pom("query-gateway")).contains("<finalName>weir-query-gateway</finalName>");
    Matcher main =
        Pattern.compile("\"(io\\.weir\\.[\\w.]+)\"").matcher(last("gateway", "ENTRYPOINT"));
    assertThat(main.find()).isTrue();
    assertThat(Class.forName(main.group(1)).getMethod("main", String[].class)).isNotNull();
    assertThat(pom("query-gateway")).contains("<mainClass>" + main.group(1) + "</mainClass>");
  }

  @Test
  void sendNoBuildAndNoHistoryToTheDaemon() {
    assertThat(Yaml.text(Repository.ROOT.resolve(".dockerignore")).lines())
        .contains(".git", ".weir", "**/target");
  }

  private static String pom(String module) {
    return Yaml.text(Repository.ROOT.resolve(module).resolve("pom.xml"));
  }

  private static Map<String, String> properties() {
    Map<String, String> properties = new TreeMap<>();
    Matcher property = PROPERTY.matcher(Yaml.text(Repository.ROOT.resolve("pom.xml")));
    while (property.find()) {
      properties.put(property.group(1), property.group(2));
    }
    return properties;
  }

  private static Map<String, String> arguments(String image) {
    Map<String, String> arguments = new TreeMap<>();
    for (String line : instructions(image)) {
      Matcher argument = ARG.matcher(line);
      if (argument.matches()) {
        arguments.put(argument.group(1), argument.group(2));
      }
    }
    return arguments;
  }

  private static String last(String image, String instruction) {
    return instructions(image).stream()
        .filter(line -> line.startsWith(instruction + " "))
        .reduce((first, second) -> second)
        .orElseThrow()
        .substring(instruction.length() + 1);
  }

  /** Each on one line, without comments. */
  private static List<String> instructions(String image) {
    List<String> instructions = new ArrayList<>();
    String text = Yaml.text(Repository.K8S.resolve("docker/" + image + ".Dockerfile"));
    for (String line :
        text.replaceAll("(?m)^#.*\\R", "").replaceAll("\\\\\\R\\s*", "").split("\\R")) {
      if (!line.isBlank()) {
        instructions.add(line.strip());
      }
    }
    return instructions;
  }
}
