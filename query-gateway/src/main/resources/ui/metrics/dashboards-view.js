import {all, c, t} from '../core/dom.js';
import {useState} from 'preact/hooks';
import {get, send} from '../core/api.js';
import {useInterval, useLoaded} from '../core/hooks.js';
import {download} from '../core/export.js';
import {useKeys} from '../core/keys.js';
import {change, follows, go} from '../core/route.js';
import {remember} from '../core/settings.js';
import {formatSpan} from '../core/time.js';
import {Button, Empty, Failure, Field, Notice, useToast} from '../parts/basics.js';
import {copyLink, fixedLink} from '../parts/share.js';
import {TimePicker} from '../parts/time-picker.js';
import {Panel} from './panel.js';
import {PanelEditor} from './panel-editor.js';
import {asFile, ofFile} from './dashboard-file.js';

/** All dashboards, or one of them. */
export function DashboardsView({params, zone}) {
  return params.id ? c(OneDashboard, {key: params.id, params, zone}) : c(AllDashboards, {params});
}

function AllDashboards() {
  const {value, error, reload} = useLoaded('all', (signal) => get('dashboards', {}, signal));
  const [title, setTitle] = useState('');
  const [failure, setFailure] = useState(null);

  function create(event) {
    event.preventDefault();
    send('POST', 'dashboards', {title: title.trim(), panels: []}).then(({json}) => go('dashboards', {id: json.dashboard_id, edit: true}), setFailure);
  }

  /** The gateway says what is wrong with a dashboard, as with any that is sent to it. */
  function take(event) {
    const [file] = event.currentTarget.files;
    event.currentTarget.value = '';
    file?.text()
      .then((text) => send('POST', 'dashboards', ofFile(text)))
      .then(({json}) => go('dashboards', {id: json.dashboard_id}), setFailure);
  }

  return t.div(
    {class: 'page'},
    t.div({class: 'page-head'}, t.h1('Dashboards')),
    error && c(Failure, {error, retry: reload}),
    failure && c(Failure, {error: failure}),
    value?.dashboards.length === 0 && c(Empty, {title: 'There are no dashboards yet.'}, 'Give the first one a title below.'),
    value?.dashboards.length > 0 &&
      t.ul({class: 'cards'}, value.dashboards.map((one) => t.li({key: one.id}, t.a({class: 'card', ...follows('dashboards', {id: one.id})}, t.strong(one.title), t.span({class: 'field-hint'}, one.description || `${one.panels.length} panels`))))),
    value?.unreadable?.length > 0 && c(Notice, {kind: 'warning', title: 'Some records are no dashboards'}, value.unreadable.join(', ')),
    t.form(
      {class: 'form inline', onSubmit: create},
      c(Field, {label: 'New dashboard', error: failure?.of?.('title')?.reason}, t.input({value: title, required: true, maxLength: 200, placeholder: 'Title', onInput: (event) => setTitle(event.currentTarget.value)})),
      t.button({type: 'submit', class: 'button primary', disabled: title.trim() === ''}, 'Create'),
      c(Field, {label: 'or from a file'}, t.input({type: 'file', accept: '.json,application/json', onChange: take})),
    ),
  );
}

