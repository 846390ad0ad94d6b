import {all, c, t} from '../core/dom.js';
import {get, isAborted} from '../core/api.js';
import {useInterval, useLoaded} from '../core/hooks.js';
import {useKeys} from '../core/keys.js';
import {follows} from '../core/route.js';
import {formatValue} from '../core/text.js';
import {ago, formatTime} from '../core/time.js';
import {Badge, Empty, Failure, Notice} from '../parts/basics.js';
import {groupText, matchersOf, sentence, worst} from './rule.js';
import {silencedBy} from './silenced.js';

const REFRESH_SECONDS = 10;
const MOST_GROUPS = 5;

export const STATE = {firing: 'bad', pending: 'warning', resolved: 'ok', inactive: ''};

/** Every rule with where it stands, the worst first. */
export function Rules({zone}) {
  const {value, error, reload} = useLoaded('rules', async (signal) => {
    const [rules, active, silences] = await Promise.all([get('alerts', {}, signal), get('alerts/active', {}, signal), silencesIfKnown(signal)]);
    return {rules: rules.alerts, unreadable: rules.unreadable ?? [], active: active.alerts, ...silences};
  });
  useInterval(REFRESH_SECONDS, reload);
  useKeys({r: reload});
  if (error && !value) {
    return c(Failure, {error, retry: reload});
  }
  if (!value) {
    return null;
  }
  const order = ['firing', 'pending', 'resolved', 'inactive'];
  const rows = value.rules
    .map((rule) => {
      const states = value.active.filter((state) => state.alert_id === rule.id);
      return {rule, states, state: worst(states)};
    })
    .sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || (a.rule.name ?? a.rule.id).localeCompare(b.rule.name ?? b.rule.id));
  const orphans = value.active.filter((state) => !value.rules.some((rule) => rule.id === state.alert_id));
  return all(
    error && c(Failure, {error, retry: reload}),
    value.unknown && value.active.length > 0 && c(Notice, {kind: 'warning', title: 'Which alerts are silenced is not known'}, value.unknown),
    value.unreadable.length > 0 && c(Notice, {kind: 'warning', title: 'Some records are no rules'}, value.unreadable.join(', ')),
    rows.length === 0
      ? c(Empty, {title: 'There are no rules yet.'}, t.a({class: 'button primary', ...follows('alerts', {edit: 'new'})}, 'Create the first one'))
      : t.ul({class: 'rules'}, rows.map((row) => c(Rule, {key: row.rule.id, zone, silences: value.silences, ...row}))),
    orphans.length > 0 && c(Notice, {title: 'Alerts of rules that are no more'}, orphans.map((state) => `${state.alert_id} ${groupText(state.group)}`).join(', ')),
  );
}

/** Rules are shown without Alertmanager, too; one that was not named holds nothing back. */
async function silencesIfKnown(signal) {
  try {
    return {silences: (await get('silences', {}, signal)).silences, unknown: null};
  } catch (error) {
    if (isAborted(error)) {
      throw error;
    }
    return {silences: [], unknown: error.status === 422 ? null : error.message};
  }
}

function Rule({rule, states, state, silences, zone}) {
  return t.li(
    {class: 'card rule'},
    t.div(
      {class: 'rule-head'},
      c(Badge, {kind: STATE[state]}, state),
      t.a({class: 'rule-name', ...follows('alerts', {edit: rule.id})}, rule.name || rule.id),
      c(Badge, {kind: rule.severity === 'critical' ? 'bad' : rule.severity === 'warning' ? 'warning' : ''}, rule.severity),
      t.span({class: 'field-hint'}, `tells ${rule.notification_channel}`),
      t.a({class: 'button small plain', ...follows('alerts', {tab: 'history', id: rule.id})}, 'History'),
    ),
    t.code({class: 'rule-sentence'}, sentence(rule)),
    states.length > 0 &&
      t.ul(
        {class: 'rule-states'},
        states.slice(0, MOST_GROUPS).map((one) =>
          t.li(
            {key: groupText(one.group)},
            c(Badge, {kind: STATE[one.state]}, one.state),
            silenced(one, silences, zone),
            t.code(groupText(one.group) || 'all'),
            t.span(`${formatValue(one.value)} · since ${ago(one.since)}`),
            t.a({class: 'button small', ...follows('alerts', {tab: 'silences', matchers: JSON.stringify(matchersOf(one.labels))})}, 'Silence'),
          ),
        ),
        states.length > MOST_GROUPS && t.li({class: 'field-hint'}, `and ${states.length - MOST_GROUPS} more groups`),
      ),
  );
}

/** That nobody is told of an alert, and until when. */
function silenced(alert, silences, zone) {
  const by = silencedBy(alert.labels, silences);
  return by && t.a({class: 'silenced', title: `${by.comment} (${by.created_by})`, ...follows('alerts', {tab: 'silences'})}, c(Badge, {}, 'silenced'), ` until ${formatTime(by.ends_at, zone)}`);
}
