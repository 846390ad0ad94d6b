package io.weir.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.series.MetricExpression;
import io.weir.gateway.series.MetricQueryService;
import io.weir.gateway.series.MetricSeries;
import io.weir.gateway.series.PrometheusTimes;
import io.weir.model.metric.Aggregation;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;

/** The shape of answers over metrics, as the contract describes it. */
final class MetricsJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private MetricsJson() {}

  static ObjectNode answer(MetricQueryService.Answer answer) {
    MetricExpression expression = answer.expression();
    ObjectNode json = NODES.objectNode();
    json.put(
        "metric",
        expression.numerator() + expression.denominator().map(name -> " / " + name).orElse(""));
    Aggregation aggregation =
        expression
            .aggregation()
            .orElse(MetricExpression.defaultAggregation(expression.numerator()));
    json.put("agg", aggregation.name().toLowerCase(Locale.ROOT));
    json.put("from", answer.grid().start().toString());
    json.put("to", answer.grid().end().plus(answer.grid().step()).toString());
    json.put("step_s", new BigDecimal(PrometheusTimes.format(answer.grid().step())));
    json.put("window_s", new BigDecimal(PrometheusTimes.format(expression.window())));
    json.put("promql", answer.asked().promQl());
    if (answer.grouped()) {
      ArrayNode series = json.putArray("series");
      for (MetricSeries each : answer.series()) {
        ObjectNode entry = series.addObject();
        ObjectNode tags = entry.putObject("tags");
        each.tags().forEach(tags::put);
        entry.set("datapoints", points(each.points()));
      }
      json.put("series_total", answer.total());
    } else {
      json.set(
          "datapoints",
          answer.series().isEmpty() ? NODES.arrayNode() : points(answer.series().get(0).points()));
    }
    return json;
  }

  /** A value that is no number, such as 0 / 0, is null: JSON has no word for it. */
  private static ArrayNode points(List<MetricSeries.DataPoint> points) {
    ArrayNode list = NODES.arrayNode(points.size());
    for (MetricSeries.DataPoint point : points) {
      ObjectNode entry = list.addObject().put("timestamp", point.time().toString());
      if (Double.isFinite(point.value())) {
        entry.put("value", point.value());
      } else {
        entry.putNull("value");
      }
    }
    return list;
  }
}
