import {all, c, classes, t} from '../core/dom.js';
import {useEffect, useRef, useState} from 'preact/hooks';
import {get} from '../core/api.js';
import {useLoaded} from '../core/hooks.js';
import {Button, Dialog, Failure} from '../parts/basics.js';
import {LogText} from '../parts/text.js';
import {formatTime} from '../core/time.js';

const FIRST = 20;
const STEP = 80;
const MOST = 500;

/** The lines before and after an event, of its service on its host, oldest first. */
export function Context({id, timestamp, zone, highlight, onClose}) {
  const [before, setBefore] = useState(FIRST);
  const [after, setAfter] = useState(FIRST);
  const {value, error, loading, reload} = useLoaded(JSON.stringify([id, before, after]), (signal) =>
    get('logs/context', {id, timestamp, before, after}, signal),
  );
  const event = useRef(null);
  useEffect(() => event.current?.scrollIntoView({block: 'center'}), [Boolean(value)]);
  const title = value ? `Around one line of ${value.event.service}${value.event.host ? ` on ${value.event.host}` : ''}` : 'Lines around one';
  return c(
    Dialog,
    {title, onClose, wide: true},
    error && c(Failure, {error, retry: reload}),
    value?.partial && t.p({class: 'notice warning'}, 'Not all shards answered; lines may be missing.'),
    value &&
      t.div(
        {class: classes('context', {loading}), tabIndex: 0},
        more(value.more_before, before, setBefore, 'earlier'),
        value.before.map((log) => line(log)),
        all(t.div({ref: event}), line(value.event, true)),
        value.after.map((log) => line(log)),
        more(value.more_after, after, setAfter, 'later'),
      ),
  );

  function line(log, here = false) {
    return t.div(
      {key: log.event_id, class: classes('context-line', `is-${log.level.toLowerCase()}`, {here}), 'aria-current': here ? 'true' : undefined},
      t.time({dateTime: log.timestamp}, formatTime(log.timestamp, zone, 'clock')),
      t.span({class: classes('level', log.level.toLowerCase())}, log.level),
      t.span({class: 'context-message'}, c(LogText, {text: log.message ?? '', highlight, most: 2000})),
    );
  }

  function more(there, count, setCount, word) {
    if (!there) {
      return t.p({class: 'context-end'}, `No ${word} lines within an hour.`);
    }
    return count >= MOST
      ? t.p({class: 'context-end'}, `There are ${word} lines; ${MOST} are shown.`)
      : c(Button, {onClick: () => setCount(Math.min(MOST, count + STEP))}, `More ${word} lines`);
  }
}
