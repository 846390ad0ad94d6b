import {all, c, t} from '../core/dom.js';
import {useState} from 'preact/hooks';
import {get} from '../core/api.js';
import {useLoaded} from '../core/hooks.js';
import {useKeys} from '../core/keys.js';
import {change, follows} from '../core/route.js';
import {remember} from '../core/settings.js';
import {formatSpan} from '../core/time.js';
import {Button, Empty, Failure, useToast} from '../parts/basics.js';
import {copyLink, fixedLink} from '../parts/share.js';
import {TimePicker} from '../parts/time-picker.js';
import {AddToDashboard} from './add-to-dashboard.js';
import {MetricForm} from './metric-form.js';
import {queryOf, readTags, writeTags} from './question.js';
import {SeriesChart} from './series-chart.js';

/** Exploring one metric. All of its state is in the address. */
export function MetricsView({params, zone}) {
  const from = params.from ?? 'now-1h';
  const to = params.to ?? '';
  const panel = {
    metric: params.metric ?? '',
    aggregation: params.agg,
    step_s: Number(params.step ?? 0) || undefined,
    tags: readTags(params.tags),
    group_by: (params.by ?? '').split(',').filter((name) => name !== ''),
  };
  const [adding, setAdding] = useState(false);
  const [picking, setPicking] = useState(false);
  const [toast, say] = useToast();
  const question = queryOf(panel, {from, to});
  const {value, error, loading, reload} = useLoaded(panel.metric === '' ? null : JSON.stringify(question), (signal) => get('metrics/query', question, signal));
  const onRange = (range) => change(range);
  useKeys({
    '/': () => document.querySelector('.metric-form input').focus(),
    r: reload,
    t: () => setPicking(true),
    y: () => copyLink(fixedLink('metrics', params, {from, to}), say),
  });
  return t.div(
    {class: 'page'},
    t.div(
      {class: 'page-head'},
      t.h1('Metrics'),
      c(TimePicker, {from, to, zone, open: picking, onToggle: setPicking, onChange: onRange, onZone: (tz) => (remember('tz', tz), change({tz}, {replace: true}))}),
      c(Button, {hint: 'Ask again (r)', onClick: reload}, '↻'),
      c(Button, {disabled: !value, onClick: () => setAdding(true)}, 'Add to a dashboard'),
    ),
    c(MetricForm, {
      panel,
      errors: error,
      onChange: (next) => change({metric: next.metric, agg: next.aggregation, step: next.step_s, tags: writeTags(next.tags ?? {}), by: (next.group_by ?? []).join(',')}),
    }),
    error && c(Failure, {error, retry: reload}),
    panel.metric === ''
      ? c(Empty, {title: 'Choose a metric.'}, all('Begin to write its name, or look at ', t.a(follows('metrics', {metric: 'log_events_total', by: 'level', from, to}), 'log events by level'), '.'))
      : value &&
          t.section(
            {class: loading ? 'card loading' : 'card', 'aria-label': 'Chart'},
            c(SeriesChart, {answer: value, zone, height: 320, onRange: (start, end) => onRange({from: new Date(start * 1000).toISOString(), to: new Date(end * 1000).toISOString()})}),
            t.p({class: 'field-hint promql'}, `${value.agg}, a point each ${formatSpan(value.step_s * 1000)} of ${formatSpan(value.window_s * 1000)}: `, t.code(value.promql)),
          ),
    adding && c(AddToDashboard, {panel, onClose: () => setAdding(false), say}),
    toast,
  );
}
