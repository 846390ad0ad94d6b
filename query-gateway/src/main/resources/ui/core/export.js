/** Events as files. */
import {flattened} from './text.js';

const COLUMNS = ['timestamp', 'level', 'service', 'host', 'region', 'message'];

/** One JSON object a line. */
export const ndjson = (events) => events.map((event) => `${JSON.stringify(event)}\n`).join('');

/** RFC 4180: the members of every event, then each structured field that any of them has. */
export function csv(events) {
  const names = new Set();
  const rows = events.map((event) => {
    const fields = new Map(flattened(event.fields));
    fields.forEach((value, name) => names.add(name));
    return {event, fields};
  });
  const extra = [...names].sort();
  const header = [...COLUMNS, ...extra.map((name) => `fields.${name}`), 'event_id'];
  const lines = rows.map(({event, fields}) =>
    [...COLUMNS.map((name) => event[name]), ...extra.map((name) => fields.get(name)), event.event_id].map(cell).join(','),
  );
  return [header.map(cell).join(','), ...lines].map((line) => `${line}\r\n`).join('');
}

/** A text that a spreadsheet would take for a formula is marked as text. */
function cell(value) {
  const text = value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
  const inert = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

/** Hands a file to the person. */
export function download(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], {type}));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
