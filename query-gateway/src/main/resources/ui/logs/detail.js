import {all, c, t} from '../core/dom.js';
import {useState} from 'preact/hooks';
import {fieldTerm, hasTerm, toggled, valueTerm} from '../core/query.js';
import {flattened, formatSize, readable} from '../core/text.js';
import {formatTime} from '../core/time.js';
import {Button} from '../parts/basics.js';
import {LogText} from '../parts/text.js';

const MOST_AT_FIRST = 20_000;
const MEMBERS = ['service', 'host', 'region', 'level', 'id', 'flags', 'original_timestamp', 'kafka_topic', 'kafka_partition', 'kafka_offset', 'event_id'];
const UNSEARCHABLE = ['original_timestamp', 'event_id'];

/** All of one event, with what can be done from it. */
export function Detail({event, zone, query, highlight, columns, onQuery, onColumns, onContext, onCopy}) {
  const fields = flattened(event.fields);
  return t.div(
    {class: 'detail'},
    t.div(
      {class: 'detail-actions'},
      t.time({dateTime: event.timestamp}, formatTime(event.timestamp, zone, 'exact')),
      c(Button, {onClick: onContext, hint: 'The lines around it, of the same service and host (c)'}, 'Lines around it'),
      c(Button, {onClick: () => onCopy('link', event)}, 'Copy link'),
      c(Button, {onClick: () => onCopy('json', event)}, 'Copy JSON'),
    ),
    c(Message, {text: event.message ?? '', highlight}),
    t.table(
      {class: 'fields'},
      t.tbody(
        [...MEMBERS.filter((name) => event[name] !== undefined).map((name) => [name, event[name], false]), ...fields.map(([name, value]) => [name, value, true])].map(
          ([name, value, structured]) => c(FieldRow, {key: `${structured}${name}`, name, value, structured, query, columns, onQuery, onColumns}),
        ),
      ),
    ),
  );
}

function Message({text, highlight}) {
  const [most, setMost] = useState(MOST_AT_FIRST);
  const {cut, escapes} = readable(text, null, {most});
  return all(
    t.pre({class: 'message', tabIndex: 0, 'aria-label': 'Message'}, c(LogText, {text, highlight, most})),
    cut > 0 &&
      t.p(
        {class: 'cut'},
        `The first ${formatSize(most)} of ${formatSize(text.length)} characters. `,
        c(Button, {onClick: () => setMost(Infinity)}, `Show all (${formatSize(text.length)})`),
      ),
    escapes > 0 && t.p({class: 'cut'}, `${escapes} terminal escape ${escapes === 1 ? 'sequence' : 'sequences'} left out.`),
  );
}

function FieldRow({name, value, structured, query, columns, onQuery, onColumns}) {
  const texts = Array.isArray(value) ? value : [value];
  const text = texts.map((one) => (typeof one === 'object' && one !== null ? JSON.stringify(one) : String(one))).join(', ');
  const term = `${fieldTerm(name, structured)}:${valueTerm(Array.isArray(value) ? value[0] ?? '' : value ?? '')}`;
  const column = structured && MEMBERS.includes(name) ? `fields.${name}` : name;
  const searchable = onQuery && !UNSEARCHABLE.includes(name) && value !== null && texts.every((one) => typeof one !== 'object');
  return t.tr(
    t.td(
      {class: 'field-tools'},
      searchable &&
        all(
          c(Button, {kind: 'plain small', hint: `Only with ${name} like this`, pressed: hasTerm(query, term), onClick: () => onQuery(toggled(query, term, false))}, '+'),
          c(Button, {kind: 'plain small', hint: `Without ${name} like this`, pressed: hasTerm(query, `-${term}`), onClick: () => onQuery(toggled(query, term, true))}, '−'),
        ),
      onColumns &&
        c(
          Button,
          {
            kind: 'plain small',
            hint: `Column ${name}`,
            pressed: columns.includes(column),
            onClick: () => onColumns(columns.includes(column) ? columns.filter((one) => one !== column) : [...columns, column]),
          },
          '▥',
        ),
    ),
    t.th({scope: 'row'}, c(LogText, {text: name, line: true})),
    t.td({class: 'field-value'}, c(LogText, {text, most: MOST_AT_FIRST})),
  );
}
