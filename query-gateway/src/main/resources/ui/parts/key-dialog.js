import {useEffect, useState} from 'preact/hooks';
import {all, c, t} from '../core/dom.js';
import {get} from '../core/api.js';
import {presentKey, presentedKey, whenKeyIsWanted} from '../core/key.js';
import {Button, Dialog, Field, Popup} from './basics.js';

/** Asks for the key when a call needs one. */
export function KeyDialog() {
  const [asked, setAsked] = useState(null);
  const [key, setKey] = useState('');
  useEffect(
    () =>
      whenKeyIsWanted((question) => {
        setKey('');
        setAsked(question);
      }),
    [],
  );
  if (asked === null) {
    return null;
  }
  const answer = (value) => {
    setAsked(null);
    asked.answer(value);
  };
  return c(
    Dialog,
    {title: 'Who are you?', onClose: () => answer(null)},
    t.form(
      {
        class: 'key-form',
        onSubmit: (event) => {
          event.preventDefault();
          if (key.trim() !== '') {
            answer(key.trim());
          }
        },
      },
      c(
        Field,
        {
          label: 'API key or token',
          error: asked.refused ? 'It was refused: not known, or not valid any more.' : undefined,
          hint: 'Kept in this tab until it is closed, and sent to this gateway only.',
        },
        t.input({
          type: 'password',
          name: 'weir-key',
          autocomplete: 'off',
          spellcheck: false,
          autofocus: true,
          value: key,
          onInput: (event) => setKey(event.target.value),
        }),
      ),
      t.div({class: 'form-actions'}, c(Button, {type: 'submit', kind: 'primary'}, 'Go on')),
    ),
  );
}

/** Who the gateway takes the person for; nothing where nobody is asked. */
export function WhoAmI() {
  const [caller, setCaller] = useState(null);
  useEffect(() => {
    get('whoami').then(setCaller, () => setCaller(null));
  }, []);
  if (!caller?.authentication) {
    return presentedKey() === '' ? null : c(Button, {kind: 'plain', onClick: forget}, 'Forget the key');
  }
  return c(
    Popup,
    {label: caller.name, hint: `Signed in as ${caller.name}`, kind: 'plain'},
    all(
      t.p('May ', t.b(caller.scopes.join(', '))),
      t.p('Sees ', caller.services === null ? 'every service' : caller.services.join(', ')),
      c(Button, {onClick: forget}, 'Forget the key'),
    ),
  );
}

function forget() {
  presentKey('');
  location.reload();
}
