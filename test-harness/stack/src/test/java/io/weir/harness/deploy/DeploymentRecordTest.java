package io.weir.harness.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeploymentRecordTest {
  @TempDir Path folder;

  @Test
  void remembersTheIdsOfEarlierRunsYoungestFirst() {
    Path file = folder.resolve("deployments/logs.properties");
    assertThat(DeploymentRecord.read(file)).isEqualTo(DeploymentRecord.none());

    DeploymentRecord.none().deployed("a1", "jar1").deployed("b2", "jar2").write(file);

    DeploymentRecord read = DeploymentRecord.read(file);
    assertThat(read.jobIds()).containsExactly("b2", "a1");
    assertThat(read.currentJobId()).contains("b2");
    assertThat(read.fingerprint()).isEqualTo("jar2");
  }

  @Test
  void forgetsRunsThatOwnNoCheckpointAnyMore() {
    DeploymentRecord record = DeploymentRecord.none();
    for (int i = 0; i < 20; i++) {
      record = record.deployed("job" + i, "f");
    }

    assertThat(record.jobIds()).containsExactly("job19", "job18", "job17", "job16", "job15");
  }
}
