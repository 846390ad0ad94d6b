import {render} from 'preact';
import {useState} from 'preact/hooks';
import {all, c, classes, t} from './core/dom.js';
import {follows, go, useRoute} from './core/route.js';
import {applyTheme, remember, remembered} from './core/settings.js';
import {KEYS, useKeys} from './core/keys.js';
import {Button, Dialog, Empty} from './parts/basics.js';
import {KeyDialog, WhoAmI} from './parts/key-dialog.js';
import {LogsView} from './logs/logs-view.js';
import {MetricsView} from './metrics/metrics-view.js';
import {DashboardsView} from './metrics/dashboards-view.js';
import {AlertsView} from './alerts/alerts-view.js';
import {PipelineView} from './pipeline/pipeline-view.js';

const VIEWS = [
  ['logs', 'Logs', LogsView],
  ['metrics', 'Metrics', MetricsView],
  ['dashboards', 'Dashboards', DashboardsView],
  ['alerts', 'Alerts', AlertsView],
  ['pipeline', 'Pipeline', PipelineView],
];
const THEMES = {auto: ['◐', 'as the system'], light: ['☀', 'light'], dark: ['☾', 'dark']};

/** Parameters that go from view to view: a range stays what it was. */
const shared = ({from, to}) => ({from, to});

function App() {
  const {view, params} = useRoute();
  const [theme, setTheme] = useState(remembered('theme', 'auto'));
  const [helping, setHelping] = useState(false);
  const zone = params.tz ?? remembered('tz', 'local');
  const found = VIEWS.find(([name]) => name === view);
  const open = (index) => () => go(VIEWS[index][0], shared(params));
  useKeys({
    '?': () => setHelping(true),
    ...Object.fromEntries(VIEWS.map((entry, index) => [String(index + 1), open(index)])),
  });
  document.title = found ? `${found[1]} · Weir` : 'Weir';

  function nextTheme() {
    const names = Object.keys(THEMES);
    const next = names[(names.indexOf(theme) + 1) % names.length];
    remember('theme', next);
    applyTheme(next);
    setTheme(next);
  }

  return all(
    t.header(
      {class: 'top'},
      t.a({class: 'brand', ...follows('logs', {})}, 'Weir'),
      t.nav(
        {'aria-label': 'Views'},
        VIEWS.map(([name, label]) =>
          t.a({...follows(name, shared(params)), 'aria-current': name === view ? 'page' : undefined, class: classes({here: name === view})}, label),
        ),
      ),
      t.div(
        {class: 'top-tools'},
        c(WhoAmI),
        c(Button, {kind: 'plain', hint: `Theme: ${THEMES[theme][1]}`, onClick: nextTheme}, THEMES[theme][0]),
        c(Button, {kind: 'plain', hint: 'Keys (?)', onClick: () => setHelping(true)}, '?'),
      ),
    ),
    t.main(
      {class: classes('view', view)},
      found
        ? c(found[2], {params, zone})
        : c(Empty, {title: 'There is no such view.'}, t.a(follows('logs', {}), 'Go to the logs')),
    ),
    c(KeyDialog),
    helping && c(Help, {onClose: () => setHelping(false)}),
  );
}

function Help({onClose}) {
  return c(
    Dialog,
    {title: 'Keys', onClose},
    t.dl({class: 'keys'}, KEYS.map(([key, meaning]) => all(t.dt(key.split(/(?:\s{2}|\s–\s)/).map((one) => t.kbd(one))), t.dd(meaning)))),
  );
}

applyTheme(remembered('theme', 'auto'));
const root = document.getElementById('app');
root.replaceChildren();
render(c(App), root);
