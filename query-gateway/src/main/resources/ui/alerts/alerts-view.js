import {c, classes, t} from '../core/dom.js';
import {follows} from '../core/route.js';
import {History} from './history.js';
import {RuleEditor} from './rule-editor.js';
import {Rules} from './rules.js';
import {Silences} from './silences.js';

const TABS = [['rules', 'Rules'], ['history', 'History'], ['silences', 'Silences']];

/** Rules and what they do. */
export function AlertsView({params, zone}) {
  if (params.edit !== undefined) {
    return c(RuleEditor, {key: params.edit, params, zone});
  }
  const tab = params.tab ?? 'rules';
  return t.div(
    {class: 'page'},
    t.div(
      {class: 'page-head'},
      t.h1('Alerts'),
      t.nav({class: 'tabs', 'aria-label': 'Parts'}, TABS.map(([name, label]) => t.a({...follows('alerts', {tab: name}), class: classes({here: name === tab}), 'aria-current': name === tab ? 'page' : undefined}, label))),
      t.a({class: 'button primary', ...follows('alerts', {edit: 'new'})}, 'New rule'),
    ),
    tab === 'history' ? c(History, {params, zone}) : tab === 'silences' ? c(Silences, {params, zone}) : c(Rules, {params, zone}),
  );
}
