package io.weir.gateway.elasticsearch;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.elasticsearch._types.ErrorCause;
import co.elastic.clients.elasticsearch._types.ExpandWildcard;
import co.elastic.clients.elasticsearch._types.FieldSort;
import co.elastic.clients.elasticsearch._types.FieldSortNumericType;
import co.elastic.clients.elasticsearch._types.FieldValue;
import co.elastic.clients.elasticsearch._types.ShardStatistics;
import co.elastic.clients.elasticsearch._types.SortOptions;
import co.elastic.clients.elasticsearch._types.Time;
import co.elastic.clients.elasticsearch._types.aggregations.Aggregate;
import co.elastic.clients.elasticsearch._types.aggregations.DateHistogramBucket;
import co.elastic.clients.elasticsearch._types.aggregations.StringTermsBucket;
import co.elastic.clients.elasticsearch._types.aggregations.TermsAggregateBase;
import co.elastic.clients.elasticsearch._types.mapping.FieldType;
import co.elastic.clients.elasticsearch._types.query_dsl.Query;
import co.elastic.clients.elasticsearch.cat.indices.IndicesRecord;
import co.elastic.clients.elasticsearch.core.SearchRequest;
import co.elastic.clients.elasticsearch.core.SearchResponse;
import co.elastic.clients.elasticsearch.core.search.Hit;
import co.elastic.clients.elasticsearch.core.search.ResponseBody;
import co.elastic.clients.elasticsearch.core.search.TotalHits;
import co.elastic.clients.elasticsearch.core.search.TotalHitsRelation;
import co.elastic.clients.transport.TransportException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.search.Cancellation;
import io.weir.gateway.search.Hits;
import io.weir.gateway.search.HitsRequest;
import io.weir.gateway.search.IndexSelection;
import io.weir.gateway.search.LogFilter;
import io.weir.gateway.search.LogHit;
import io.weir.gateway.search.LogPosition;
import io.weir.gateway.search.LogStore;
import io.weir.gateway.search.ShardReport;
import io.weir.gateway.search.SortOrder;
import io.weir.gateway.search.StoreException;
import io.weir.gateway.search.TimeRange;
import io.weir.gateway.search.Total;
import io.weir.model.index.HotIndices;
import io.weir.model.index.PromotedFields;
import io.weir.model.json.DocumentFields;
import io.weir.model.log.LogLevel;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * The hot store in Elasticsearch. Only indices that overlap the range are asked; those that do not
 * exist (nothing was logged, or retention has deleted them) are ignored. Each shard gets a time
 * limit and may be missing from the answer, which the report then says.
 *
 * <p>{@code terminate_after} is not used: it keeps the first documents in the order of the index,
 * not in the order asked for, and would make both the page and its total wrong. What one shard
 * returns is bounded by the page size instead, which the caller bounds.
 */
public final class ElasticsearchLogStore implements LogStore {
  private static final String BY_TIME = "by_time";
  private static final String BY_LEVEL = "by_level";
  private static final String VALUES = "values";
  private static final List<String> ONLY_FOR_SEARCHING =
      List.of(DocumentFields.FIELD_TERMS, DocumentFields.PROMOTED);

  /** Candidates per shard for exact top values; fields with more values get an error bound. */
  private static final int VALUES_PER_SHARD = 10_000;

  /** Shards whose counts the coordinating node holds before it adds them up. */
  private static final long SHARDS_PER_REDUCE = 32;

  private final ElasticsearchAsyncClient client;
  private final QueryCompiler compiler;
  private final Duration shardTimeout;
  private final Duration requestTimeout;

  /**
   * @param client closed by its owner
   * @param promoted structured fields with a column of their own
   * @param shardTimeout after this a shard answers with what it has
   * @param requestTimeout after this the request is given up
   */
  public ElasticsearchLogStore(
      ElasticsearchAsyncClient client,
      PromotedFields promoted,
      Duration shardTimeout,
      Duration requestTimeout) {
    this.client = Objects.requireNonNull(client, "client");
    this.compiler = new QueryCompiler(promoted);
    this.shardTimeout = Objects.requireNonNull(shardTimeout, "shardTimeout");
    this.requestTimeout = Objects.requireNonNull(requestTimeout, "requestTimeout");
  }

