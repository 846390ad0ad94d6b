import {all, c, t} from '../core/dom.js';
import {get} from '../core/api.js';
import {useLoaded} from '../core/hooks.js';
import {useKeys} from '../core/keys.js';
import {follows} from '../core/route.js';
import {formatValue} from '../core/text.js';
import {formatTime} from '../core/time.js';
import {Badge, Button, Empty, Failure} from '../parts/basics.js';
import {groupText} from './rule.js';
import {STATE} from './rules.js';

const REASONS = {condition: 'its condition', no_data: 'no data', expired: 'its time was over', rule_changed: 'the rule was changed', rule_deleted: 'the rule was deleted'};

/** Every transition of alerts, the newest first. */
export function History({params, zone}) {
  const {id} = params;
  const {value, error, loading, reload} = useLoaded(`history ${id}`, (signal) => get('alerts/history', {id, limit: 500}, signal));
  useKeys({r: reload});
  return all(
    error && c(Failure, {error, retry: reload}),
    t.p({class: 'filter-line'}, id ? all('Only of ', t.code(id), ' ', t.a(follows('alerts', {tab: 'history'}), 'all')) : 'Of all rules', ' ', c(Button, {kind: 'small', hint: 'Load again (r)', onClick: reload}, '↻')),
    value?.transitions.length === 0 && c(Empty, {title: 'No alert has changed its state.'}, id && t.p('Or it was longer ago than what was looked at.')),
    value?.transitions.length > 0 &&
      t.div(
        {class: 'table-scroll'},
        t.table(
          {class: loading ? 'data loading' : 'data'},
          t.thead(t.tr(['When', 'Rule', 'Group', 'From', 'To', 'Value', 'Because of'].map((name) => t.th({scope: 'col'}, name)))),
          t.tbody(
            value.transitions.map((one) =>
              t.tr(
                {key: `${one.alert_id} ${groupText(one.group)} ${one.updated_at} ${one.state}`},
                t.td(t.time({dateTime: one.updated_at}, formatTime(one.updated_at, zone))),
                t.td(t.a(follows('alerts', {edit: one.alert_id}), one.alert_id)),
                t.td(t.code(groupText(one.group) || 'all')),
                t.td(one.from),
                t.td(c(Badge, {kind: STATE[one.state]}, one.state)),
                t.td({class: 'number'}, formatValue(one.value)),
                t.td(REASONS[one.reason] ?? one.reason),
              ),
            ),
          ),
        ),
      ),
    value && !value.complete && t.p({class: 'field-hint'}, `These are the newest; ${value.looked_at} transitions were looked at.`),
  );
}
