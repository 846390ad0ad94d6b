import {all, c, t} from '../core/dom.js';
import {useState} from 'preact/hooks';
import {Button, Dialog, Field} from '../parts/basics.js';
import {MetricForm} from './metric-form.js';
import {Panel} from './panel.js';

const KINDS = [['metric', 'lines over time'], ['stat', 'last value, large'], ['table', 'table of series'], ['logs', 'log lines'], ['log_histogram', 'log events over time']];
const OF_METRIC = ['title', 'kind', 'width', 'metric', 'tags', 'aggregation', 'group_by', 'step_s'];
const OF_KIND = {metric: OF_METRIC, stat: OF_METRIC, table: OF_METRIC, logs: ['title', 'kind', 'width', 'query', 'limit'], log_histogram: ['title', 'kind', 'width', 'query']};

/** The members that a panel of its kind has, without empty ones. */
export function pruned(panel) {
  return Object.fromEntries(
    OF_KIND[panel.kind].filter((name) => ![undefined, null, ''].includes(panel[name]) || name === 'query').map((name) => [name, panel[name] ?? '']),
  );
}

/** Changes one panel, which is shown as it would be. */
export function PanelEditor({panel, range, zone, onDone, onClose}) {
  const [draft, setDraft] = useState(panel);
  const set = (changes) => setDraft({...draft, ...changes});
  const ofMetric = OF_KIND[draft.kind] === OF_METRIC;
  const complete = (draft.title ?? '').trim() !== '' && (!ofMetric || (draft.metric ?? '') !== '');
  return c(
    Dialog,
    {title: 'Panel', onClose, wide: true},
    t.form(
      {
        class: 'form panel-form',
        onSubmit: (event) => {
          event.preventDefault();
          if (complete) {
            onDone(pruned(draft));
          }
        },
      },
      t.div(
        {class: 'form-row'},
        c(Field, {label: 'Title'}, t.input({name: 'title', value: draft.title ?? '', required: true, maxLength: 200, onInput: (event) => set({title: event.currentTarget.value})})),
        c(Field, {label: 'Shows'}, t.select({name: 'kind', value: draft.kind, onChange: (event) => set({kind: event.currentTarget.value})}, KINDS.map(([value, label]) => t.option({value}, label)))),
        c(Field, {label: 'Width'}, t.select({name: 'width', value: String(draft.width ?? 6), onChange: (event) => set({width: Number(event.currentTarget.value)})}, [3, 4, 6, 8, 12].map((value) => t.option({value: String(value)}, `${value} of 12`)))),
      ),
      ofMetric
        ? c(MetricForm, {panel: draft, onChange: setDraft})
        : t.div(
            {class: 'form-row'},
            c(Field, {label: 'Query'}, t.input({name: 'query', class: 'mono', value: draft.query ?? '', spellcheck: false, onInput: (event) => set({query: event.currentTarget.value})})),
            draft.kind === 'logs' && c(Field, {label: 'Lines at most'}, t.input({name: 'limit', type: 'number', min: 1, max: 1000, value: draft.limit ?? 100, onInput: (event) => set({limit: Number(event.currentTarget.value)})})),
          ),
      complete && t.div({class: 'dashboard-grid'}, c(Panel, {panel: {...pruned(draft), width: 12}, range, turn: 0, zone})),
      t.div({class: 'form-actions'}, all(t.button({type: 'submit', class: 'button primary', disabled: !complete}, 'Done'), c(Button, {onClick: onClose}, 'Cancel'))),
    ),
  );
}
