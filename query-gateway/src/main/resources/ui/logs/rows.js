import {c, classes, t} from '../core/dom.js';
import {formatTime} from '../core/time.js';
import {flattened} from '../core/text.js';
import {LogText} from '../parts/text.js';

const MOST_IN_ROW = 600;
const WIDTHS = {service: '11em', host: '10em', region: '6em'};

/** One event as one line: time, level, the chosen columns, message. */
export function Row({event, columns, zone, highlight, selected, open, onClick}) {
  return t.div(
    {
      class: classes('row', `is-${event.level.toLowerCase()}`, {selected, open}),
      'aria-current': selected ? 'true' : undefined,
      'data-event': event.event_id,
      onClick,
    },
    t.button({type: 'button', class: 'row-open', 'aria-expanded': open, 'aria-label': open ? 'Close this line' : 'All of this line', tabIndex: -1}, open ? '▾' : '▸'),
    t.time({class: 'row-time', dateTime: event.timestamp, title: formatTime(event.timestamp, zone, 'exact')}, formatTime(event.timestamp, zone, 'short')),
    t.span({class: classes('level', event.level.toLowerCase())}, event.level),
    columns.map((name) => t.span({class: 'row-column', key: name, title: name}, c(LogText, {text: valueOf(event, name), line: true, most: 200}))),
    t.span({class: 'row-message'}, c(LogText, {text: event.message ?? '', highlight, line: true, most: MOST_IN_ROW})),
  );
}

/** The widths of the columns of a list of rows. */
export const columnWidths = (columns) =>
  ['1em', '11.6em', '3.9em', ...columns.map((name) => WIDTHS[name] ?? '10em'), 'minmax(0, 1fr)'].join(' ');

/** The text of a member, or of a structured field, of an event. */
export function valueOf(event, name) {
  const value = event[name] ?? new Map(flattened(event.fields)).get(name.replace(/^fields\./, ''));
  return value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
}
