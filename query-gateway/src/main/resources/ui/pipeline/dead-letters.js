import {all, c, classes, t} from '../core/dom.js';
import {get} from '../core/api.js';
import {useLoaded} from '../core/hooks.js';
import {change} from '../core/route.js';
import {formatCount, formatSize} from '../core/text.js';
import {formatTime} from '../core/time.js';
import {Badge, Button, Failure} from '../parts/basics.js';
import {LogText} from '../parts/text.js';

const SHOWN = 100;

/** What could not be stored, by reason, with the newest of each as a sample. */
export function DeadLetters({params, zone}) {
  const of = params.letters ?? 'logs';
  const reason = params.reason ?? '';
  const {value, error, loading, reload} = useLoaded(`letters ${of}`, (signal) => get('pipeline/dead-letters', {of, limit: SHOWN}, signal));
  const letters = (value?.letters ?? []).filter((letter) => reason === '' || letter.reason === reason);
  return t.section(
    {class: classes('card', {loading}), 'aria-label': 'Dead letters'},
    t.div(
      {class: 'card-head'},
      t.h2('Dead letters'),
      ['logs', 'metrics'].map((kind) => c(Button, {key: kind, kind: 'chip', pressed: of === kind, onClick: () => change({letters: kind, reason: ''}, {replace: true})}, kind)),
      c(Button, {kind: 'small', hint: 'Load again', onClick: reload}, '↻'),
    ),
    error && c(Failure, {error, retry: reload}),
    value && t.p({class: 'field-hint'}, value.retained === 0 ? 'Nothing has been refused.' : `${formatCount(value.retained)} are kept in ${value.topic}; the newest ${formatCount(value.looked_at)} are counted here.`),
    value?.unreadable > 0 && t.p({class: 'field-hint'}, `${value.unreadable} records of the topic are no dead letters.`),
    value?.reasons.length > 0 &&
      all(
        t.div(
          {class: 'reasons'},
          value.reasons.map((one) =>
            c(Button, {key: `${one.reason} ${one.store}`, kind: 'chip', pressed: reason === one.reason, onClick: () => change({reason: reason === one.reason ? '' : one.reason}, {replace: true})}, `${one.reason} `, t.b(formatCount(one.count)), one.store !== 'all' && t.span({class: 'field-hint'}, ` ${one.store}`)),
          ),
        ),
        t.ul(
          {class: 'letters'},
          letters.map((letter) =>
            t.li(
              {key: `${letter.topic} ${letter.partition} ${letter.offset} ${letter.store} ${letter.reason}`},
              t.details(
                t.summary(t.time({dateTime: letter.written_at}, formatTime(letter.written_at, zone)), c(Badge, {kind: letter.reason === 'duplicate' ? '' : 'warning'}, letter.reason), t.span(letter.store === 'all' ? '' : `missing in ${letter.store}`), t.span({class: 'letter-detail'}, c(LogText, {text: letter.detail, line: true, most: 300}))),
                t.p({class: 'field-hint'}, `${letter.topic}, partition ${letter.partition}, offset ${letter.offset}; refused while ${{parse: 'parsing', deduplicate: 'looking for duplicates', write: 'writing'}[letter.stage]}`),
                t.p(c(LogText, {text: letter.detail})),
                letter.payload_bytes > 0 && t.pre({class: 'message'}, c(LogText, {text: letter.payload})),
                letter.payload_bytes > letter.payload.length && t.p({class: 'cut'}, `The beginning of ${formatSize(letter.payload_bytes)}B.`),
              ),
            ),
          ),
          letters.length === 0 && t.li({class: 'field-hint'}, 'None of the newest has this reason.'),
        ),
      ),
  );
}
