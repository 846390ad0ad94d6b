package io.weir.harness.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.harness.node.HarnessLayout;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class LaneTest {
  /** A tag that Maven spells otherwise would leave its classes out unsaid. */
  @Test
  void mavenKnowsTheTags() throws IOException {
    assertThat(Files.readString(HarnessLayout.find().root().resolve("test-harness/e2e/pom.xml")))
        .contains("<weir.second.tag>" + Lane.SECOND + "<")
        .contains("<weir.faults.tag>" + Lane.FAULTS + "<");
  }
}
