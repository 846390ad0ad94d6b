import {all, c, t} from '../core/dom.js';
import {useState} from 'preact/hooks';
import {get, send} from '../core/api.js';
import {useLoaded} from '../core/hooks.js';
import {change} from '../core/route.js';
import {remember, remembered} from '../core/settings.js';
import {formatTime, iso} from '../core/time.js';
import {Badge, Button, Empty, Failure, Field} from '../parts/basics.js';

const SPANS = [['1', '1 hour'], ['4', '4 hours'], ['12', '12 hours'], ['24', '1 day'], ['72', '3 days'], ['168', '1 week']];
const HOUR = 3_600_000;
const STATE = {active: 'warning', pending: '', expired: 'ok'};

/** Silences of Alertmanager: who is not told, of what, for how long and why. */
export function Silences({params, zone}) {
  const {value, error, reload} = useLoaded('silences', (signal) => get('silences', {}, signal));
  const [failure, setFailure] = useState(null);
  const end = (id) => send('DELETE', `silences/${id}`).then(reload, setFailure);
  return all(
    error && c(Failure, {error, retry: reload}),
    failure && c(Failure, {error: failure}),
    !error && c(NewSilence, {key: params.matchers, given: params.matchers, onCreated: () => (change({matchers: ''}, {replace: true}), reload())}),
    value?.silences.length === 0 && c(Empty, {title: 'Nothing is silenced.'}),
    value?.silences.length > 0 &&
      t.div(
        {class: 'table-scroll'},
        t.table(
          {class: 'data'},
          t.thead(t.tr(['', 'Alerts with', 'Until', 'By', 'Why', ''].map((name) => t.th({scope: 'col'}, name)))),
          t.tbody(
            value.silences.map((one) =>
              t.tr(
                {key: one.id},
                t.td(c(Badge, {kind: STATE[one.state]}, one.state === 'expired' ? 'over' : one.state)),
                t.td(one.matchers.map((matcher) => t.code({class: 'tag', key: matcher.name}, `${matcher.name}${matcher.equal ? '=' : '!='}${matcher.regex ? '~' : ''}${matcher.value}`))),
                t.td(t.time({dateTime: one.ends_at}, formatTime(one.ends_at, zone))),
                t.td(one.created_by),
                t.td(one.comment),
                t.td(one.state !== 'expired' && c(Button, {kind: 'small danger', onClick: () => end(one.id)}, 'End now')),
              ),
            ),
          ),
        ),
      ),
  );
}

function NewSilence({given, onCreated}) {
  const [matchers, setMatchers] = useState(() => parsed(given));
  const [hours, setHours] = useState('4');
  const [by, setBy] = useState(remembered('name', ''));
  const [comment, setComment] = useState('');
  const [failure, setFailure] = useState(null);
  const set = (index, changes) => setMatchers(matchers.map((one, at) => (at === index ? {...one, ...changes} : one)));

  async function create(event) {
    event.preventDefault();
    try {
      await send('POST', 'silences', {matchers, ends_at: iso(Date.now() + Number(hours) * HOUR), created_by: by, comment});
      remember('name', by);
      setFailure(null);
      setMatchers(parsed());
      setComment('');
      onCreated();
    } catch (problem) {
      setFailure(problem);
    }
  }

  return t.details(
    {class: 'card', open: given !== undefined},
    t.summary('New silence'),
    t.form(
      {class: 'form', onSubmit: create},
      t.fieldset(
        {class: 'matchers'},
        t.legend('Alerts whose labels all match'),
        matchers.map((one, index) =>
          t.div(
            {class: 'matcher', key: index},
            t.input({'aria-label': 'Label', placeholder: 'service', value: one.name, required: true, onInput: (event) => set(index, {name: event.currentTarget.value})}),
            t.select(
              {'aria-label': 'How', value: `${one.equal ? '=' : '!='}${one.regex ? '~' : ''}`, onChange: (event) => set(index, {equal: !event.currentTarget.value.startsWith('!'), regex: event.currentTarget.value.endsWith('~')})},
              ['=', '!=', '=~', '!=~'].map((how) => t.option({value: how}, how)),
            ),
            t.input({'aria-label': 'Value', placeholder: 'payments', value: one.value, onInput: (event) => set(index, {value: event.currentTarget.value})}),
            c(Button, {kind: 'plain', hint: 'Without this one', disabled: matchers.length === 1, onClick: () => setMatchers(matchers.filter((_, at) => at !== index))}, '✕'),
          ),
        ),
        c(Button, {kind: 'small', onClick: () => setMatchers([...matchers, {name: '', value: '', regex: false, equal: true}])}, '+ Label'),
      ),
      t.div(
        {class: 'form-row'},
        c(Field, {label: 'For'}, t.select({value: hours, onChange: (event) => setHours(event.currentTarget.value)}, SPANS.map(([value, label]) => t.option({value}, label)))),
        c(Field, {label: 'Your name', error: failure?.of?.('created_by')?.reason}, t.input({name: 'created_by', value: by, required: true, onInput: (event) => setBy(event.currentTarget.value)})),
        c(Field, {label: 'Why', error: failure?.of?.('comment')?.reason}, t.input({name: 'comment', value: comment, required: true, onInput: (event) => setComment(event.currentTarget.value)})),
      ),
      failure && c(Failure, {error: failure}),
      t.button({type: 'submit', class: 'button primary'}, 'Silence'),
    ),
  );
}

function parsed(text) {
  try {
    const matchers = JSON.parse(text);
    if (Array.isArray(matchers) && matchers.length > 0) {
      return matchers.slice(0, 20).map(({name, value, regex, equal}) => ({name: String(name), value: String(value), regex: Boolean(regex), equal: equal !== false}));
    }
  } catch {
    // An address that was cut off; one begins anew.
  }
  return [{name: '', value: '', regex: false, equal: true}];
}
