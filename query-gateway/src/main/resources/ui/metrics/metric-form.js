import {all, c, t} from '../core/dom.js';
import {useEffect, useState} from 'preact/hooks';
import {get} from '../core/api.js';
import {useLoaded} from '../core/hooks.js';
import {Button, Field} from '../parts/basics.js';
import {AGGREGATIONS} from './question.js';

const MOST_NAMES = 2000;

/** Names of metrics, for completion. */
const useMetricNames = () =>
  useLoaded('names', (signal) => get('api/v1/label/__name__/values', {limit: MOST_NAMES}, signal).then((answer) => answer.data));

/** The matcher of all series of a question: of a ratio, those of its first metric. */
function selector(metric) {
  const name = metric.split('/')[0].trim();
  return /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name) ? name : null;
}

/**
 * Which metric, which of its series, and how they become lines.
 *
 * @param {object} panel as `queryOf` takes it
 * @param {(panel: object) => void} onChange
 */
export function MetricForm({panel, onChange, errors}) {
  const names = useMetricNames();
  const series = selector(panel.metric ?? '');
  const labels = useLoaded(series === null ? null : `labels ${series}`, (signal) =>
    get('api/v1/labels', {'match[]': series}, signal).then((answer) => answer.data.filter((name) => name !== '__name__')),
  );
  const tags = panel.tags ?? {};
  const set = (changes) => onChange({...panel, ...changes});
  return t.div(
    {class: 'metric-form'},
    c(
      Field,
      {label: 'Metric, or a ratio of two (a / b)', error: errors?.of?.('metric')?.reason},
      all(
        c(LazyInput, {list: 'metric-names', value: panel.metric ?? '', placeholder: 'log_events_total', label: 'Metric', onCommit: (metric) => set({metric})}),
        t.datalist({id: 'metric-names'}, (names.value ?? []).map((name) => t.option({value: name}))),
      ),
    ),
    c(
      Field,
      {label: 'Aggregation'},
      t.select(
        {value: panel.aggregation ?? '', 'aria-label': 'Aggregation', onChange: (event) => set({aggregation: event.currentTarget.value || undefined})},
        t.option({value: ''}, (panel.metric ?? '').endsWith('_total') ? 'rate (default)' : 'avg (default)'),
        AGGREGATIONS.map((name) => t.option({value: name}, name)),
      ),
    ),
    c(
      Field,
      {label: 'Step'},
      t.select(
        {value: String(panel.step_s ?? 0), 'aria-label': 'Step', onChange: (event) => set({step_s: Number(event.currentTarget.value) || undefined})},
        [[0, 'fits the range'], [15, '15 s'], [60, '1 min'], [300, '5 min'], [900, '15 min'], [3600, '1 h']].map(([value, label]) => t.option({value: String(value)}, label)),
      ),
    ),
    t.fieldset(
      {class: 'tags'},
      t.legend('Only series with'),
      Object.entries(tags).map(([name, value]) =>
        t.span(
          {class: 'tag', key: name},
          t.code(`${name}=${value}`),
          c(Button, {kind: 'plain small', hint: `Not only ${name}=${value}`, onClick: () => set({tags: Object.fromEntries(Object.entries(tags).filter(([one]) => one !== name))})}, '✕'),
        ),
      ),
      series !== null && c(AddTag, {series, labels: labels.value ?? [], onAdd: (name, value) => set({tags: {...tags, [name]: value}})}),
    ),
    (labels.value ?? []).length > 0 &&
      t.fieldset(
        {class: 'tags'},
        t.legend('A line for each'),
        labels.value.map((name) => {
          const by = panel.group_by ?? [];
          const chosen = by.includes(name);
          return c(Button, {key: name, kind: 'chip', pressed: chosen, onClick: () => set({group_by: chosen ? by.filter((one) => one !== name) : [...by, name]})}, name);
        }),
      ),
  );
}

/** Tells what was written when it is done, not with every letter. */
export function LazyInput({value, onCommit, label, ...rest}) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const commit = () => text.trim() !== value && onCommit(text.trim());
  return t.input({
    ...rest,
    value: text,
    'aria-label': label,
    spellcheck: false,
    autocomplete: 'off',
    onInput: (event) => setText(event.currentTarget.value),
    onChange: commit,
    onBlur: commit,
    onKeyDown: (event) => event.key === 'Enter' && commit(),
  });
}

function AddTag({series, labels, onAdd}) {
  const [name, setName] = useState('');
  const values = useLoaded(name === '' ? null : `${series} ${name}`, (signal) =>
    get(`api/v1/label/${encodeURIComponent(name)}/values`, {'match[]': series}, signal).then((answer) => answer.data),
  );
  return t.span(
    {class: 'tag-add'},
    t.select({'aria-label': 'Label', value: name, onChange: (event) => setName(event.currentTarget.value)}, t.option({value: ''}, 'label…'), labels.map((one) => t.option({value: one}, one))),
    name !== '' &&
      t.select(
        {
          'aria-label': `Value of ${name}`,
          value: '',
          onChange: (event) => {
            onAdd(name, event.currentTarget.value);
            setName('');
          },
        },
        t.option({value: ''}, 'value…'),
        (values.value ?? []).map((one) => t.option({value: one}, one)),
      ),
  );
}
