package io.weir.gateway.search;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.config.GatewayConfig;
import io.weir.model.index.PromotedFields;
import io.weir.model.json.DocumentFields;
import io.weir.model.query.QueryFields;
import java.time.Clock;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Top values of a field. Service, host, region, level and promoted fields are counted over every
 * matching event; any other structured field has no column to count in, so its values are counted
 * in the newest matching events, and the answer says how many those were.
 */
public final class FacetService {
  private static final Set<String> COUNTED =
      Set.of(
          DocumentFields.SERVICE, DocumentFields.HOST, DocumentFields.REGION, DocumentFields.LEVEL);

  private final LogStore store;
  private final PromotedFields promoted;
  private final GatewayConfig.Search limits;
  private final Clock clock;
  private final Ranges ranges;

  public FacetService(
      LogStore store, PromotedFields promoted, GatewayConfig.Search limits, Clock clock) {
    this.store = Objects.requireNonNull(store, "store");
    this.promoted = Objects.requireNonNull(promoted, "promoted");
    this.limits = Objects.requireNonNull(limits, "limits");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.ranges = new Ranges(limits.maxRange(), limits.defaultRange());
  }

  /**
   * Top values.
   *
   * @param otherCount events (of the sample, where there is one) whose value is not listed; those
   *     without the field are not counted
   * @param errorBound by how much a count may be too low
   * @param sample how many events were looked at, or empty if all of them
   */
  public record Facet(
      String field,
      List<LogStore.ValueCount> values,
      long otherCount,
      long errorBound,
      Optional<Integer> sample,
      TimeRange range,
      ShardReport shards) {}

  /** Counts the values of a field, most frequent first, equally frequent ones by name. */
  public Facet facet(
      LogFilter filter,
      String field,
      Optional<String> from,
      Optional<String> to,
      int size,
      Cancellation cancellation) {
    TimeRange range = ranges.resolve(from, to, clock.instant());
    String name = QueryFields.canonical(field);
    Optional<String> column = column(name);
    if (column.isPresent()) {
      LogStore.TopValues top = store.topValues(filter, range, column.get(), size, cancellation);
      return new Facet(
          name,
          top.values(),
          top.otherCount(),
          top.errorBound(),
          Optional.empty(),
          range,
          top.shards());
    }
    if (QueryFields.kind(name) != QueryFields.Kind.STRUCTURED) {
      throw new InvalidRequestException(
          "field",
          "'" + field + "' has no facets; service, host, region, level and structured fields do");
    }
    return sampled(filter, range, name, size, cancellation);
  }

  private Optional<String> column(String name) {
    if (COUNTED.contains(name)) {
      return Optional.of(name);
    }
    return QueryFields.kind(name) == QueryFields.Kind.STRUCTURED
        ? Optional.of(QueryFields.structuredKey(name))
            .filter(key -> promoted.typeOf(key).isPresent())
            .map(PromotedFields::column)
        : Optional.empty();
  }

  private Facet sampled(
      LogFilter filter, TimeRange range, String name, int size, Cancellation cancellation) {
    String key = QueryFields.structuredKey(name);
    Hits hits =
        store.hits(
            new HitsRequest(
                filter,
                range,
                SortOrder.DESC,
                Optional.empty(),
                limits.facetSample(),
                0,
                Optional.of(key)),
            cancellation);
    Map<String, Long> counts = new HashMap<>();
    for (LogHit hit : hits.hits()) {
      Set<String> values = new HashSet<>();
      collect(hit.source().path(DocumentFields.FIELDS), key, values);
      values.forEach(value -> counts.merge(value, 1L, Long::sum));
    }
    List<LogStore.ValueCount> values =
        counts.entrySet().stream()
            .map(entry -> new LogStore.ValueCount(entry.getKey(), entry.getValue()))
            .sorted(
                Comparator.comparingLong(LogStore.ValueCount::count)
                    .reversed()
                    .thenComparing(LogStore.ValueCount::value))
            .toList();
    List<LogStore.ValueCount> top = values.subList(0, Math.min(size, values.size()));
    long other = values.stream().skip(top.size()).mapToLong(LogStore.ValueCount::count).sum();
    return new Facet(name, top, other, 0, Optional.of(hits.hits().size()), range, hits.shards());
  }

  /** Follows a dotted key, whose dots may separate objects or belong to one key. */
  private static void collect(JsonNode node, String key, Set<String> values) {
    if (node.isArray()) {
      node.forEach(element -> collect(element, key, values));
      return;
    }
    JsonNode whole = node.get(key);
    if (whole != null) {
      addValue(whole, values);
    }
    for (int dot = key.indexOf('.'); dot >= 0; dot = key.indexOf('.', dot + 1)) {
      JsonNode child = node.get(key.substring(0, dot));
      if (child != null) {
        collect(child, key.substring(dot + 1), values);
      }
    }
  }

  private static void addValue(JsonNode value, Set<String> values) {
    if (value.isArray()) {
      value.forEach(element -> addValue(element, values));
    } else if (value.isValueNode() && !value.isNull()) {
      values.add(value.asText());
    }
  }
}
