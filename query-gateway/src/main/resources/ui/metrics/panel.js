import {c, classes, t} from '../core/dom.js';
import {get} from '../core/api.js';
import {useLoaded} from '../core/hooks.js';
import {highlighter} from '../core/query.js';
import {follows} from '../core/route.js';
import {formatValue} from '../core/text.js';
import {formatTime} from '../core/time.js';
import {Empty, Failure} from '../parts/basics.js';
import {LogText} from '../parts/text.js';
import {Histogram} from '../logs/histogram.js';
import {queryOf, seriesOf, summary, writeTags} from './question.js';
import {SeriesChart} from './series-chart.js';

const OF_METRIC = ['metric', 'stat', 'table'];

/** One panel of a dashboard with what it shows. */
export function Panel({panel, range, turn, zone, onRange, tools}) {
  return t.section(
    {class: 'panel card', style: {'--span': panel.width ?? 6}, 'aria-label': panel.title},
    t.header(t.h3(t.a(follows(...target(panel, range)), panel.title)), tools),
    OF_METRIC.includes(panel.kind)
      ? c(MetricPanel, {panel, range, turn, zone, onRange})
      : panel.kind === 'logs'
        ? c(LogsPanel, {panel, range, turn, zone})
        : c(Histogram, {search: {q: panel.query, ...range}, turn, zone, height: 150, onRange}),
  );
}

/** Where to look at it closely. */
function target(panel, {from, to}) {
  return OF_METRIC.includes(panel.kind)
    ? ['metrics', {metric: panel.metric, agg: panel.aggregation, step: panel.step_s, tags: writeTags(panel.tags ?? {}), by: (panel.group_by ?? []).join(','), from, to}]
    : ['logs', {q: panel.query, from, to}];
}

function MetricPanel({panel, range, turn, zone, onRange}) {
  const question = queryOf(panel, range);
  const {value, error, loading, reload} = useLoaded(JSON.stringify([question, turn]), (signal) => get('metrics/query', question, signal));
  if (error) {
    return c(Failure, {error, retry: reload});
  }
  if (!value) {
    return t.div({class: 'panel-space'});
  }
  return t.div({class: classes({loading})}, shown(panel.kind, value, zone, onRange));
}

function shown(kind, answer, zone, onRange) {
  if (kind === 'metric') {
    return c(SeriesChart, {answer, zone, height: 180, onRange: onRange && ((from, to) => onRange({from: new Date(from * 1000).toISOString(), to: new Date(to * 1000).toISOString()}))});
  }
  const series = seriesOf(answer).map((one) => ({...one, ...summary(one.points)}));
  if (series.every((one) => one.last === null)) {
    return c(Empty, {title: 'No data in this range.'});
  }
  return kind === 'stat'
    ? t.div({class: 'stats'}, series.slice(0, 12).map((one) => t.div({class: 'stat', key: one.label}, t.div({class: 'stat-value'}, formatValue(one.last)), series.length > 1 && t.div({class: 'stat-label'}, one.label))))
    : t.div(
        {class: 'table-scroll'},
        t.table(
          {class: 'data'},
          t.thead(t.tr(['series', 'now', 'min', 'max', 'mean'].map((name) => t.th({scope: 'col'}, name)))),
          t.tbody(
            [...series].sort((a, b) => (b.last ?? -Infinity) - (a.last ?? -Infinity)).slice(0, 100).map((one) =>
              t.tr({key: one.label}, t.th({scope: 'row'}, one.label), [one.last, one.min, one.max, one.mean].map((value) => t.td({class: 'number'}, formatValue(value)))),
            ),
          ),
        ),
      );
}

function LogsPanel({panel, range, turn, zone}) {
  const search = {q: panel.query, ...range, limit: panel.limit ?? 100};
  const {value, error, loading, reload} = useLoaded(JSON.stringify([search, turn]), (signal) => get('logs/search', search, signal));
  if (error) {
    return c(Failure, {error, retry: reload});
  }
  if (!value) {
    return t.div({class: 'panel-space'});
  }
  if (value.logs.length === 0) {
    return c(Empty, {title: 'No event in this range matches.'});
  }
  const highlight = highlighter(panel.query ?? '');
  return t.div(
    {class: classes('panel-logs', {loading}), tabIndex: 0, role: 'list'},
    value.partial && t.p({class: 'notice warning'}, 'Not everything was searched; events may be missing.'),
    value.logs.map((log) =>
      t.div(
        {key: log.event_id, class: classes('panel-log', `is-${log.level.toLowerCase()}`), role: 'listitem'},
        t.time({dateTime: log.timestamp}, formatTime(log.timestamp, zone, 'clock')),
        t.span({class: classes('level', log.level.toLowerCase())}, log.level),
        t.span({class: 'panel-message'}, c(LogText, {text: log.message ?? '', highlight, line: true, most: 400})),
      ),
    ),
  );
}
