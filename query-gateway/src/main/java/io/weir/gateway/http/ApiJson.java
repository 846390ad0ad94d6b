package io.weir.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.ingest.IngestResult;
import io.weir.gateway.search.ContextService;
import io.weir.gateway.search.FacetService;
import io.weir.gateway.search.HistogramService;
import io.weir.gateway.search.LogHit;
import io.weir.gateway.search.LogStore;
import io.weir.gateway.search.SearchPage;
import io.weir.gateway.search.ShardReport;
import io.weir.gateway.search.TimeRange;
import io.weir.gateway.segments.Segment;
import io.weir.gateway.segments.SegmentService;
import io.weir.model.json.DocumentFields;
import io.weir.model.log.Timestamps;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The shapes of the API's answers, as the contract describes them. */
final class ApiJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ApiJson() {}

  static ObjectNode ingest(IngestResult result) {
    ObjectNode json = NODES.objectNode();
    json.put("accepted", result.accepted());
    json.set("rejected", rejections(result.rejected()));
    ObjectNode shed = json.putObject("shed");
    result.shed().forEach((level, count) -> shed.put(level.name(), count));
    return json;
  }

  static ObjectNode ingestedPoints(IngestResult result) {
    ObjectNode json = NODES.objectNode();
    json.put("accepted", result.accepted());
    json.set("rejected", rejections(result.rejected()));
    return json;
  }

  static ArrayNode rejections(List<IngestResult.Rejection> rejections) {
    ArrayNode list = NODES.arrayNode(rejections.size());
    rejections.forEach(
        rejection ->
            list.addObject()
                .put("index", rejection.index())
                .put("reason", rejection.reason())
                .put("detail", rejection.detail()));
    return list;
  }

  static ObjectNode search(SearchPage page, Duration took) {
    ObjectNode json = NODES.objectNode();
    json.set("logs", logs(page.logs()));
    json.put("next_cursor", page.nextCursor().orElse(null));
    json.put("total_matched", page.total().value());
    json.put("total_relation", page.total().exact() ? "eq" : "gte");
    json.put("partial", page.partial());
    json.put("gaps", page.gaps());
    range(json, page.range());
    json.put("took_ms", took.toMillis());
    json.set("shards", shards(page.shards()));
    ArrayNode warnings = json.putArray("warnings");
    page.warnings().forEach(warnings::add);
    return json;
  }

  static ObjectNode histogram(HistogramService.Counts counts, Duration took) {
    ObjectNode json = NODES.objectNode();
    json.put("interval_s", counts.interval().toSeconds());
    range(json, counts.range());
    json.put("total", counts.total());
    ArrayNode buckets = json.putArray("buckets");
    for (HistogramService.Bucket bucket : counts.buckets()) {
      ObjectNode entry = buckets.addObject();
      entry.put("timestamp", bucket.start().toString());
      entry.put("count", bucket.count());
      ObjectNode levels = entry.putObject("levels");
      for (Map.Entry<String, Long> level : bucket.levels().entrySet()) {
        levels.put(level.getKey(), level.getValue());
      }
    }
    return report(json, counts.shards(), took);
  }

  static ObjectNode facet(FacetService.Facet facet, Duration took) {
    ObjectNode json = NODES.objectNode();
    json.put("field", facet.field());
    ArrayNode values = json.putArray("values");
    for (LogStore.ValueCount value : facet.values()) {
      values.addObject().put("value", value.value()).put("count", value.count());
    }
    json.put("other_count", facet.otherCount());
    json.put("error_bound", facet.errorBound());
    json.put("sampled", facet.sample().isPresent());
    facet.sample().ifPresent(size -> json.put("sample_size", size));
    range(json, facet.range());
    return report(json, facet.shards(), took);
  }

  static ObjectNode context(ContextService.Context context, Duration took) {
    ObjectNode json = NODES.objectNode();
    json.set("before", logs(context.before()));
    json.set("event", log(context.event()));
    json.set("after", logs(context.after()));
    json.put("more_before", context.moreBefore());
    json.put("more_after", context.moreAfter());
    return report(json, context.shards(), took);
  }

  static ObjectNode segments(SegmentService.Page page) {
    ObjectNode json = NODES.objectNode();
    ArrayNode list = json.putArray("segments");
    for (Segment segment : page.segments()) {
      ObjectNode entry = list.addObject();
      entry.put("tier", segment.tier().name().toLowerCase(Locale.ROOT));
      entry.put("name", segment.name());
      entry.put("from", segment.from().map(Object::toString).orElse(null));
      entry.put("to", segment.to().map(Object::toString).orElse(null));
      segment.service().ifPresent(service -> entry.put("service", service));
      entry.put("documents", segment.documents().orElse(null));
      entry.put("bytes", segment.bytes().orElse(null));
      segment.health().ifPresent(health -> entry.put("health", health));
    }
    json.put("next_cursor", page.nextCursor().orElse(null));
    return json;
  }

  private static ArrayNode logs(List<LogHit> hits) {
    ArrayNode list = NODES.arrayNode(hits.size());
    hits.forEach(hit -> list.add(log(hit)));
    return list;
  }

  private static ObjectNode log(LogHit hit) {
    ObjectNode json = NODES.objectNode();
    json.put(DocumentFields.EVENT_ID, hit.eventId());
    json.setAll(hit.source());
    return json;
  }

  private static void range(ObjectNode json, TimeRange range) {
    json.put("from", Timestamps.format(range.fromNanos()));
    json.put("to", Timestamps.format(range.toNanos()));
  }

  private static ObjectNode report(ObjectNode json, ShardReport report, Duration took) {
    json.put("partial", report.partial());
    json.put("took_ms", took.toMillis());
    json.set("shards", shards(report));
    return json;
  }

  private static ObjectNode shards(ShardReport report) {
    ObjectNode json = NODES.objectNode();
    json.put("total", report.total());
    json.put("successful", report.successful());
    json.put("skipped", report.skipped());
    json.put("failed", report.failed());
    json.put("timed_out", report.timedOut());
    ArrayNode failures = json.putArray("failures");
    report
        .failures()
        .forEach(
            failure ->
                failures.addObject().put("index", failure.index()).put("reason", failure.reason()));
    return json;
  }
}
