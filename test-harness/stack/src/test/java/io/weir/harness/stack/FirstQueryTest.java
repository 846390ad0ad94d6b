package io.weir.harness.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FirstQueryTest {
  private final FirstQuery query = new FirstQuery("a phrase", Map.of("q", "\"lost leader\" -a"));

  @Test
  void theCommandCanBePastedIntoAShell() {
    assertThat(query.curl(URI.create("http://127.0.0.1:8080/")))
        .isEqualTo(
            "curl -sG http://127.0.0.1:8080/logs/search"
                + " --data-urlencode 'q=\"lost leader\" -a' --data-urlencode 'limit=3'");
  }

  @Test
  void theRequestIsTheSameOne() {
    assertThat(query.path()).isEqualTo("/logs/search?q=%22lost+leader%22+-a&limit=3");
  }
}
