package io.weir.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.vertx.core.json.JsonObject;
import io.weir.gateway.auth.Scope;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class AccessTableTest {
  private final AccessTable table = new AccessTable(false);

  @Test
  void everyOperationOfTheContractHasOneLineAndNoLineIsOfAnother() {
    assertThat(table.operations()).containsExactlyInAnyOrderElementsOf(operations());
  }

  @Test
  void whatTheDocumentSaysOfCredentialsIsWhatTheTableSays() {
    JsonObject paths = Contract.read().json().getJsonObject("paths");
    for (String path : paths.fieldNames()) {
      JsonObject methods = paths.getJsonObject(path);
      for (String method : methods.fieldNames()) {
        JsonObject operation = methods.getJsonObject(method);
        boolean open = operation.containsKey("security");
        assertThat(table.of(operation.getString("operationId")).who() == Access.Who.EVERYBODY)
            .as(method + " " + path)
            .isEqualTo(open);
      }
    }
  }

  @Test
  void whateverChangesSomethingNeedsMoreThanReading() {
    JsonObject paths = Contract.read().json().getJsonObject("paths");
    for (String path : paths.fieldNames()) {
      for (String method : Set.of("put", "delete")) {
        JsonObject operation = paths.getJsonObject(path).getJsonObject(method);
        if (operation != null) {
          assertThat(table.of(operation.getString("operationId")).scope())
              .as(method + " " + path)
              .contains(Scope.ADMIN);
        }
      }
    }
    assertThat(table.of("createAlert").scope()).contains(Scope.ADMIN);
    assertThat(table.of("createDashboard").scope()).contains(Scope.ADMIN);
    assertThat(table.of("createSilence").scope()).contains(Scope.ADMIN);
  }

  @Test
  void anOperationWithoutALineIsNotAnsweredAtAll() {
    assertThatIllegalStateException().isThrownBy(() -> table.of("brandNew"));
  }

  private static Set<String> operations() {
    Set<String> ids = new TreeSet<>();
    JsonObject paths = Contract.read().json().getJsonObject("paths");
    for (String path : paths.fieldNames()) {
      JsonObject methods = paths.getJsonObject(path);
      methods
          .fieldNames()
          .forEach(method -> ids.add(methods.getJsonObject(method).getString("operationId")));
    }
    return ids;
  }
}
