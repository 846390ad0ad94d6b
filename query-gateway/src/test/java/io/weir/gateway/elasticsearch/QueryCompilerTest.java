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
import io.weir.model.log.LogLevel;
import io.weir.model.query.QueryParser;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryCompilerTest {
  private static final ObjectMapper JSON = new ObjectMapper();

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
    assertThat(JSON.readTree(json(QueryCompiler.compile(QueryParser.parse(query)))))
        .isEqualTo(JSON.readTree(expected));
  }

  @Test
  void putsEverythingIntoFilterContext() throws JsonProcessingException {
    LogFilter filter =
        new LogFilter(
            Set.of("payments", "checkout"),
            Set.of("web-1"),
            Set.of(LogLevel.ERROR),
            QueryParser.parse("refused"));
    Query query = QueryCompiler.compile(filter, new TimeRange(0, 1_000_000_001));
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
            () -> QueryCompiler.compile(QueryParser.parse("timeout latency_ms:>100")));
    assertThat(e.errors().get(0).field()).isEqualTo("q");
    assertThat(e.errors().get(0).reason()).contains("latency_ms").contains("ranges work on");
    assertThat(e.errors().get(0).position()).contains(8);
  }

  private static String json(Query query) {
    return JsonpUtils.toJsonString(query, new JacksonJsonpMapper());
  }
}
