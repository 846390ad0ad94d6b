package io.weir.gateway.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.TestingClock;
import io.weir.gateway.config.TestingConfig;
import io.weir.model.index.PromotedFields;
import io.weir.model.json.DocumentFields;
import io.weir.model.log.LogLevel;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FacetServiceTest {
  private static final long T10 = Times.nanos(Instant.parse("2026-03-29T10:00:00Z"));

  private final TestingLogStore store = new TestingLogStore();
  private final FacetService service =
      new FacetService(
          store,
          PromotedFields.parse(List.of("http.status=long")),
          TestingConfig.with("search.facet-sample", "6").search(),
          new TestingClock("2026-03-29T10:10:00Z"));

  @Test
  void countsServiceHostRegionAndLevelOverEverything() {
    for (int i = 0; i < 9; i++) {
      store.add(T10 + i, i, i < 6 ? "payments" : "checkout", "web", LogLevel.INFO);
    }
    FacetService.Facet facet = facet("service", 1);
    assertThat(facet.sample()).isEmpty();
    assertThat(facet.values()).containsExactly(new LogStore.ValueCount("payments", 6));
    assertThat(facet.otherCount()).isEqualTo(3);
  }

  @Test
  void countsAStructuredFieldInTheNewestEventsAndSaysSo() {
    for (int i = 0; i < 9; i++) {
      LogHit hit = store.add(T10 + i, i, "payments", "web", LogLevel.INFO);
      ObjectNode fields = (ObjectNode) hit.source().get(DocumentFields.FIELDS);
      fields.putObject("http").put("code", i < 6 ? 500 : 200);
      fields.put("http.method", "GET");
      fields.putArray("tags").add("a").add(i % 2 == 0 ? "even" : "odd");
    }
    FacetService.Facet facet = facet("http.code", 10);
    assertThat(facet.sample()).contains(6);
    assertThat(facet.values())
        .containsExactly(new LogStore.ValueCount("200", 3), new LogStore.ValueCount("500", 3));
    assertThat(facet("http.method", 10).values())
        .containsExactly(new LogStore.ValueCount("GET", 6));
    assertThat(facet("tags", 2).values())
        .containsExactly(new LogStore.ValueCount("a", 6), new LogStore.ValueCount("even", 3));
    assertThat(facet("tags", 2).otherCount()).isEqualTo(3);
    assertThat(facet("nothing", 2).values()).isEmpty();
  }

  @Test
  void countsAPromotedFieldOverEverything() {
    for (int i = 0; i < 9; i++) {
      LogHit hit = store.add(T10 + i, i, "payments", "web", LogLevel.INFO);
      hit.source().put("promoted.http.status", i < 6 ? 500 : 200);
    }
    for (String name : List.of("http.status", "fields.http.status")) {
      FacetService.Facet facet = facet(name, 1);
      assertThat(facet.field()).isEqualTo("http.status");
      assertThat(facet.sample()).isEmpty();
      assertThat(facet.values()).containsExactly(new LogStore.ValueCount("500", 6));
      assertThat(facet.otherCount()).isEqualTo(3);
    }
  }

  @Test
  void refusesFieldsWithoutFacets() {
    assertThatThrownBy(() -> facet("message", 10))
        .hasMessageContaining("field: 'message' has no facets");
  }

  private FacetService.Facet facet(String field, int size) {
    return service.facet(
        LogFilter.ALL, field, Optional.empty(), Optional.empty(), size, new Cancellation());
  }
}
