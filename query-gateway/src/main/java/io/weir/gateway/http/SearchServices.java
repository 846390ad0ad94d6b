package io.weir.gateway.http;

import io.weir.gateway.search.ContextService;
import io.weir.gateway.search.FacetService;
import io.weir.gateway.search.HistogramService;
import io.weir.gateway.search.SearchService;
import io.weir.gateway.segments.SegmentService;
import java.util.Objects;

/** What the search role offers. */
public record SearchServices(
    SearchService search,
    HistogramService histogram,
    FacetService facets,
    ContextService context,
    SegmentService segments) {
  public SearchServices {
    Objects.requireNonNull(search, "search");
    Objects.requireNonNull(histogram, "histogram");
    Objects.requireNonNull(facets, "facets");
    Objects.requireNonNull(context, "context");
    Objects.requireNonNull(segments, "segments");
  }
}
