import {all, c, classes, t} from '../core/dom.js';
import {get} from '../core/api.js';
import {useLoaded} from '../core/hooks.js';
import {change} from '../core/route.js';
import {formatCount, formatSize} from '../core/text.js';
import {formatTime} from '../core/time.js';
import {Badge, Button, Failure} from '../parts/basics.js';
import {LogText} from '../parts/text.js';

const SHOWN = 100;

/** Reads `topic-partition@offset`, of which the ends may be missing. */
function originOf(text) {
  const [, topic, , partition, , offset] = /^(.*?)(-(\d+)(@(\d+))?)?$/.exec(text.trim()) ?? [];
  return Object.fromEntries(Object.entries({topic, partition, offset}).filter(([, value]) => value));
}

const field = (label, value, hint, set) => t.label({class: 'field'}, t.span(label), t.input({value, placeholder: hint, onChange: (event) => set(event.target.value.trim())}));

/** What could not be stored, by reason, with the newest of each as a sample. */
export function DeadLetters({params, zone}) {
  const of = params.letters ?? 'logs';
  const reason = params.reason ?? '';
  const until = params.until ?? '';
  const origin = params.origin ?? '';
  const place = originOf(origin);
  const asked = {of, limit: SHOWN, reason, to: until, ...place};
  const {value, error, loading, reload} = useLoaded(`letters ${JSON.stringify(asked)}`, (signal) => get('pipeline/dead-letters', asked, signal));
  const letters = value?.letters ?? [];
  return t.section(
    {class: classes('card', {loading}), 'aria-label': 'Dead letters'},
    t.div(
      {class: 'card-head'},
      t.h2('Dead letters'),
      ['logs', 'metrics'].map((kind) => c(Button, {key: kind, kind: 'chip', pressed: of === kind, onClick: () => change({letters: kind, reason: ''}, {replace: true})}, kind)),
      c(Button, {kind: 'small', hint: 'Load again', onClick: reload}, '↻'),
    ),
    t.div(
      {class: 'card-head'},
      field('Written before', until, '2026-03-29T10:00Z or now-1h', (text) => change({until: text}, {replace: true})),
      field('Origin', origin, 'topic, topic-3 or topic-3@42', (text) => change({origin: text}, {replace: true})),
    ),
    error && c(Failure, {error, retry: reload}),
    value && t.p({class: 'field-hint'}, value.retained === 0 ? 'Nothing has been refused.' : `${formatCount(value.retained)} are kept in ${value.topic}; the newest ${formatCount(value.looked_at)}${until === '' ? '' : ` before ${until}`} are counted here.`),
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