  @Override
  public Hits hits(HitsRequest request, Cancellation cancellation) {
    Query query = compiler.compile(request.filter(), request.range());
    SearchRequest.Builder search =
        base(request.range())
            .query(query)
            .size(request.size())
            .sort(sort(request.order()))
            .trackTotalHits(
                t -> request.countUpTo() > 0 ? t.count(request.countUpTo()) : t.enabled(false));
    request.after().ifPresent(position -> search.searchAfter(values(position)));
    request
        .fieldsOnly()
        .ifPresentOrElse(
            field -> search.source(s -> s.filter(f -> f.includes(DocumentFields.FIELDS))),
            () -> search.source(s -> s.filter(f -> f.excludes(ONLY_FOR_SEARCHING))));
    SearchResponse<ObjectNode> response = search(search.build(), cancellation);
    return new Hits(
        response.hits().hits().stream().map(ElasticsearchLogStore::hit).toList(),
        Optional.ofNullable(response.hits().total()).map(ElasticsearchLogStore::total),
        report(response));
  }

  @Override
  public Optional<LogHit> find(
      String eventId, Optional<TimeRange> within, Cancellation cancellation) {
    SearchRequest.Builder search =
        within
            .map(this::base)
            .orElseGet(() -> base(List.of(HotIndices.PREFIX + "*")))
            .query(q -> q.ids(ids -> ids.values(eventId)))
            .size(1)
            .sort(sort(SortOrder.DESC))
            .trackTotalHits(t -> t.enabled(false))
            .source(s -> s.filter(f -> f.excludes(ONLY_FOR_SEARCHING)));
    SearchResponse<ObjectNode> response = search(search.build(), cancellation);
    Optional<LogHit> hit =
        response.hits().hits().stream().map(ElasticsearchLogStore::hit).findFirst();
    ShardReport report = report(response);
    if (hit.isEmpty() && report.partial()) {
      throw new StoreException(
          StoreException.Kind.UNAVAILABLE,
          "not all shards answered, the event may be in one of those that did not: "
              + report.failures(),
          null);
    }
    return hit;
  }

  @Override
  public Histogram histogram(
      LogFilter filter, TimeRange range, Duration interval, Cancellation cancellation) {
    SearchRequest search =
        base(range)
            .query(compiler.compile(filter, range))
            .size(0)
            .batchedReduceSize(SHARDS_PER_REDUCE)
            .trackTotalHits(t -> t.enabled(false))
            .aggregations(
                BY_TIME,
                a ->
                    a.dateHistogram(
                            h ->
                                h.field(DocumentFields.TIMESTAMP)
                                    .fixedInterval(Time.of(t -> t.time(interval.toMillis() + "ms")))
                                    .minDocCount(1))
                        .aggregations(
                            BY_LEVEL,
                            s ->
                                s.terms(
                                    t ->
                                        t.field(DocumentFields.LEVEL)
                                            .size(LogLevel.values().length))))
            .build();
    SearchResponse<ObjectNode> response = search(search, cancellation);
    Map<Instant, Map<String, Long>> buckets = new TreeMap<>();
    Aggregate byTime = response.aggregations().get(BY_TIME);
    if (byTime != null) {
      for (DateHistogramBucket bucket : byTime.dateHistogram().buckets().array()) {
        Map<String, Long> levels = new TreeMap<>();
        for (StringTermsBucket level :
            bucket.aggregations().get(BY_LEVEL).sterms().buckets().array()) {
          levels.put(level.key().stringValue(), level.docCount());
        }
        buckets.put(Instant.ofEpochMilli(bucket.key()), levels);
      }
    }
    return new Histogram(buckets, report(response));
  }

  @Override
  public TopValues topValues(
      LogFilter filter, TimeRange range, String field, int size, Cancellation cancellation) {
    SearchRequest search =
        base(range)
            .query(compiler.compile(filter, range))
            .size(0)
            .batchedReduceSize(SHARDS_PER_REDUCE)
            .trackTotalHits(t -> t.enabled(false))
            .aggregations(
                VALUES, a -> a.terms(t -> t.field(field).size(size).shardSize(VALUES_PER_SHARD)))
            .build();
    SearchResponse<ObjectNode> response = search(search, cancellation);
    Aggregate values = response.aggregations().get(VALUES);
    if (values == null) {
      return new TopValues(List.of(), 0, 0, report(response));
    } else if (values.isSterms()) {
      return topValues(
          values.sterms(),
          bucket -> new ValueCount(bucket.key().stringValue(), bucket.docCount()),
          report(response));
    } else if (values.isLterms()) {
      return topValues(
          values.lterms(),
          bucket -> new ValueCount(Long.toString(bucket.key()), bucket.docCount()),
          report(response));
    } else if (values.isDterms()) {
      return topValues(
          values.dterms(),
          bucket -> new ValueCount(Double.toString(bucket.key()), bucket.docCount()),
          report(response));
    }
    return new TopValues(List.of(), 0, 0, report(response)); // no index has the column yet
  }

