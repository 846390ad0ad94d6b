package io.weir.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Looks into the jar that is submitted; its path comes from the build. */
class FatJarITCase {
  private static final long MAX_BYTES = 40L << 20;

  /** Extra field of a zip entry with the numbers of user and group. */
  private static final int UNIX_OWNER = 0x7875;

  /** What of Flink comes with us: connectors that its distribution does not have. */
  private static final Pattern OUR_FLINK =
      Pattern.compile(
          "org/apache/flink/(connector/kafka|streaming/connectors/kafka|streaming/util/serialization)/.*");

  /** Group, artifact and version in a line of {@code THIRD-PARTY.txt}. */
  private static final Pattern BUNDLED = Pattern.compile("\\(([\\w.-]+:[\\w.-]+:[\\w.-]+) - ");

  private static Path path;
  private static ZipFile jar;

  @BeforeAll
  static void open() throws IOException {
    path = Path.of(System.getProperty("weir.fat.jar"));
    jar = new ZipFile(path.toFile());
  }

  @AfterAll
  static void close() throws IOException {
    jar.close();
  }

  @Test
  void carriesNoClassOfFlinkButItsConnectors() {
    assertThat(names(name -> name.startsWith("org/apache/flink/") && name.endsWith(".class")))
        .isNotEmpty()
        .allMatch(name -> OUR_FLINK.matcher(name).matches());
  }

  @Test
  void carriesNothingThatFlinksDistributionBringsOrATestNeeds() {
    assertThat(
            names(
                name ->
                    Stream.of(
                            "org/slf4j/",
                            "org/apache/logging/",
                            "org/apache/log4j/",
                            "ch/qos/logback/",
                            "org/junit/",
                            "org/assertj/",
                            "org/apache/hadoop/fs/",
                            "io/weir/harness/")
                        .anyMatch(name::startsWith)))
        .isEmpty();
  }

  @Test
  void carriesEveryJobAndTask() {
    assertThat(names(name -> name.startsWith("io/weir/jobs/")))
        .contains(
            "io/weir/jobs/LogsJob.class",
            "io/weir/jobs/LogMetricsJob.class",
            "io/weir/jobs/MetricsJob.class",
            "io/weir/jobs/AlertsJob.class",
            "io/weir/jobs/AuditJob.class",
            "io/weir/jobs/RepairJob.class",
            "io/weir/jobs/RedriveJob.class",
            "io/weir/jobs/tasks/PurgeDeadLetters.class",
            "io/weir/jobs/tasks/GenerateAlertmanagerConfig.class",
            "io/weir/jobs/tasks/CreateTopics.class",
            "io/weir/jobs/tasks/InstallTemplates.class",
            "io/weir/jobs/tasks/DeleteExpiredIndices.class");
  }

  @Test
  void carriesNoSignatureAndNoModuleDescriptor() {
    assertThat(names(name -> name.matches("META-INF/[^/]*\\.(SF|DSA|RSA|EC)"))).isEmpty();
    assertThat(names(name -> name.endsWith("module-info.class"))).isEmpty();
  }

  @Test
  void everyEntryIsThereOnce() {
    List<String> all = names(name -> true);

    assertThat(all).doesNotHaveDuplicates();
  }

  @Test
  void everyServiceNamesClassesThatAreThere() throws IOException {
    List<String> services = names(name -> name.matches("META-INF/services/[^/]+"));
    Set<String> classes = new HashSet<>(names(name -> name.endsWith(".class")));

    assertThat(services).isNotEmpty();
    for (String service : services) {
      List<String> providers =
          read(service)
              .lines()
              .map(line -> line.replaceAll("#.*", "").strip())
              .filter(line -> !line.isEmpty())
              .toList();
      assertThat(providers).as(service).isNotEmpty().doesNotHaveDuplicates();
      assertThat(classes)
          .as(service)
          .containsAll(providers.stream().map(p -> p.replace('.', '/') + ".class").toList());
    }
  }

  @Test
  void carriesItsLicencesAndNotices() throws IOException {
    assertThat(read("META-INF/LICENSE")).contains("Apache License", "Version 2.0");
    assertThat(read("META-INF/NOTICE")).contains("Weir", "Apache Flink", "Jackson");
  }

  @Test
  void listsWhatItCarriesOfOthersWithTheirLicences() throws IOException {
    assertThat(read("META-INF/THIRD-PARTY.txt"))
        .contains("(Apache-2.0) Apache Kafka (org.apache.kafka:kafka-clients:")
        .contains("(BSD-2-Clause) zstd-jni (com.github.luben:zstd-jni:")
        .doesNotContain("io.weir", "flink-runtime", "junit", "Unknown license");
  }

