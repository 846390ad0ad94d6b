/** What is asked about a metric: as a panel of a dashboard has it, and as an address has it. */

export const AGGREGATIONS = ['avg', 'sum', 'min', 'max', 'count', 'last', 'rate', 'p50', 'p90', 'p95', 'p99'];

/** The tags of an address: `service:payments,host:web-1`, each side percent-encoded. */
export function readTags(text) {
  return Object.fromEntries(
    (text ?? '')
      .split(',')
      .filter((part) => part.includes(':'))
      .map((part) => {
        const colon = part.indexOf(':');
        return [decodeURIComponent(part.slice(0, colon)), decodeURIComponent(part.slice(colon + 1))];
      }),
  );
}

export const writeTags = (tags) =>
  Object.entries(tags)
    .map(([name, value]) => `${encodeURIComponent(name)}:${encodeURIComponent(value)}`)
    .join(',');

/** The parameters of `/metrics/query` for a panel. */
export function queryOf(panel, range) {
  return {
    metric: panel.metric,
    from: range.from,
    to: range.to,
    step: panel.step_s ? `${panel.step_s}s` : '',
    agg: panel.aggregation ?? '',
    tags: Object.entries(panel.tags ?? {}).map(([name, value]) => `${name}:${value}`),
    group_by: panel.group_by ?? [],
  };
}

/** The series of an answer, named after what tells them apart. */
export function seriesOf(answer) {
  const series = answer.series ?? [{tags: {}, datapoints: answer.datapoints}];
  return series.map((one) => ({
    label: Object.entries(one.tags).map(([name, value]) => (series.length > 1 && Object.keys(one.tags).length === 1 ? value : `${name}=${value}`)).join(' ') || answer.metric,
    points: one.datapoints,
  }));
}

/** One list of times and, for each series, its values at them; null where it has none. */
export function aligned(series) {
  const times = [...new Set(series.flatMap((one) => one.points.map((point) => Date.parse(point.timestamp))))].sort((a, b) => a - b);
  const place = new Map(times.map((time, index) => [time, index]));
  return [
    times.map((time) => time / 1000),
    ...series.map((one) => {
      const values = new Array(times.length).fill(null);
      one.points.forEach((point) => (values[place.get(Date.parse(point.timestamp))] = point.value));
      return values;
    }),
  ];
}

/** Last, lowest, highest and mean of a series. */
export function summary(points) {
  const values = points.map((point) => point.value).filter((value) => value !== null);
  if (values.length === 0) {
    return {last: null, min: null, max: null, mean: null};
  }
  return {
    last: values.at(-1),
    min: values.reduce((a, b) => Math.min(a, b)),
    max: values.reduce((a, b) => Math.max(a, b)),
    mean: values.reduce((a, b) => a + b, 0) / values.length,
  };
}
