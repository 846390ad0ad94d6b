import {c, classes, t} from '../core/dom.js';
import {useState} from 'preact/hooks';
import {Button, Field, Popup} from './basics.js';
import {formatTime, iso, isRelative, movedRange, parseTime, rangeLabel, toParameter} from '../core/time.js';

const PRESETS = [
  ['now-5m', 'Last 5 minutes'],
  ['now-15m', 'Last 15 minutes'],
  ['now-1h', 'Last hour'],
  ['now-3h', 'Last 3 hours'],
  ['now-6h', 'Last 6 hours'],
  ['now-24h', 'Last 24 hours'],
  ['now-2d', 'Last 2 days'],
  ['now-7d', 'Last 7 days'],
];

/**
 * The range of time: relative or absolute, in UTC or the browser's zone.
 *
 * @param {string} from as the API takes it
 * @param {string} to likewise; empty for now
 * @param {(range: {from: string, to: string}) => void} onChange
 */
export function TimePicker({from, to, zone, onZone, onChange, open, onToggle}) {
  return t.div(
    {class: 'time-picker'},
    c(Button, {kind: 'plain', hint: 'Half a range earlier', onClick: () => move('back')}, '‹'),
    c(
      Popup,
      {label: t.span({class: 'time-label'}, rangeLabel(from, to, zone)), hint: 'Time range (t)', open, onToggle},
      (close) => c(Form, {from, to, zone, onZone, onChange, close}),
    ),
    c(Button, {kind: 'plain', hint: 'Half a range later', onClick: () => move('ahead')}, '›'),
    c(Button, {kind: 'plain', hint: 'Twice as long', onClick: () => move('wider')}, '⤢'),
  );

  function move(how) {
    const now = Date.now();
    onChange(movedRange(parseTime(from, 'utc', now), parseTime(to || 'now', 'utc', now), how, now));
  }
}

function Form({from, to, zone, onZone, onChange, close}) {
  const [start, setStart] = useState(written(from, zone));
  const [end, setEnd] = useState(written(to || 'now', zone));
  const errors = check(start, end, zone);
  const apply = (range) => {
    onChange(range);
    close();
  };
  return t.form(
    {
      class: 'time-form',
      onSubmit: (event) => {
        event.preventDefault();
        if (!errors.from && !errors.to) {
          const last = toParameter(end, zone);
          apply({from: toParameter(start, zone), to: last === 'now' ? '' : last});
        }
      },
    },
    t.div(
      {class: 'time-presets', role: 'group', 'aria-label': 'Relative ranges'},
      PRESETS.map(([value, label]) =>
        t.button(
          {type: 'button', class: classes('choice', {chosen: value === from && to === ''}), onClick: () => apply({from: value, to: ''})},
          label,
        ),
      ),
    ),
    t.div(
      {class: 'time-absolute'},
      c(Field, {label: 'From', error: errors.from}, t.input({name: 'from', value: start, spellcheck: false, onInput: (event) => setStart(event.currentTarget.value)})),
      c(Field, {label: 'To', error: errors.to}, t.input({name: 'to', value: end, spellcheck: false, onInput: (event) => setEnd(event.currentTarget.value)})),
      t.p({class: 'field-hint'}, 'now-15m, 2026-03-29 10:00, 2026-03-29T10:00Z, or seconds since the epoch'),
      t.fieldset(
        {class: 'switch'},
        t.legend('Times are in'),
        ['local', 'utc'].map((one) =>
          t.label(
            t.input({
              type: 'radio',
              name: 'zone',
              checked: zone === one,
              onChange: () => {
                setStart(rewritten(start, zone, one));
                setEnd(rewritten(end, zone, one));
                onZone(one);
              },
            }),
            one === 'utc' ? 'UTC' : `Local (${Intl.DateTimeFormat().resolvedOptions().timeZone})`,
          ),
        ),
      ),
      t.button({type: 'submit', class: 'button primary', disabled: Boolean(errors.from || errors.to)}, 'Apply'),
    ),
  );
}

const written = (text, zone) => (isRelative(text) ? text : formatTime(parseTime(text, 'utc'), zone));

/** The same instant in the other zone. */
function rewritten(text, before, after) {
  const millis = isRelative(text) ? NaN : parseTime(text, before);
  return Number.isNaN(millis) ? text : formatTime(millis, after);
}

function check(start, end, zone) {
  const errors = {};
  for (const [name, text] of [['from', start], ['to', end]]) {
    try {
      toParameter(text, zone);
    } catch (failure) {
      errors[name] = failure.message;
    }
  }
  if (!errors.from && !errors.to && parseTime(start, zone) >= parseTime(end, zone)) {
    errors.to = 'The end must come after the start.';
  }
  return errors;
}
