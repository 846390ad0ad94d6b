import {c, t} from '../core/dom.js';
import {useEffect, useMemo, useState} from 'preact/hooks';
import {get, send} from '../core/api.js';
import {useLoaded} from '../core/hooks.js';
import {formatValue} from '../core/text.js';
import {formatSpan, formatTime} from '../core/time.js';
import {Badge, Failure, Field, Notice} from '../parts/basics.js';
import {queryOf} from '../metrics/question.js';
import {SeriesChart} from '../metrics/series-chart.js';
import {groupText, pruned, thresholdNumber} from './rule.js';

const QUIET_MILLIS = 600;
const RANGES = [['now-1h', '1 hour'], ['now-6h', '6 hours'], ['now-24h', '1 day'], ['now-7d', '7 days']];

/** When a rule would have fired, over what is stored. */
export function Preview({rule, zone}) {
  const [from, setFrom] = useState('now-6h');
  const body = useQuiet(JSON.stringify(pruned({...rule, id: undefined, version: undefined})));
  const complete = rule.kind === 'threshold' && rule.metric && rule.threshold !== '' && rule.notification_channel;
  const {value, error, loading, reload} = useLoaded(complete ? `${from} ${body}` : null, async (signal) => {
    const tested = JSON.parse(body);
    const outcome = await send('POST', 'alerts/test', tested, {parameters: {from}, signal});
    const question = queryOf({...tested, step_s: 0}, {from, to: ''});
    return {outcome: outcome.json, series: await get('metrics/query', question, signal)};
  });
  const marks = useMemo(() => value && painted(value.outcome, thresholdNumber(rule.threshold)), [value]);
  return t.section(
    {class: 'card preview', 'aria-label': 'Preview'},
    t.div({class: 'preview-head'}, t.h2('Would have fired'), c(Field, {label: 'in the last'}, t.select({value: from, onChange: (event) => setFrom(event.currentTarget.value)}, RANGES.map(([range, label]) => t.option({value: range}, label))))),
    rule.kind !== 'threshold' && c(Notice, {title: 'Only rules on metrics can be tried out'}, 'Log events are counted for a rule only from the moment on at which it exists.'),
    rule.kind === 'threshold' && !complete && c(Notice, {title: 'Not complete yet'}, 'Fill in metric, threshold and whom it tells.'),
    complete && error && c(Failure, {error, retry: reload}),
    complete &&
      value &&
      t.div(
        {class: loading ? 'loading' : ''},
        t.p(
          {class: 'verdict', role: 'status'},
          c(Badge, {kind: value.outcome.would_fire ? 'bad' : 'ok'}, value.outcome.would_fire ? 'fires' : 'stays quiet'),
          ` ${firings(value.outcome)} in ${value.outcome.groups_firing} of ${value.outcome.groups_total} groups; ${value.outcome.required_evaluations} evaluations in a row are needed.`,
        ),
        c(SeriesChart, {answer: value.series, zone, height: 220, marks}),
        t.ul(
          {class: 'firings'},
          value.outcome.groups
            .flatMap((group) => group.firings.map((firing) => ({group, firing})))
            .slice(0, 20)
            .map(({group, firing}) =>
              t.li(
                {key: `${groupText(group.group)} ${firing.fired_at}`},
                t.code(groupText(group.group) || 'all'),
                ` fired ${formatTime(firing.fired_at, zone)}`,
                firing.resolved_at ? `, for ${formatSpan(Date.parse(firing.resolved_at) - Date.parse(firing.fired_at))}` : ', and still does',
                `; worst ${formatValue(firing.worst_value)}`,
              ),
            ),
        ),
        t.p({class: 'field-hint'}, 'Over the values that Prometheus has, one each 15 s; the alerts job sees each point.'),
      ),
  );
}

function firings(outcome) {
  const count = outcome.groups.reduce((sum, group) => sum + group.firings.length, 0);
  return count === 1 ? 'Once' : `${count} times`;
}

function painted(outcome, threshold) {
  return {
    levels: Number.isNaN(threshold) ? [] : [{value: threshold, token: '--bad'}],
    spans: outcome.groups.flatMap((group) => group.firings.map((firing) => ({from: Date.parse(firing.fired_at) / 1000, to: Date.parse(firing.resolved_at ?? outcome.to) / 1000, token: '--bad'}))),
  };
}

/** A value once it has not changed for a moment. */
function useQuiet(value) {
  const [quiet, setQuiet] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setQuiet(value), QUIET_MILLIS);
    return () => clearTimeout(timer);
  }, [value]);
  return quiet;
}
