package io.weir.model.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.model.dashboard.Dashboard;
import io.weir.model.dashboard.Panel;
import io.weir.model.metric.Aggregation;
import io.weir.model.validation.InvalidRecordException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DashboardJsonTest {

  @Test
  void readsADashboard() {
    Dashboard dashboard =
        decode(
            """
            {"id":"d-1","title":"Payments","description":"How money flows","range_s":7200,
             "refresh_s":30,"panels":[
              {"title":"Errors","kind":"metric","metric":"http.errors","tags":{"service":"p"},
               "aggregation":"rate","group_by":["host"],"step_s":60,"width":12},
              {"title":"Lines","kind":"logs","query":"service:payments level:ERROR"},
              {"title":"Levels","kind":"log_histogram","query":"service:payments"}]}
            """);

    assertThat(dashboard)
        .isEqualTo(
            new Dashboard(
                "d-1",
                "Payments",
                "How money flows",
                7200,
                30,
                List.of(
                    new Panel(
                        "Errors",
                        Panel.Kind.METRIC,
                        "http_errors",
                        Map.of("service", "p"),
                        Aggregation.RATE,
                        List.of("host"),
                        60,
                        null,
                        0,
                        12),
                    new Panel(
                        "Lines",
                        Panel.Kind.LOGS,
                        null,
                        Map.of(),
                        null,
                        List.of(),
                        0,
                        "service:payments level:ERROR",
                        100,
                        6),
                    new Panel(
                        "Levels",
                        Panel.Kind.LOG_HISTOGRAM,
                        null,
                        Map.of(),
                        null,
                        List.of(),
                        0,
                        "service:payments",
                        0,
                        6))));
    assertThat(dashboard.withId("d-2").id()).isEqualTo("d-2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | title: is missing; panels: is missing",
        "{\"title\":\"t\",\"panels\":{}} | panels: must be a list of at most 100 objects",
        "{\"title\":\"t\",\"panels\":[7]} | panels[0]: must be an object",
        "{\"title\":\"t\",\"panels\":[{}]} | panels[0].title: is missing; panels[0].kind: is missing",
        "{\"title\":\"t\",\"panels\":[{\"title\":\"a\",\"kind\":\"logs\"}]} | panels[0].query: is missing",
        "{\"title\":\"t\",\"panels\":[{\"title\":\"a\",\"kind\":\"metric\",\"metric\":\"!\"}]} | panels[0].metric: must be a name",
        "{\"title\":\"t\",\"panels\":[{\"title\":\"a\",\"kind\":\"logs\",\"query\":\"(\"}]} | panels[0].query: expected a term at 1",
        "{\"title\":\"t\",\"panels\":[{\"title\":\"a\",\"kind\":\"logs\",\"query\":\"a\",\"step_s\":1}]} | panels[0].step_s: has no meaning for kind logs",
        "{\"title\":\"t\",\"panels\":[{\"title\":\"a\",\"kind\":\"logs\",\"query\":\"a\",\"size\":1}]} | panels[0].size: is unknown",
        "{\"title\":\"t\",\"panels\":[],\"range\":1} | range: is unknown; known are id, title,",
        "{\"title\":\"t\",\"panels\":[],\"refresh_s\":1} | refresh_s: must be 0 for none, or at least 5",
        "{\"title\":\"t\",\"panels\":[],\"id\":\"a/b\"} | id: must be letters, digits, - and _",
        "[] | a dashboard is a JSON object",
      })
  void namesWhatIsWrong(String json, String message) {
    assertThatThrownBy(() -> decode(json))
        .isInstanceOf(InvalidRecordException.class)
        .hasMessageContaining(message);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void readsBackWhatItWrites(@ForAll("dashboards") Dashboard dashboard) {
    assertThat(DashboardJson.decode(DashboardJson.encode(dashboard), UnknownMembers.REJECT))
        .isEqualTo(dashboard);
  }

  @Provide
  Arbitrary<Dashboard> dashboards() {
    Arbitrary<String> names = Arbitraries.strings().withChars("abz").ofMinLength(1).ofMaxLength(4);
    Arbitrary<String> texts = TestingEvents.texts().filter(t -> !t.isBlank());
    Arbitrary<Panel> metrics =
        Combinators.combine(
                texts,
                names,
                Arbitraries.maps(names, TestingEvents.texts()).ofMaxSize(2),
                Arbitraries.of(Aggregation.class).injectNull(0.3),
                names.set().ofMaxSize(2).map(List::copyOf),
                Arbitraries.integers().between(0, 86_400),
                Arbitraries.integers().between(1, 12))
            .as(
                (title, metric, tags, aggregation, groupBy, step, width) ->
                    new Panel(
                        title,
                        Panel.Kind.METRIC,
                        metric,
                        tags,
                        aggregation,
                        groupBy,
                        step,
                        null,
                        0,
                        width));
    Arbitrary<Panel> logs =
        Combinators.combine(
                texts, Arbitraries.integers().between(1, 1000), Arbitraries.of(true, false))
            .as(
                (title, limit, lines) ->
                    new Panel(
                        title,
                        lines ? Panel.Kind.LOGS : Panel.Kind.LOG_HISTOGRAM,
                        null,
                        Map.of(),
                        null,
                        List.of(),
                        0,
                        "a OR b",
                        lines ? limit : 0,
                        6));
    return Combinators.combine(
            names.injectNull(0.3),
            texts,
            texts.injectNull(0.3),
            Arbitraries.longs().between(60, 86_400),
            Arbitraries.of(0L, 5L, 60L),
            Arbitraries.oneOf(metrics, logs).list().ofMaxSize(4))
        .as(Dashboard::new);
  }

  private static Dashboard decode(String json) {
    return DashboardJson.decode(json.getBytes(StandardCharsets.UTF_8), UnknownMembers.REJECT);
  }
}
