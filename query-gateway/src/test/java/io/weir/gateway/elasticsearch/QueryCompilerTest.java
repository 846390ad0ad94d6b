package io.weir.gateway.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import co.elastic.clients.elasticsearch._types.query_dsl.Query;
import co.elastic.clients.json.JsonpUtils;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.search.LogFilter;
import io.weir.gateway.search.TimeRange;
import io.weir.model.index.PromotedFields;
import io.weir.model.log.LogLevel;
import io.weir.model.query.QueryParser;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryCompilerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final QueryCompiler COMPILER = new QueryCompiler(PromotedFields.NONE);
  private static final QueryCompiler PROMOTING =
      new QueryCompiler(
          PromotedFields.parse(List.of("status=long", "http.ms=double", "user=keyword")));

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          refused ~ {"match_phrase":{"message":{"query":"refused"}}}
          "connection refused" ~ {"match_phrase":{"message":{"query":"connection refused"}}}
          message:refused ~ {"match_phrase":{"message":{"query":"refused"}}}
          ConNe* ~ {"prefix":{"message":{"value":"conne"}}}
          \u0130st* ~ {"prefix":{"message":{"value":"ist"}}}
          service:payments ~ {"term":{"service":{"value":"payments"}}}
          host:web-* ~ {"prefix":{"host":{"value":"web-"}}}
          region:* ~ {"exists":{"field":"region"}}
          level:error ~ {"term":{"level":{"value":"ERROR"}}}
          level:>=WARN ~ {"terms":{"level":["ERROR","FATAL","WARN"]}}
          level:{TRACE TO INFO} ~ {"terms":{"level":["DEBUG"]}}
          level:{TRACE TO DEBUG} ~ {"match_none":{}}
          user_id:42 ~ {"term":{"field_terms":{"value":"user_id=42"}}}
          http.status:500 ~ {"term":{"field_terms":{"value":"http.status=500"}}}
          fields.service:x ~ {"term":{"field_terms":{"value":"service=x"}}}
          request_id:ab* ~ {"prefix":{"field_terms":{"value":"request_id=ab"}}}
          user_id:* ~ {"bool":{"minimum_should_match":"1","should":[{"prefix":{"field_terms":{"value":"user_id="}}},{"prefix":{"field_terms":{"value":"user_id."}}}]}}
          kafka_partition:3 ~ {"term":{"kafka_partition":{"value":3}}}
          kafka_offset:[10 TO 20} ~ {"range":{"kafka_offset":{"gte":10,"lt":20}}}
          timestamp:>2026-03-29T10:00Z ~ {"range":{"timestamp":{"gt":"2026-03-29T10:00:00.000000000Z"}}}
          service:[a TO c] ~ {"range":{"service":{"gte":"a","lte":"c"}}}
          a -b ~ {"bool":{"filter":[{"match_phrase":{"message":{"query":"a"}}}],"must_not":[{"match_phrase":{"message":{"query":"b"}}}]}}
          -health ~ {"bool":{"must_not":[{"match_phrase":{"message":{"query":"health"}}}]}}
          level:(ERROR OR WARN) ~ {"bool":{"minimum_should_match":"1","should":[{"term":{"level":{"value":"ERROR"}}},{"term":{"level":{"value":"WARN"}}}]}}
          * ~ {"match_all":{}}
          """)
  void compilesEachTermToItsQuery(String query, String expected) throws JsonProcessingException {
    assertThat(JSON.readTree(json(COMPILER.compile(QueryParser.parse(query)))))
        .isEqualTo(JSON.readTree(expected));
  }

  @Test
  void findsNothingByAPrefixThatNoTermIsLongEnoughFor() throws JsonProcessingException {
    String key = "k".repeat(300);

    assertThat(json(COMPILER.compile(QueryParser.parse(key + ":v*"))))
        .isEqualTo("{\"match_none\":{}}");
    assertThat(json(COMPILER.compile(QueryParser.parse(key + ":*")))).doesNotContain("prefix");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          status:>=500 ~ {"range":{"promoted.status":{"gte":500}}}
          status:[500 TO 599} ~ {"range":{"promoted.status":{"gte":500,"lt":599}}}
          fields.status:<500 ~ {"range":{"promoted.status":{"lt":500}}}
          status:>4.5 ~ {"range":{"promoted.status":{"gt":4.5}}}
          http.ms:[* TO 1e3] ~ {"range":{"promoted.http.ms":{"lte":1000}}}
          http.ms:>0.25 ~ {"range":{"promoted.http.ms":{"gt":0.25}}}
          user:[a TO c] ~ {"range":{"promoted.user":{"gte":"a","lte":"c"}}}
          status:500 ~ {"bool":{"minimum_should_match":"1","should":[{"term":{"promoted.status":{"value":500}}},{"term":{"field_terms":{"value":"status=500"}}}]}}
          http.ms:1.5 ~ {"bool":{"minimum_should_match":"1","should":[{"term":{"promoted.http.ms":{"value":1.5}}},{"term":{"field_terms":{"value":"http.ms=1.5"}}}]}}
          status:abc ~ {"term":{"field_terms":{"value":"status=abc"}}}
          user:42 ~ {"bool":{"minimum_should_match":"1","should":[{"term":{"promoted.user":{"value":"42"}}},{"term":{"field_terms":{"value":"user=42"}}}]}}
          user:ab* ~ {"bool":{"minimum_should_match":"1","should":[{"prefix":{"promoted.user":{"value":"ab"}}},{"prefix":{"field_terms":{"value":"user=ab"}}}]}}
          status:5* ~ {"prefix":{"field_terms":{"value":"status=5"}}}
          status:* ~ {"bool":{"minimum_should_match":"1","should":[{"exists":{"field":"promoted.status"}},{"prefix":{"field_terms":{"value":"status="}}},{"prefix":{"field_terms":{"value":"status."}}}]}}
          other:42 ~ {"term":{"field_terms":{"value":"other=42"}}}
          """)
  void asksThePromotedColumnsWhereThereAreAny(String query, String expected)
      throws JsonProcessingException {
    assertThat(JSON.readTree(json(PROMOTING.compile(QueryParser.parse(query)))))
        .isEqualTo(JSON.readTree(expected));
  }

  @ParameterizedTest
  @CsvSource({"status:>abc,'holds numbers, ''abc'' is none'", "http.ms:<1e400,'1e400'' is none'"})
  void refusesABoundThatIsNoNumberOnAPromotedNumber(String query, String reason) {
    InvalidRequestException e =
        catchThrowableOfType(
            InvalidRequestException.class, () -> PROMOTING.compile(QueryParser.parse(query)));
    assertThat(e.errors().get(0).reason()).contains(reason);
    assertThat(e.errors().get(0).position()).contains(0);
  }

  @Test
  void namesThePromotedFieldsWhereARangeIsRefused() {
    InvalidRequestException e =
        catchThrowableOfType(
            InvalidRequestException.class,
            () -> PROMOTING.compile(QueryParser.parse("latency_ms:>100")));
    assertThat(e.errors().get(0).reason()).contains("promoted fields (http.ms, status, user)");
  }

  @Test
  void putsEverythingIntoFilterContext() throws JsonProcessingException {
    LogFilter filter =
        new LogFilter(
            Set.of("payments", "checkout"),
            Set.of("web-1"),
            Set.of(LogLevel.ERROR),
            QueryParser.parse("refused"));
    Query query = COMPILER.compile(filter, new TimeRange(0, 1_000_000_001));
    assertThat(JSON.readTree(json(query)))
        .isEqualTo(
            JSON.readTree(
                """
                {"bool":{"filter":[
                  {"range":{"timestamp":{"gte":"1970-01-01T00:00:00.000000000Z",
                                         "lt":"1970-01-01T00:00:01.000000001Z"}}},
                  {"terms":{"service":["checkout","payments"]}},
                  {"terms":{"host":["web-1"]}},
                  {"terms":{"level":["ERROR"]}},
                  {"match_phrase":{"message":{"query":"refused"}}}]}}
                """));
  }

  @Test
  void refusesARangeOverAStructuredFieldWithItsPlaceInTheQuery() {
    InvalidRequestException e =
        catchThrowableOfType(
            InvalidRequestException.class,
            () -> COMPILER.compile(QueryParser.parse("timeout latency_ms:>100")));
    assertThat(e.errors().get(0).field()).isEqualTo("q");
    assertThat(e.errors().get(0).reason()).contains("latency_ms").contains("ranges work on");
    assertThat(e.errors().get(0).position()).contains(8);
  }

  private static String json(Query query) {
    return JsonpUtils.toJsonString(query, new JacksonJsonpMapper());
  }
}
