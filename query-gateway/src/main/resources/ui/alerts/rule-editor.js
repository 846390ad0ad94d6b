import {all, c, t} from '../core/dom.js';
import {useEffect, useState} from 'preact/hooks';
import {ApiError, get, send} from '../core/api.js';
import {useLoaded} from '../core/hooks.js';
import {follows, go} from '../core/route.js';
import {Button, Failure, Field, Notice} from '../parts/basics.js';
import {AGGREGATIONS} from '../metrics/question.js';
import {Preview} from './preview.js';
import {Pairs} from './pairs.js';
import {editable, emptyRule, has, KINDS, pruned, wrongPairs} from './rule.js';

/** Creates a rule, or changes one; shows when it would have fired. */
export function RuleEditor({params, zone}) {
  const id = params.edit === 'new' ? null : params.edit;
  const loaded = useLoaded(id, (signal) => get(`alerts/${encodeURIComponent(id)}`, {}, signal));
  const [rule, setRule] = useState(id === null ? editable(emptyRule(params.metric)) : null);
  const [failure, setFailure] = useState(null);
  useEffect(() => {
    if (loaded.value) {
      setRule(editable(loaded.value));
    }
  }, [loaded.value]);
  if (loaded.error) {
    return t.div({class: 'page'}, c(Failure, {error: loaded.error, retry: loaded.reload}), t.a(follows('alerts', {}), 'All rules'));
  }
  if (rule === null) {
    return t.div({class: 'page'});
  }

  async function save(event) {
    event.preventDefault();
    const wrong = wrongPairs(rule);
    if (wrong.length > 0) {
      setFailure(new ApiError(422, 'Not saved yet', wrong[0].reason, wrong));
      return;
    }
    try {
      const body = pruned(rule);
      await (id === null ? send('POST', 'alerts', body) : send('PUT', `alerts/${encodeURIComponent(id)}`, body, {etag: `"${loaded.value.version}"`}));
      go('alerts', {});
    } catch (problem) {
      setFailure(problem);
    }
  }

  async function remove() {
    if (confirm(`Delete the rule “${rule.name || id}”? Its alerts end.`)) {
      await send('DELETE', `alerts/${encodeURIComponent(id)}`, undefined, {etag: `"${loaded.value.version}"`}).then(() => go('alerts', {}), setFailure);
    }
  }

  const form = fields(rule, setRule, failure);
  return t.div(
    {class: 'page'},
    t.div({class: 'page-head'}, t.h1(id === null ? 'New rule' : `Rule ${rule.name || id}`), t.a({class: 'button', ...follows('alerts', {})}, 'All rules')),
    t.div(
      {class: 'editor'},
      t.form(
        {class: 'form card', noValidate: true, onSubmit: save},
        form,
        failure &&
          (failure.status === 412
            ? c(Notice, {kind: 'error', title: 'Somebody else has changed this rule', action: c(Button, {onClick: loaded.reload}, 'Take theirs')}, 'Yours was not saved.')
            : c(Failure, {error: failure})),
        t.div({class: 'form-actions'}, t.button({type: 'submit', class: 'button primary'}, id === null ? 'Create' : 'Save'), id !== null && c(Button, {kind: 'danger', onClick: remove}, 'Delete')),
      ),
      c(Preview, {rule, zone}),
    ),
  );
}

function fields(rule, setRule, failure) {
  const set = (changes) => setRule({...rule, ...changes});
  const wrong = (name) => failure?.of?.(name)?.reason;
  const text = (name, label, more = {}) =>
    c(Field, {label, error: wrong(name), hint: more.hint}, t.input({name, value: rule[name] ?? '', spellcheck: false, placeholder: more.placeholder, onInput: (event) => set({[name]: event.currentTarget.value})}));
  const number = (name, label) =>
    c(Field, {label, error: wrong(name)}, t.input({name, type: 'number', min: 0, value: rule[name] ?? '', onInput: (event) => set({[name]: event.currentTarget.value === '' ? undefined : Number(event.currentTarget.value)})}));
  const choice = (name, label, values, otherwise) =>
    c(Field, {label, error: wrong(name)}, t.select({name, value: rule[name] ?? otherwise, onChange: (event) => set({[name]: event.currentTarget.value})}, values.map((value) => t.option({value}, value))));
  const pairs = (name, label, hint) =>
    c(Pairs, {name, legend: label, hint, rows: rule[name], error: wrong(name), onChange: (rows) => set({[name]: rows})});
  const {kind} = rule;
  return all(
    text('name', 'Name', {placeholder: 'Payments fail'}),
    c(Field, {label: 'Fires when', error: wrong('kind')}, t.select({name: 'kind', value: kind, onChange: (event) => set({kind: event.currentTarget.value})}, Object.entries(KINDS).map(([value, label]) => t.option({value}, label)))),
    has(kind, 'metric') && text('metric', kind === 'absence' ? 'Metric (or a query below)' : 'Metric, or a ratio a / b', {placeholder: 'http_errors_total / http_requests_total'}),
    has(kind, 'query') && text('query', 'Query of log events', {placeholder: 'service:payments level:ERROR'}),
    has(kind, 'first') && all(text('first', 'First an event with'), text('then', 'then one with'), text('without', 'or then none with'), number('within_s', 'within seconds')),
    t.div(
      {class: 'form-row'},
      has(kind, 'aggregation') && choice('aggregation', 'Aggregation', ['', ...AGGREGATIONS], ''),
      has(kind, 'condition') && choice('condition', 'Condition', ['>', '>=', '<', '<=', '==', '!='], '>'),
      has(kind, 'threshold') && text('threshold', 'Threshold', {placeholder: '1%'}),
      has(kind, 'duration_s') && number('duration_s', 'For seconds'),
      has(kind, 'window_s') && number('window_s', 'Window, seconds'),
    ),
    has(kind, 'tags') && pairs('tags', 'Only series with', 'such as service and payments'),
    c(
      Field,
      {label: 'An alert for each', hint: 'names of tags, several with commas', error: wrong('group_by')},
      t.input({name: 'group_by', value: (rule.group_by ?? []).join(', '), spellcheck: false, placeholder: 'service', onChange: (event) => set({group_by: event.currentTarget.value.split(',').map((one) => one.trim()).filter((one) => one !== '')})}),
    ),
    t.div(
      {class: 'form-row'},
      choice('severity', 'Severity', ['info', 'warning', 'critical'], 'warning'),
      text('notification_channel', 'Tells', {placeholder: 'team'}),
      number('evaluate_every_s', 'Evaluated every, seconds'),
      choice('no_data', 'Without data', ['ok', 'alert', 'keep'], 'ok'),
      number('keep_firing_for_s', 'Fires on for, seconds'),
    ),
    pairs('labels', 'Labels of its alerts', 'beside those of the group'),
    pairs('annotations', 'Texts for people', 'such as summary and what to do'),
  );
}
