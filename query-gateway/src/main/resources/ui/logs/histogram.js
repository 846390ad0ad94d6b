import {c, classes, t} from '../core/dom.js';
import {useMemo, useState} from 'preact/hooks';
import {get} from '../core/api.js';
import {useLoaded} from '../core/hooks.js';
import {hasTerm, LEVELS, toggled} from '../core/query.js';
import {formatCount, formatSize} from '../core/text.js';
import {formatSpan, formatTime, iso} from '../core/time.js';
import {Button, Failure} from '../parts/basics.js';
import {Chart} from '../parts/chart.js';

const token = (level) => `--level-${level.toLowerCase()}`;

/** Events over time by level; dragging over a stretch of it shows that stretch. */
export function Histogram({search, turn, zone, height = 96, onRange, onQuery}) {
  const {value, error, loading, reload} = useLoaded(JSON.stringify([search, turn]), (signal) =>
    get('logs/histogram', search, signal),
  );
  const [hovered, setHovered] = useState(null);
  const chart = useMemo(() => value && prepared(value), [value]);
  if (error && !value) {
    // The results say the same of a query that is wrong.
    return error.status === 400 ? t.div({class: 'histogram'}) : c(Failure, {error, retry: reload});
  }
  if (!chart) {
    return t.div({class: 'histogram loading', style: {height: `${height + 28}px`}});
  }
  const bucket = hovered === null ? null : value.buckets[hovered];
  return t.section(
    {class: classes('histogram', {loading: loading || Boolean(error)}), 'aria-label': 'Events over time'},
    t.div(
      {class: 'histogram-head'},
      bucket
        ? t.span({class: 'histogram-time'}, `${formatTime(bucket.timestamp, zone)} · ${formatSpan(value.interval_s * 1000)}`)
        : t.span({class: 'histogram-time'}, `bars of ${formatSpan(value.interval_s * 1000)} · drag to zoom`),
      t.div(
        {class: 'legend'},
        chart.levels.map((level) => c(LevelChip, {level, count: bucket ? bucket.levels[level] ?? 0 : chart.totals[level], query: search.q, onQuery})),
      ),
    ),
    c(Chart, {
      data: chart.data,
      series: chart.series,
      kind: 'stack',
      range: chart.range,
      zone,
      height,
      format: formatSize,
      label: `${formatCount(value.total)} events from ${value.from} to ${value.to}: ${chart.levels.map((level) => `${chart.totals[level]} ${level}`).join(', ')}`,
      onRange:
        onRange &&
        ((from, to) => onRange({from: iso(Math.floor(from) * 1000), to: iso(Math.max(Math.floor(from) + 1, Math.ceil(to)) * 1000)})),
      onHover: setHovered,
    }),
    value.partial && t.p({class: 'histogram-partial', role: 'status'}, 'Not all shards were counted; bars may be too low.'),
  );
}

function LevelChip({level, count, query, onQuery}) {
  const inside = [t.i({class: classes('dot', level.toLowerCase())}), ` ${level} `, t.b(formatCount(count))];
  if (!onQuery) {
    return t.span({class: 'chip'}, inside);
  }
  const term = `level:${level}`;
  return c(
    Button,
    {kind: 'chip', hint: `Only ${level}, or no longer only it`, pressed: hasTerm(query ?? '', term), onClick: () => onQuery(toggled(query ?? '', term, false))},
    inside,
  );
}

function prepared(value) {
  const totals = {};
  for (const bucket of value.buckets) {
    for (const [level, count] of Object.entries(bucket.levels)) {
      totals[level] = (totals[level] ?? 0) + count;
    }
  }
  const levels = LEVELS.filter((level) => totals[level]);
  const times = value.buckets.map((bucket) => new Date(bucket.timestamp).getTime() / 1000);
  return {
    totals,
    levels,
    data: [times, ...levels.map((level) => value.buckets.map((bucket) => bucket.levels[level] ?? 0))],
    series: levels.map((level) => ({label: level, token: token(level)})),
    range: [new Date(value.from).getTime() / 1000, new Date(value.to).getTime() / 1000],
  };
}