  private static <B> TopValues topValues(
      TermsAggregateBase<B> terms, Function<B, ValueCount> value, ShardReport report) {
    return new TopValues(
        terms.buckets().array().stream().map(value).toList(),
        Objects.requireNonNullElse(terms.sumOtherDocCount(), 0L),
        Objects.requireNonNullElse(terms.docCountErrorUpperBound(), 0L),
        report);
  }

  @Override
  public List<HotIndex> indices(Cancellation cancellation) {
    List<IndicesRecord> records =
        await(
                client
                    .cat()
                    .indices(
                        c ->
                            c.index(HotIndices.PREFIX + "*")
                                .expandWildcards(ExpandWildcard.Open, ExpandWildcard.Closed)
                                .bytes(co.elastic.clients.elasticsearch._types.Bytes.Bytes)
                                .h("index", "health", "docs.count", "store.size")),
                cancellation)
            .valueBody();
    return records.stream()
        .map(
            record ->
                new HotIndex(
                    record.index(),
                    Objects.requireNonNullElse(record.health(), "unknown"),
                    number(record.docsCount()),
                    number(record.storeSize())))
        .toList();
  }

  private static Optional<Long> number(String text) {
    return text == null || text.isBlank() ? Optional.empty() : Optional.of(Long.valueOf(text));
  }

  private SearchRequest.Builder base(TimeRange range) {
    return base(IndexSelection.of(range));
  }

  private SearchRequest.Builder base(List<String> indices) {
    return new SearchRequest.Builder()
        .index(indices)
        .ignoreUnavailable(true)
        .allowNoIndices(true)
        .expandWildcards(ExpandWildcard.Open)
        .allowPartialSearchResults(true)
        .timeout(shardTimeout.toMillis() + "ms");
  }

  /**
   * Event time first; the place in Kafka makes the order total, so that paging by {@code
   * search_after} neither skips nor repeats events of the same instant. Indices without a mapping
   * for these fields (created by hand) do not fail the search.
   */
  private static List<SortOptions> sort(SortOrder order) {
    co.elastic.clients.elasticsearch._types.SortOrder direction =
        order == SortOrder.ASC
            ? co.elastic.clients.elasticsearch._types.SortOrder.Asc
            : co.elastic.clients.elasticsearch._types.SortOrder.Desc;
    List<FieldSort> fields =
        List.of(
            FieldSort.of(
                f ->
                    f.field(DocumentFields.TIMESTAMP)
                        .order(direction)
                        .numericType(FieldSortNumericType.DateNanos)
                        .unmappedType(FieldType.DateNanos)),
            keyword(DocumentFields.KAFKA_TOPIC, direction),
            number(DocumentFields.KAFKA_PARTITION, direction),
            number(DocumentFields.KAFKA_OFFSET, direction),
            keyword(DocumentFields.KAFKA_TOPIC_CODE, direction));
    return fields.stream().map(field -> SortOptions.of(s -> s.field(field))).toList();
  }

  private static FieldSort keyword(
      String field, co.elastic.clients.elasticsearch._types.SortOrder direction) {
    return FieldSort.of(f -> f.field(field).order(direction).unmappedType(FieldType.Keyword));
  }

  private static FieldSort number(
      String field, co.elastic.clients.elasticsearch._types.SortOrder direction) {
    return FieldSort.of(f -> f.field(field).order(direction).unmappedType(FieldType.Long));
  }

  private static List<FieldValue> values(LogPosition position) {
    return List.of(
        FieldValue.of(position.timestampNanos()),
        FieldValue.of(position.topic()),
        FieldValue.of(position.partition()),
        FieldValue.of(position.offset()),
        FieldValue.of(position.topicCode()));
  }