  /** The list for scanners against the one with licences, which another plug-in makes. */
  @Test
  void listsForScannersExactlyWhatItBundles() throws IOException {
    assumeTrue(Boolean.getBoolean("weir.sbom"), "built without -Psbom");
    assumeFalse(
        "offline=true".equals(System.getProperty("weir.maven")),
        "Maven was offline and made no list");
    JsonNode list = new ObjectMapper().readTree(read("META-INF/sbom/application.cdx.json"));
    Set<String> listed = new TreeSet<>();
    for (JsonNode component : list.path("components")) {
      if (!component.path("group").asText().equals("io.weir")) {
        listed.add(
            String.join(
                ":",
                component.path("group").asText(),
                component.path("name").asText(),
                component.path("version").asText()));
        assertThat(component.path("purl").asText()).startsWith("pkg:maven/");
        assertThat(component.path("hashes")).as(component.path("purl").asText()).isNotEmpty();
      }
    }
    Set<String> bundled = new TreeSet<>();
    Matcher line = BUNDLED.matcher(read("META-INF/THIRD-PARTY.txt"));
    while (line.find()) {
      bundled.add(line.group(1));
    }

    assertThat(list.path("bomFormat").asText()).isEqualTo("CycloneDX");
    assertThat(listed).containsAll(bundled);
    // Of Kafka's client, but Flink's distribution brings it: not bundled, and no harm in a list.
    listed.removeIf(library -> library.startsWith("org.slf4j:slf4j-api:"));
    assertThat(listed).isEqualTo(bundled);
  }

  @Test
  void classesForNewerVersionsOfJavaAreFound() throws IOException {
    try (JarFile asJar = new JarFile(path.toFile())) {
      assertThat(asJar.isMultiRelease()).isTrue();
    }
  }

  @Test
  void nativeCodeIsThereForTheMachinesThatRunFlink() {
    assertThat(names(name -> name.endsWith(".so")).stream().collect(Collectors.joining(" ")))
        .contains("linux/amd64/libzstd-jni")
        .contains("linux/aarch64/libzstd-jni")
        .doesNotContain("win/", "darwin/");
  }

  @Test
  void isOfASaneSize() throws IOException {
    assertThat(Files.size(path)).isLessThan(MAX_BYTES);
  }

  /**
   * Two builds of one commit give the same bytes. Building twice here would take too long; what
   * differed between builds would be the machine, its user and the time.
   */
  @Test
  void saysNothingOfTheMachineThatBuiltIt() throws IOException {
    Manifest manifest = new Manifest(jar.getInputStream(jar.getEntry("META-INF/MANIFEST.MF")));
    assertThat(manifest.getMainAttributes().keySet().stream().map(Object::toString))
        .doesNotContain("Built-By", "Build-Time", "Build-Date", "Build-Jdk", "Os-Version");
    String folder = path.toAbsolutePath().getParent().getParent().getParent().toString();
    for (String name : names(name -> name.matches("META-INF/[^/]*|META-INF/services/.*"))) {
      assertThat(read(name)).as(name).doesNotContain(folder);
    }
    for (Enumeration<? extends ZipEntry> e = jar.entries(); e.hasMoreElements(); ) {
      ZipEntry entry = e.nextElement();
      assertThat(extraFields(entry)).as(entry.getName()).doesNotContain(UNIX_OWNER);
    }
  }

  /** Ids of an entry's extra fields: each has two bytes of id, two of length, and its content. */
  private static List<Integer> extraFields(ZipEntry entry) {
    List<Integer> ids = new ArrayList<>();
    if (entry.getExtra() != null) {
      ByteBuffer extra = ByteBuffer.wrap(entry.getExtra()).order(ByteOrder.LITTLE_ENDIAN);
      while (extra.remaining() >= 4) {
        ids.add((int) extra.getShort() & 0xffff);
        int length = extra.getShort() & 0xffff;
        extra.position(Math.min(extra.limit(), extra.position() + length));
      }
    }
    return ids;
  }

  /** Nor may an entry carry the time of the build. */
  @Test
  void noEntryIsYoungerThanTheCommittedTimestampOfTheBuild() {
    Instant stamped = Instant.parse(System.getProperty("weir.build.timestamp"));
    LocalDateTime latest = LocalDateTime.ofInstant(stamped, ZoneOffset.UTC);
    List<String> younger = new ArrayList<>();
    for (Enumeration<? extends ZipEntry> e = jar.entries(); e.hasMoreElements(); ) {
      ZipEntry entry = e.nextElement();
      if (entry.getTimeLocal().isAfter(latest)) {
        younger.add(entry.getName() + " " + entry.getTimeLocal());
      }
    }

    assertThat(younger).isEmpty();
  }

  private static List<String> names(Predicate<String> wanted) {
    return jar.stream()
        .map(ZipEntry::getName)
        .filter(name -> !name.endsWith("/"))
        .filter(wanted)
        .toList();
  }

  private static String read(String entry) throws IOException {
    return new String(
        jar.getInputStream(jar.getEntry(entry)).readAllBytes(), StandardCharsets.UTF_8);
  }
}
