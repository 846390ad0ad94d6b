package io.weir.harness.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.harness.capacity.Capacity;
import io.weir.harness.capacity.Plan;
import io.weir.harness.generate.Arguments;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Overlays are as large as {@code bin/capacity} says for the load that they name: its command line
 * stands in each.
 */
class OverlaySizesTest {
  private static final Pattern LOAD = Pattern.compile("(?m)^# +bin/capacity (--.*)$");

  /** Elasticsearch allows 1,000; what is lost with a node goes to the others. */
  private static final int SHARDS_PER_NODE = 800;

  @ParameterizedTest
  @ValueSource(strings = {"1tb-day", "peak"})
  void jobsHaveTheSlotsAndTheCores(String overlay) throws IOException {
    List<Manifest> objects = Kustomize.render("overlays/" + overlay);
    Plan plan = Capacity.plan(load(overlay));

    assertThat(plan.fitsOneJob()).isTrue();
    Map<String, Long> wanted =
        Map.of(
            "weir-logs", plan.logsSlots(),
            "weir-log-metrics", plan.logMetricsSlots(),
            "weir-metrics", plan.metricsSlots(),
            "weir-alerts", plan.alertsSlots());
    wanted.forEach(
        (name, slots) -> {
          Manifest job = find(objects, "FlinkDeployment/" + name);
          assertThat(parallelism(job)).as(name).isGreaterThanOrEqualTo(slots.intValue());
          assertThat(Quantities.cores(job.at("spec", "taskManager", "resource", "cpu")))
              .as("%s: slots of one core", name)
              .isGreaterThanOrEqualTo(slotsOfTaskManager(job));
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"1tb-day", "peak"})
  void topicsHaveThePartitionsAndSubtasksShareThemEvenly(String overlay) throws IOException {
    List<Manifest> objects = Kustomize.render("overlays/" + overlay);
    int logs = (Integer) find(objects, "KafkaTopic/logs").at("spec", "partitions");
    int metrics = (Integer) find(objects, "KafkaTopic/metrics").at("spec", "partitions");

    assertThat((long) logs).isGreaterThanOrEqualTo(Capacity.plan(load(overlay)).partitions());
    for (String name : List.of("weir-logs", "weir-log-metrics")) {
      assertThat(logs % parallelism(find(objects, "FlinkDeployment/" + name))).as(name).isZero();
    }
    for (String name : List.of("weir-metrics", "weir-alerts")) {
      assertThat(metrics % parallelism(find(objects, "FlinkDeployment/" + name))).as(name).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1tb-day", "peak"})
  void elasticsearchHasTheCoresTheDiskAndTheShards(String overlay) throws IOException {
    List<Manifest> objects = Kustomize.render("overlays/" + overlay);
    Arguments load = load(overlay);
    Plan plan = Capacity.plan(load);
    Map<String, Object> nodes =
        Yaml.maps(find(objects, "Elasticsearch/weir").at("spec", "nodeSets")).get(0);
    int count = (Integer) nodes.get("count");
    Object cores =
        Yaml.at(
            Yaml.maps(Yaml.at(nodes, "podTemplate", "spec", "containers")).get(0),
            "resources",
            "requests",
            "cpu");
    Object disk =
        Yaml.at(
            Yaml.maps(nodes.get("volumeClaimTemplates")).get(0),
            "spec",
            "resources",
            "requests",
            "storage");
    List<Object> template =
        Yaml.list(find(objects, "Job/install-templates").pods().get(0).mainContainer().get("args"));
    int shards = number(template, "--templates.shards=");
    int copies = 1 + number(template, "--templates.replicas=");
    double hours = 24 * load.decimal("hot-days", 30);

    assertThat(count * Quantities.cores(cores))
        .as("cores")
        .isGreaterThanOrEqualTo(plan.elasticsearchCores());
    assertThat((count - 1) * Quantities.bytes(disk))
        .as("disk, with one node lost")
        .isGreaterThanOrEqualTo(plan.elasticsearchDisk());
    assertThat((long) shards).as("shards of an hour").isGreaterThanOrEqualTo(plan.shardsPerHour());
    assertThat(shards * copies * hours)
        .as("shards of all hours")
        .isLessThanOrEqualTo((double) SHARDS_PER_NODE * count);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1tb-day", "peak"})
  void prometheusHasTheMemory(String overlay) throws IOException {
    Object memory =
        find(Kustomize.render("overlays/" + overlay), "Prometheus/weir-metrics")
            .at("spec", "resources", "requests", "memory");

    assertThat(Quantities.bytes(memory))
        .isGreaterThanOrEqualTo(Capacity.plan(load(overlay)).prometheusMemory());
  }

  @Test
  void onlyStateThatIsLargerThanAHeapIsInRocksDbAndHasAVolume() {
    for (String overlay : List.of("1tb-day", "peak")) {
      for (Manifest job : Kustomize.render("overlays/" + overlay)) {
        if (job.isA("FlinkDeployment")) {
          boolean onDisk = overlay.equals("peak") && job.name().equals("weir-metrics");
          assertThat(job.at("spec", "flinkConfiguration").toString())
              .as(overlay + " " + job)
              .contains("state.backend.type=" + (onDisk ? "rocksdb" : "hashmap"))
              .contains("execution.checkpointing.incremental=true");
          assertThat(job.at("spec", "podTemplate").toString().contains("storage=40Gi"))
              .as(overlay + " " + job)
              .isEqualTo(onDisk);
        }
      }
    }
  }

  /** By default the autoscaler stops at 200, and never goes back to more. */
  @ParameterizedTest
  @ValueSource(strings = {"1tb-day", "peak"})
  void theAutoscalerMayGoAsFarAsTheJobs(String overlay) {
    for (Manifest object : Kustomize.render("overlays/" + overlay)) {
      if (object.isA("FlinkDeployment")) {
        Map<String, Object> options = Yaml.map(object.at("spec", "flinkConfiguration"));
        assertThat(options.get("job.autoscaler.vertex.max-parallelism"))
            .as(object.toString())
            .isEqualTo(options.get("pipeline.max-parallelism"));
      }
    }
  }

  /** What the overlay's comment says of its one node. */
  @Test
  void whatRunsAllTheTimeLeavesRoomOnTheNodeOfDev() {
    double cores = 0;
    double bytes = 0;
    for (Manifest object : Kustomize.render("overlays/dev")) {
      Request request = request(object);
      cores += request.cores();
      bytes += request.bytes();
    }
    assertThat(Yaml.text(Repository.K8S.resolve("overlays/dev/kustomization.yaml")))
        .contains("requests 5 cores and 22 GiB at most");
    assertThat(cores).isBetween(3.0, 5.0);
    assertThat(bytes / 0x1p30).isBetween(10.0, 22.0);
  }

  private record Request(double cores, double bytes) {
    static final Request NONE = new Request(0, 0);

    Request times(int count) {
      return new Request(count * cores, count * bytes);
    }

    Request plus(Request other) {
      return new Request(cores + other.cores, bytes + other.bytes);
    }
  }

  private static Request request(Manifest object) {
    return switch (object.kind()) {
      // The autoscalers of dev keep one of each; only tail says so itself.
      case "Deployment", "StatefulSet" ->
          ofContainer(object.pods().get(0).mainContainer().get("resources"))
              .times(object.at("spec", "replicas") instanceof Integer replicas ? replicas : 1);
      case "Prometheus" ->
          ofContainer(object.at("spec", "resources"))
              .times((Integer) object.at("spec", "replicas"));
      case "Elasticsearch" ->
          ofContainer(object.pods().get(0).mainContainer().get("resources"))
              .times((Integer) Yaml.maps(object.at("spec", "nodeSets")).get(0).get("count"));
      case "FlinkDeployment" ->
          ofFlink(object.at("spec", "jobManager", "resource"))
              .times((Integer) object.at("spec", "jobManager", "replicas"))
              .plus(
                  ofFlink(object.at("spec", "taskManager", "resource"))
                      .times(
                          (parallelism(object) + slotsOfTaskManager(object) - 1)
                              / slotsOfTaskManager(object)));
      default -> Request.NONE;
    };
  }

  private static Request ofContainer(Object resources) {
    return new Request(
        Quantities.cores(Yaml.at(resources, "requests", "cpu")),
        Quantities.bytes(Yaml.at(resources, "requests", "memory")));
  }

  private static Request ofFlink(Object resource) {
    return new Request(
        Quantities.cores(Yaml.at(resource, "cpu")),
        Quantities.flinkBytes(Yaml.at(resource, "memory")));
  }

  private static int parallelism(Manifest job) {
    return (Integer) job.at("spec", "job", "parallelism");
  }

  private static int slotsOfTaskManager(Manifest job) {
    return Integer.parseInt(
        job.at("spec", "flinkConfiguration", "taskmanager.numberOfTaskSlots").toString());
  }

  private static int number(List<Object> arguments, String option) {
    return arguments.stream()
        .map(Object::toString)
        .filter(argument -> argument.startsWith(option))
        .map(argument -> Integer.parseInt(argument.substring(option.length())))
        .findFirst()
        .orElseThrow();
  }

  static Arguments load(String overlay) {
    Matcher load =
        LOAD.matcher(
            Yaml.text(Repository.K8S.resolve("overlays/" + overlay + "/kustomization.yaml")));
    assertThat(load.find()).as("%s says what it is for", overlay).isTrue();
    return Arguments.parse(load.group(1).strip().split(" +"), Capacity.USAGE);
  }

  private static Manifest find(List<Manifest> objects, String name) {
    return objects.stream()
        .filter(object -> object.toString().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
