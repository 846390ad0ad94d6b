package io.weir.harness.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlinkConfTest {
  /** For Flink 2 such a pair is an error at start, which no validator finds before. */
  @Test
  void noKeyIsThePrefixOfAnother() throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(HarnessLayout.find().flinkConf())) {
      all.filter(file -> file.toString().endsWith(".yaml")).forEach(files::add);
    }
    assertThat(files).isNotEmpty();
    List<String> keys = new ArrayList<>();
    files.forEach(file -> keys.addAll(FlinkYaml.read(file).keySet()));

    for (String key : keys) {
      assertThat(keys).noneMatch(other -> other.startsWith(key + "."));
    }
  }

  @Test
  void clusterAndJobDoNotConfigureTheSameKeyToTheSameValue() throws IOException {
    Path conf = HarnessLayout.find().flinkConf();
    Map<String, String> cluster = FlinkYaml.read(conf.resolve("config.yaml"));
    Map<String, String> job = FlinkYaml.read(conf.resolve("logs-job.yaml"));

    assertThat(job.entrySet()).doesNotContainAnyElementsOf(cluster.entrySet());
  }

  @Test
  void aKeyWithKeysBelowItIsRefused(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("a.yaml"), "state:\n  backend: hashmap\n");

    assertThatThrownBy(() -> FlinkYaml.read(file)).hasMessageContaining("state must be one value");
  }
}