  private static LogHit hit(Hit<ObjectNode> hit) {
    List<FieldValue> sort = hit.sort();
    LogPosition position =
        new LogPosition(
            sort.get(0).longValue(),
            text(sort.get(1)),
            (int) whole(sort.get(2)),
            whole(sort.get(3)),
            text(sort.get(4)));
    ObjectNode source = hit.source() == null ? JsonNodeFactory.instance.objectNode() : hit.source();
    return new LogHit(hit.id(), hit.index(), source, position);
  }

  private static String text(FieldValue value) {
    return value.isString() ? value.stringValue() : "";
  }

  private static long whole(FieldValue value) {
    return value.isLong() ? value.longValue() : 0;
  }

  private static Total total(TotalHits total) {
    return new Total(total.value(), total.relation() == TotalHitsRelation.Eq);
  }

  /**
   * Elasticsearch counts a shard of which no copy is there neither as successful nor as failed; its
   * events are missing all the same.
   */
  private static ShardReport report(ResponseBody<?> response) {
    ShardStatistics shards = response.shards();
    List<ShardReport.ShardFailure> failures = new ArrayList<>();
    shards.failures().stream()
        .limit(ShardReport.MAX_FAILURES)
        .forEach(
            failure ->
                failures.add(
                    new ShardReport.ShardFailure(
                        Objects.requireNonNullElse(failure.index(), "unknown"),
                        describe(failure.reason()))));
    int total = shards.total().intValue();
    int successful = shards.successful().intValue();
    int failed = Math.max(shards.failed().intValue(), total - successful);
    if (failed > failures.size() && failures.size() < ShardReport.MAX_FAILURES) {
      failures.add(
          new ShardReport.ShardFailure(
              "unknown", (failed - failures.size()) + " shards have no copy that could be asked"));
    }
    return new ShardReport(
        total,
        successful,
        shards.skipped() == null ? 0 : shards.skipped().intValue(),
        failed,
        response.timedOut(),
        failures);
  }

  private static String describe(ErrorCause cause) {
    return cause == null ? "no reason given" : cause.type() + ": " + cause.reason();
  }

  private SearchResponse<ObjectNode> search(SearchRequest request, Cancellation cancellation) {
    return await(client.search(request, ObjectNode.class), cancellation);
  }

  /** Waits for an answer; cancelling closes the connection, upon which Elasticsearch stops too. */
  private <T> T await(CompletableFuture<T> answer, Cancellation cancellation) {
    Runnable cancel = () -> answer.cancel(true);
    cancellation.onCancel(cancel);
    try {
      return answer.get(requestTimeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw timedOut(e);
    } catch (ExecutionException e) {
      throw classify(e.getCause());
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    } finally {
      cancellation.forget(cancel);
    }
  }

  private StoreException timedOut(Throwable cause) {
    return new StoreException(
        StoreException.Kind.TIMEOUT,
        "Elasticsearch did not answer within " + requestTimeout.toMillis() + " ms",
        cause);
  }

  private RuntimeException classify(Throwable failure) {
    if (failure instanceof ElasticsearchException refused) {
      return ofStatus(refused.status(), describe(refused.error()), refused);
    }
    if (failure instanceof TransportException transport) {
      return ofStatus(transport.statusCode(), transport.getMessage(), transport);
    }
    if (failure instanceof java.net.SocketTimeoutException) {
      return timedOut(failure);
    }
    if (failure instanceof IOException) {
      return new StoreException(
          StoreException.Kind.UNAVAILABLE, "Elasticsearch cannot be reached: " + failure, failure);
    }
    if (failure instanceof CancellationException cancelled) {
      return cancelled;
    }
    return new StoreException(
        StoreException.Kind.UNAVAILABLE, "Elasticsearch cannot be asked: " + failure, failure);
  }

  private static StoreException ofStatus(int status, String words, Exception cause) {
    StoreException.Kind kind =
        switch (status) {
          case 429 -> StoreException.Kind.OVERLOADED;
          case 502, 503 -> StoreException.Kind.UNAVAILABLE;
          case 504 -> StoreException.Kind.TIMEOUT;
          default -> StoreException.Kind.REJECTED;
        };
    return new StoreException(
        kind, "Elasticsearch answered with status " + status + ": " + words, cause);
  }

  /** Returns the node's health as one word; throws StoreException if it does not answer. */
  public String health(Duration within) {
    CompletableFuture<String> health =
        client
            .cluster()
            .health(h -> h.timeout(Time.of(t -> t.time(within.toMillis() + "ms"))))
            .thenApply(answer -> answer.status().jsonValue());
    return await(health, new Cancellation());
  }
}