function OneDashboard({params, zone}) {
  const {id} = params;
  const {value, error, reload} = useLoaded(id, (signal) => get(`dashboards/${encodeURIComponent(id)}`, {}, signal));
  const [draft, setDraft] = useState(null);
  const [open, setOpen] = useState(null);
  const [failure, setFailure] = useState(null);
  const [turn, setTurn] = useState(0);
  const [picking, setPicking] = useState(false);
  const [toast, say] = useToast();
  const editing = params.edit === '1';
  const dashboard = draft ?? value;
  useInterval(editing ? 0 : dashboard?.refresh_s ?? 0, () => setTurn((count) => count + 1));
  useKeys({
    r: () => setTurn((count) => count + 1),
    t: () => setPicking(true),
    y: () => dashboard && copyLink(fixedLink('dashboards', {...params, edit: ''}, rangeOf(params, dashboard)), say),
  });
  if (error && !value) {
    return t.div({class: 'page'}, c(Failure, {error, retry: reload}), t.a(follows('dashboards', {}), 'All dashboards'));
  }
  if (!dashboard) {
    return t.div({class: 'page'});
  }
  const range = rangeOf(params, dashboard);
  const {from, to} = range;
  const set = (changes) => setDraft({...dashboard, ...changes});
  const setPanels = (panels) => set({panels});

  async function save() {
    try {
      // `version` inside says which one is replaced.
      await send('PUT', `dashboards/${encodeURIComponent(id)}`, dashboard, {etag: `"${value.version}"`});
      setDraft(null);
      setFailure(null);
      change({edit: ''}, {replace: true});
      reload();
    } catch (problem) {
      setFailure(problem);
    }
  }

  async function remove() {
    if (confirm(`Delete the dashboard “${dashboard.title}”?`)) {
      await send('DELETE', `dashboards/${encodeURIComponent(id)}`, undefined, {etag: `"${value.version}"`}).then(() => go('dashboards', {}), setFailure);
    }
  }

  function discard() {
    setDraft(null);
    setFailure(null);
    change({edit: ''}, {replace: true});
  }

  return t.div(
    {class: 'page'},
    t.div(
      {class: 'page-head'},
      editing ? t.input({class: 'title-input', 'aria-label': 'Title', value: dashboard.title, maxLength: 200, onInput: (event) => set({title: event.currentTarget.value})}) : t.h1(dashboard.title),
      c(TimePicker, {from, to, zone, open: picking, onToggle: setPicking, onChange: (next) => change(next), onZone: (tz) => (remember('tz', tz), change({tz}, {replace: true}))}),
      c(Button, {hint: 'Load again (r)', onClick: () => setTurn(turn + 1)}, '↻'),
      editing
        ? all(
            c(Button, {onClick: () => setOpen({index: dashboard.panels.length, panel: {kind: 'metric', title: '', width: 6}})}, '+ Panel'),
            c(Button, {kind: 'primary', disabled: draft === null, onClick: save}, 'Save'),
            c(Button, {onClick: discard}, 'Discard'),
            c(Button, {kind: 'danger', onClick: remove}, 'Delete'),
          )
        : all(
            c(Button, {onClick: () => change({edit: true}, {replace: true})}, 'Edit'),
            c(Button, {hint: 'Save as a JSON file', onClick: () => download('dashboard.json', 'application/json', asFile(dashboard))}, 'JSON'),
          ),
    ),
    editing &&
      t.div(
        {class: 'form-row'},
        c(Field, {label: 'Description'}, t.input({value: dashboard.description ?? '', maxLength: 4096, onInput: (event) => set({description: event.currentTarget.value || undefined})})),
        c(Field, {label: 'Range at first'}, t.select({value: String(dashboard.range_s), onChange: (event) => set({range_s: Number(event.currentTarget.value)})}, [900, 3600, 10_800, 21_600, 86_400, 604_800].map((seconds) => t.option({value: String(seconds)}, formatSpan(seconds * 1000))))),
        c(Field, {label: 'Loads again every'}, t.select({value: String(dashboard.refresh_s ?? 0), onChange: (event) => set({refresh_s: Number(event.currentTarget.value)})}, [[0, 'never'], [10, '10 s'], [30, '30 s'], [60, '1 min'], [300, '5 min']].map(([value, label]) => t.option({value: String(value)}, label)))),
      ),
    failure &&
      (failure.status === 412
        ? c(Notice, {kind: 'error', title: 'Somebody else has changed this dashboard', action: c(Button, {onClick: () => (discard(), reload())}, 'Take theirs')}, 'Yours was not saved. Take theirs and make your changes again.')
        : c(Failure, {error: failure})),
    dashboard.panels.length === 0
      ? c(Empty, {title: 'This dashboard has no panels.'}, editing ? 'Add one above.' : c(Button, {onClick: () => change({edit: true}, {replace: true})}, 'Edit it'))
      : t.div(
          {class: 'dashboard-grid'},
          dashboard.panels.map((panel, index) =>
            c(Panel, {key: `${index} ${panel.kind} ${panel.title}`, panel, range, turn, zone, onRange: (next) => change(next), tools: editing && c(PanelTools, {index, panels: dashboard.panels, setPanels, onEdit: () => setOpen({index, panel})})}),
          ),
        ),
    open &&
      c(PanelEditor, {
        panel: open.panel,
        range,
        zone,
        onClose: () => setOpen(null),
        onDone: (panel) => {
          const panels = [...dashboard.panels];
          panels[open.index] = panel;
          setPanels(panels);
          setOpen(null);
        },
      }),
    toast,
  );
}

/** What the address asks for, or else the dashboard. */
const rangeOf = (params, dashboard) => ({from: params.from ?? `now-${dashboard.range_s ?? 3600}s`, to: params.to ?? ''});

function PanelTools({index, panels, setPanels, onEdit}) {
  const moved = (by) => {
    const next = [...panels];
    [next[index], next[index + by]] = [next[index + by], next[index]];
    setPanels(next);
  };
  return t.div(
    {class: 'panel-tools'},
    c(Button, {kind: 'plain small', hint: 'Change this panel', onClick: onEdit}, '✎'),
    c(Button, {kind: 'plain small', hint: 'Further to the front', disabled: index === 0, onClick: () => moved(-1)}, '←'),
    c(Button, {kind: 'plain small', hint: 'Further to the back', disabled: index === panels.length - 1, onClick: () => moved(1)}, '→'),
    c(Button, {kind: 'plain small', hint: 'Take it away', onClick: () => setPanels(panels.filter((_, at) => at !== index))}, '✕'),
  );
}
