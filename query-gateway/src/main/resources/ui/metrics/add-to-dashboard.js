import {c, t} from '../core/dom.js';
import {useState} from 'preact/hooks';
import {get, send} from '../core/api.js';
import {useLoaded} from '../core/hooks.js';
import {go} from '../core/route.js';
import {Button, Dialog, Failure, Field} from '../parts/basics.js';

/** Puts what one sees on a dashboard that exists, or on a new one. */
export function AddToDashboard({panel, onClose}) {
  const {value, error} = useLoaded('dashboards', (signal) => get('dashboards', {}, signal));
  const [target, setTarget] = useState('');
  const [title, setTitle] = useState(panel.metric);
  const [failure, setFailure] = useState(null);

  async function save(event) {
    event.preventDefault();
    const added = Object.fromEntries(Object.entries({...panel, title, kind: 'metric'}).filter(([, member]) => member !== undefined));
    try {
      if (target === '') {
        const {json} = await send('POST', 'dashboards', {title, panels: [added]});
        go('dashboards', {id: json.dashboard_id});
      } else {
        const dashboard = value.dashboards.find((one) => one.id === target);
        await send('PUT', `dashboards/${target}`, {...dashboard, panels: [...dashboard.panels, added]});
        go('dashboards', {id: target});
      }
    } catch (problem) {
      setFailure(problem);
    }
  }

  return c(
    Dialog,
    {title: 'Add to a dashboard', onClose},
    t.form(
      {class: 'form', onSubmit: save},
      c(Field, {label: 'Title of the panel'}, t.input({value: title, required: true, onInput: (event) => setTitle(event.currentTarget.value)})),
      c(
        Field,
        {label: 'Dashboard'},
        t.select(
          {value: target, onChange: (event) => setTarget(event.currentTarget.value)},
          t.option({value: ''}, 'a new one'),
          (value?.dashboards ?? []).map((one) => t.option({value: one.id}, one.title)),
        ),
      ),
      (failure ?? error) && c(Failure, {error: failure ?? error}),
      t.button({type: 'submit', class: 'button primary'}, 'Add'),
      c(Button, {onClick: onClose}, 'Cancel'),
    ),
  );
}
