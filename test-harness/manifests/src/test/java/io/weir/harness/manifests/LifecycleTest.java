package io.weir.harness.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.util.TimeUtils;
import org.junit.jupiter.api.Test;

/** How long things are kept, where a file and not a program says so. */
class LifecycleTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Deleting is the retention task's alone; shrinking renames, and rolling over is not by hour. */
  @Test
  void thePolicyOfHotIndicesOnlyMakesThemRest() throws IOException {
    JsonNode phases = read("base/elasticsearch/lifecycle-policy.json").at("/policy/phases");
    Set<String> actions = new TreeSet<>();
    phases.forEach(phase -> phase.path("actions").fieldNames().forEachRemaining(actions::add));

    assertThat(phases.has("delete")).isFalse();
    assertThat(actions).containsExactly("forcemerge", "readonly", "set_priority");
    assertThat(phases.at("/warm/actions/forcemerge/max_num_segments").asInt()).isOne();
  }

  /**
   * A late index takes events of its day for as long as hot retention lasts. Were it read-only,
   * they would be dead letters.
   */
  @Test
  void lateIndicesAreNeverMadeReadOnly() {
    String script = Yaml.text(Repository.K8S.resolve("base/elasticsearch/apply-lifecycle.sh"));

    assertThat(script).contains("/logs-*,-logs-late-*/_settings").doesNotContain("/logs-*/_");
  }

  @Test
  void archivedFilesExpireAfterAYear() throws IOException {
    JsonNode rules = read("s3/archive-lifecycle.json").path("Rules");

    assertThat(rules.get(0).at("/Expiration/Days").asInt()).isEqualTo(365);
    assertThat(
            Yaml.document(Repository.K8S.resolve("components/flink/weir.yaml")).get("archive.path"))
        .asString()
        .endsWith("/" + rules.get(0).at("/Filter/Prefix").asText().replaceAll("/$", ""));
  }

  /** An upload that was begun before a savepoint is what the savepoint still has to commit. */
  @Test
  void uploadsOutliveTheSavepointsThatWouldCommitThem() throws IOException {
    long savepoints =
        TimeUtils.parseDuration(
                FlinkConfiguration.ALL
                    .get(0)
                    .options()
                    .get("kubernetes.operator.savepoint.history.max.age"))
            .toDays();
    int aborted = 0;
    for (JsonNode rule : read("s3/archive-lifecycle.json").path("Rules")) {
      if (rule.has("AbortIncompleteMultipartUpload")) {
        aborted++;
        assertThat(rule.at("/AbortIncompleteMultipartUpload/DaysAfterInitiation").asLong())
            .isGreaterThan(2 * savepoints);
      }
    }
    assertThat(aborted).isOne();
  }

  /** Flink and its operator delete what they no longer need; age says nothing about that. */
  @Test
  void nothingOfFlinkExpires() throws IOException {
    for (JsonNode rule : read("s3/flink-lifecycle.json").path("Rules")) {
      assertThat(rule.has("Expiration")).isFalse();
    }
    assertThat(FlinkConfiguration.ALL.get(0).options())
        .containsEntry("kubernetes.operator.savepoint.dispose-on-delete", "true");
  }

  private static JsonNode read(String file) throws IOException {
    return JSON.readTree(Repository.K8S.resolve(file).toFile());
  }
}
