import {all, c, classes, t} from '../core/dom.js';
import {useState} from 'preact/hooks';
import {get} from '../core/api.js';
import {useLoaded} from '../core/hooks.js';
import {fieldTerm, FIELDS, hasTerm, toggled, valueTerm} from '../core/query.js';
import {formatCount} from '../core/text.js';
import {Button} from '../parts/basics.js';
import {LogText} from '../parts/text.js';

const SHOWN = 8;

/** The most frequent values of some fields among the events that match; a click filters. */
export function Facets({search, turn, names, known, onNames, onQuery}) {
  return t.aside(
    {class: 'facets', 'aria-label': 'Fields'},
    names.map((name) =>
      c(Facet, {key: name, name, search, turn, onQuery, onRemove: () => onNames(names.filter((one) => one !== name))}),
    ),
    c(AddFacet, {known: known.filter((name) => !names.includes(name)), onAdd: (name) => onNames([...names, name])}),
  );
}

function Facet({name, search, turn, onQuery, onRemove}) {
  const [size, setSize] = useState(SHOWN);
  const {value, error, loading} = useLoaded(JSON.stringify([search, turn, name, size]), (signal) =>
    get('logs/facets', {...search, field: name, size}, signal),
  );
  const most = value?.values[0]?.count ?? 1;
  return t.section(
    {class: classes('facet', {loading: loading || Boolean(error)})},
    t.h3(
      t.span(name),
      c(Button, {kind: 'plain small', hint: `Hide ${name}`, onClick: onRemove}, '✕'),
    ),
    error && error.status !== 400 && t.p({class: 'facet-note'}, error.message),
    value && value.values.length === 0 && t.p({class: 'facet-note'}, 'No event has it.'),
    value &&
      t.ul(
        value.values.map((entry) => c(Value, {key: entry.value, name, entry, most, query: search.q, onQuery})),
      ),
    value && value.other_count > 0 && size === SHOWN && c(Button, {kind: 'plain small', onClick: () => setSize(50)}, `${formatCount(value.other_count)} events with other values…`),
    value?.sampled && t.p({class: 'facet-note'}, `Counted in the newest ${formatCount(value.sample_size)} events.`),
    value?.partial && t.p({class: 'facet-note'}, 'Not all shards were counted.'),
  );
}

function Value({name, entry, most, query, onQuery}) {
  const term = `${fieldTerm(name, !FIELDS.includes(name))}:${valueTerm(entry.value)}`;
  const chosen = hasTerm(query, term);
  return t.li(
    {class: classes('facet-value', {chosen})},
    t.progress({max: most, value: entry.count, 'aria-hidden': true}),
    t.button(
      {type: 'button', class: 'facet-pick', 'aria-pressed': chosen, title: chosen ? 'No longer only these' : `Only ${entry.value}`, onClick: () => onQuery(toggled(query, term, false))},
      c(LogText, {text: entry.value, line: true, most: 120}),
      t.span({class: 'facet-count'}, formatCount(entry.count)),
    ),
    c(Button, {kind: 'plain small', hint: `Without ${entry.value}`, onClick: () => onQuery(toggled(query, term, true))}, '−'),
  );
}

function AddFacet({known, onAdd}) {
  const [text, setText] = useState('');
  return t.form(
    {
      class: 'facet-add',
      onSubmit: (event) => {
        event.preventDefault();
        if (text.trim() !== '') {
          onAdd(text.trim());
          setText('');
        }
      },
    },
    all(
      t.input({
        list: 'facet-names',
        value: text,
        placeholder: 'Another field…',
        'aria-label': 'Another field to count',
        spellcheck: false,
        onInput: (event) => setText(event.currentTarget.value),
      }),
      t.datalist({id: 'facet-names'}, known.map((name) => t.option({value: name}))),
      t.button({class: 'button', type: 'submit', disabled: text.trim() === ''}, 'Add'),
    ),
  );
}
