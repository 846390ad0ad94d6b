package io.weir.harness.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.config.ConfigReader;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.config.Role;
import io.weir.jobs.options.AlertsJobOptions;
import io.weir.jobs.options.AllOptions;
import io.weir.jobs.options.AuditJobOptions;
import io.weir.jobs.options.ElasticsearchOptions;
import io.weir.jobs.options.ExpiryOptions;
import io.weir.jobs.options.KafkaOptions;
import io.weir.jobs.options.LogMetricsJobOptions;
import io.weir.jobs.options.LogsJobOptions;
import io.weir.jobs.options.MetricsJobOptions;
import io.weir.jobs.options.OptionGroup;
import io.weir.jobs.options.OptionValues;
import io.weir.jobs.options.ParseOptions;
import io.weir.jobs.options.PromotedOptions;
import io.weir.jobs.options.RedriveJobOptions;
import io.weir.jobs.options.TemplateOptions;
import io.weir.jobs.options.TopicOptions;
import io.weir.jobs.options.TopicSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs themselves read what the manifests give them. */
class OptionsTest {
  private static final Map<String, Consumer<String[]>> PROGRAMS =
      Map.of(
          "LogsJob",
          LogsJobOptions::parse,
          "LogMetricsJob",
          LogMetricsJobOptions::parse,
          "MetricsJob",
          MetricsJobOptions::parse,
          "AlertsJob",
          AlertsJobOptions::parse,
          "AuditJob",
          args -> AuditJobOptions.parse(Instant.EPOCH, args),
          "RepairJob",
          args -> AuditJobOptions.parse(Instant.EPOCH, args),
          "RedriveJob",
          args -> RedriveJobOptions.parse(Instant.EPOCH, args),
          "CreateTopics",
          args -> topics(args),
          "InstallTemplates",
          args -> {
            OptionValues values =
                read(
                    args, ElasticsearchOptions.GROUP, PromotedOptions.GROUP, TemplateOptions.GROUP);
            ElasticsearchOptions.read(values);
            TemplateOptions.read(values);
            values.throwIfInvalid();
          },
          "DeleteExpiredIndices",
          args -> {
            OptionValues values =
                read(args, ElasticsearchOptions.GROUP, ParseOptions.RETENTION, ExpiryOptions.GROUP);
            ElasticsearchOptions.read(values);
            ParseOptions.readHotRetention(values);
            ExpiryOptions.readDryRun(values);
            values.throwIfInvalid();
          });

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"overlays/dev", "overlays/1tb-day", "overlays/peak"})
  void everyJobAndTaskTakesItsOptions(String overlay) {
    List<Manifest> objects = Kustomize.render(overlay);
    List<String> read = new ArrayList<>();

    for (Manifest object : objects) {
      String program = program(object);
      if (program != null) {
        PROGRAMS.get(program).accept(arguments(objects, object));
        read.add(program);
      }
    }

    assertThat(read).containsExactlyInAnyOrderElementsOf(PROGRAMS.keySet());
  }

  @Test
  void aRestoreRunTakesItsOptions() {
    List<Manifest> objects = Kustomize.render("restore");
    Manifest session =
        objects.stream().filter(object -> object.isA("FlinkSessionJob")).findFirst().orElseThrow();

    LogsJobOptions options = LogsJobOptions.parse(arguments(objects, session));

    assertThat(options.shown().toString()).contains("weir-restore-hot");
  }

  @Test
  void theKafkaClientFindsItsSecretItself() {
    List<Manifest> objects = Kustomize.render("overlays/dev");
    OptionValues values =
        read(
            arguments(objects, find(objects, "Job", "check-topics")),
            TopicOptions.GROUP,
            KafkaOptions.GROUP,
            LogsJobOptions.GROUP);

    Map<String, Object> client = new HashMap<>(KafkaOptions.readClientProperties(values));

    Password jaas = new AdminClientConfig(client).getPassword("sasl.jaas.config");
    assertThat(jaas.value()).isEqualTo(PodFiles.JAAS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"overlays/dev", "overlays/1tb-day", "overlays/peak"})
  void topicsAreThoseThatTheTaskWouldMake(String overlay) {
    List<Manifest> objects = Kustomize.render(overlay);
    Manifest task =
        objects.stream()
            .filter(object -> "CreateTopics".equals(program(object)))
            .findFirst()
            .orElseThrow();
    Map<String, TopicSpec> wanted = new TreeMap<>();
    topics(arguments(objects, task)).forEach(topic -> wanted.put(topic.name(), topic));

    Map<String, TopicSpec> manifests = new TreeMap<>();
    for (Manifest object : objects) {
      if (object.isA("KafkaTopic")) {
        Map<String, String> config = new TreeMap<>();
        Yaml.map(object.at("spec", "config"))
            .forEach((key, value) -> config.put(key, value.toString()));
        int replicas = (Integer) object.at("spec", "replicas");
        manifests.put(
            object.name(),
            new TopicSpec(
                object.name(),
                (Integer) object.at("spec", "partitions"),
                (short) replicas,
                config));
      }
    }

    assertThat(manifests).isEqualTo(wanted);
  }

  @ParameterizedTest
  @ValueSource(strings = {"overlays/dev", "overlays/1tb-day", "overlays/peak"})
  void everyGatewayTakesItsSettingsAndTogetherTheyHaveEveryRole(String overlay) {
    List<Manifest> objects = Kustomize.render(overlay);
    Set<Role> roles = EnumSet.noneOf(Role.class);
    for (Manifest object : objects) {
      if (object.isA("Deployment") && object.name().startsWith("weir-gateway-")) {
        GatewayConfig config = ConfigReader.read(List.of(arguments(objects, object)));
        roles.addAll(config.roles());
        assertThat(config.pipeline().alertmanagerUrl()).isPresent();
        assertThat(config.pipeline().flinkUrls()).hasSize(4);
        assertThat(config.auth().required()).as("callers are asked who they are").isTrue();
        assertThat(config.http().tls()).as("TLS").isPresent();
        assertThat(config.http().port())
            .isEqualTo(
                Yaml.at(
                    Yaml.maps(object.pods().get(0).mainContainer().get("ports")).get(0),
                    "containerPort"));
        if (config.roles().contains(Role.TAIL)) {
          assertThat(config.tail().maxSubscribersPerAddress())
              .as("behind the Ingress all clients have its addresses")
              .isEqualTo(config.tail().maxSubscribers());
        }
        Object grace = object.pods().get(0).spec().get("terminationGracePeriodSeconds");
        assertThat(config.http().shutdownTimeout().toSeconds()).isLessThan((Integer) grace - 5);
      }
    }
    assertThat(roles).containsExactlyInAnyOrder(Role.values());
  }

  /** One that is told and is not there never knows of any alert. */
  @ParameterizedTest
  @ValueSource(strings = {"overlays/dev", "overlays/1tb-day", "overlays/peak"})
  void asManyAlertmanagersAreToldAsThereAre(String overlay) {
    List<Manifest> objects = Kustomize.render(overlay);
    Object replicas = find(objects, "StatefulSet", "weir-alertmanager").at("spec", "replicas");

    AlertsJobOptions options =
        AlertsJobOptions.parse(arguments(objects, find(objects, "FlinkDeployment", "weir-alerts")));

    assertThat(options.alertmanager().orElseThrow().connection().urls())
        .hasSize((Integer) replicas)
        .doesNotHaveDuplicates();
  }

  /** Else indices are made that are deleted within the hour, or kept that nobody writes. */
  @ParameterizedTest
  @ValueSource(strings = {"1tb-day", "peak"})
  void whatTheLogsJobKeepsHotIsWhatRetentionLeaves(String overlay) {
    List<Manifest> objects = Kustomize.render("overlays/" + overlay);

    LogsJobOptions job =
        LogsJobOptions.parse(arguments(objects, find(objects, "FlinkDeployment", "weir-logs")));
    OptionValues task =
        read(
            arguments(objects, find(objects, "CronJob", "delete-expired-indices")),
            ElasticsearchOptions.GROUP,
            ParseOptions.RETENTION,
            ExpiryOptions.GROUP);

    assertThat(job.limits().hotRetention())
        .isEqualTo(ParseOptions.readHotRetention(task))
        .isEqualTo(Duration.ofDays((long) OverlaySizesTest.load(overlay).decimal("hot-days", 30)));
  }

  private static Manifest find(List<Manifest> objects, String kind, String name) {
    return objects.stream()
        .filter(object -> object.isA(kind) && object.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<TopicSpec> topics(String[] args) {
    OptionValues values = read(args, TopicOptions.GROUP, KafkaOptions.GROUP, LogsJobOptions.GROUP);
    KafkaOptions.readClientProperties(values);
    int replicas = TopicOptions.replicationFactor(values).orElse(3);
    List<TopicSpec> topics = TopicOptions.read(values);
    values.throwIfInvalid();
    return topics.stream().map(topic -> topic.replicated(replicas)).toList();
  }

  private static OptionValues read(String[] args, OptionGroup... groups) {
    return OptionValues.read(args, List.of(groups), AllOptions.GROUPS);
  }

  /** Simple name of the class that the object runs, null where it runs none of the jar's. */
  private static String program(Manifest object) {
    Object main = object.at("spec", "job", "entryClass");
    if (main == null && !object.pods().isEmpty() && !object.isA("StatefulSet")) {
      List<Object> command = Yaml.list(object.pods().get(0).mainContainer().get("command"));
      main =
          command.stream()
              .filter(word -> word.toString().startsWith("io.weir.jobs."))
              .findFirst()
              .orElse(null);
    }
    return main == null ? null : main.toString().replaceAll(".*\\.", "");
  }

  /** The arguments, with paths of the pod led to the folder that stands for its file system. */
  private String[] arguments(List<Manifest> objects, Manifest object) {
    // A session's job runs in the pods of its session.
    Manifest.Pod pod =
        object.isA("FlinkSessionJob")
            ? find(objects, "FlinkDeployment", object.at("spec", "deploymentName").toString())
                .pods()
                .get(0)
            : object.pods().get(0);
    Path root = folder.resolve(object.kind() + "-" + object.name());
    PodFiles.mount(objects, pod, root);
    Object args = object.at("spec", "job", "args");
    if (args == null) {
      args = pod.mainContainer().get("args");
    }
    return Yaml.list(args).stream()
        .map(arg -> arg.toString().replace("$(KAFKA_JAAS)", PodFiles.JAAS).replace("$(", "("))
        .map(arg -> arg.startsWith("/etc/") ? root + arg : arg)
        .toArray(String[]::new);
  }
}
