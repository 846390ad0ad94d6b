/** Points in time and spans as people write them. Zones are `utc` and `local`, the browser's. */

const UNITS = {s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000};
const NAMES = {s: 'second', m: 'minute', h: 'hour', d: 'day'};
const RELATIVE = /^now(?:\s*([+-])\s*(\d{1,6})\s*([smhd]))?$/;
const ABSOLUTE =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;

/**
 * Reads a point in time: `now-15m`, `2026-03-29 10:00` in a zone, RFC 3339, or a number since the
 * epoch (seconds up to ten digits, else milliseconds).
 *
 * @returns {number} milliseconds since the epoch, NaN if it is none
 */
export function parseTime(text, zone, now = Date.now()) {
  const trimmed = text.trim();
  const relative = RELATIVE.exec(trimmed.toLowerCase());
  if (relative) {
    const [, sign, amount, unit] = relative;
    return now + (sign ? (sign === '-' ? -1 : 1) * Number(amount) * UNITS[unit] : 0);
  }
  if (/^\d{9,13}$/.test(trimmed)) {
    return Number(trimmed) * (trimmed.length <= 10 ? 1000 : 1);
  }
  const parts = ABSOLUTE.exec(trimmed);
  if (!parts) {
    return NaN;
  }
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0));
  const millis = Number((parts[7] ?? '').padEnd(3, '0').slice(0, 3));
  // Date takes the 31st of February for the 3rd of March.
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (month < 1 || month > 12 || day < 1 || day > days || hour > 23 || minute > 59 || second > 59) {
    return NaN;
  }
  const offset = parts[8];
  if (offset || zone === 'utc') {
    return Date.UTC(year, month - 1, day, hour, minute, second, millis) - offsetMillis(offset);
  }
  return new Date(year, month - 1, day, hour, minute, second, millis).getTime();
}

function offsetMillis(offset) {
  if (!offset || offset.toUpperCase() === 'Z') {
    return 0;
  }
  const digits = offset.slice(1).replace(':', '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (offset[0] === '-' ? -1 : 1) * minutes * UNITS.m;
}

/** True for a time that means another instant each time it is read. */
export const isRelative = (text) => RELATIVE.test(text.trim().toLowerCase());

/**
 * What to send for a time that somebody wrote: relative times as they are, any other as RFC 3339.
 *
 * @throws {RangeError} if it is no time
 */
export function toParameter(text, zone) {
  if (isRelative(text)) {
    return text.trim().toLowerCase().replace(/\s/g, '');
  }
  const millis = parseTime(text, zone);
  if (Number.isNaN(millis)) {
    throw new RangeError(`“${text}” is no time; write now-15m, 2026-03-29 10:00 or 2026-03-29T10:00Z`);
  }
  return iso(millis);
}

/** RFC 3339 in UTC, without a fraction that says nothing. */
export const iso = (millis) => new Date(millis).toISOString().replace(/\.000Z$/, 'Z');

/**
 * A time for people: `2026-03-29 10:00:00.123`.
 *
 * @param {string|number} time RFC 3339 or milliseconds
 * @param {'utc'|'local'} zone
 * @param {'full'|'short'|'clock'|'exact'} style with date; without year; time of day; all digits
 */
export function formatTime(time, zone, style = 'full') {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) {
    return String(time);
  }
  const shifted = zone === 'utc' ? date : new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  const text = shifted.toISOString();
  const clock = text.slice(11, 23);
  switch (style) {
    case 'clock':
      return clock;
    case 'short':
      return `${text.slice(5, 10)} ${clock}`;
    case 'exact':
      return `${text.slice(0, 10)} ${clock}${beyondMillis(time)}${suffix(date, zone)}`;
    default:
      return `${text.slice(0, 10)} ${text.slice(11, 19)}`;
  }
}

/** The digits of a time that Date has no room for. */
function beyondMillis(time) {
  const fraction = /\.\d{3}(\d+)/.exec(String(time));
  return fraction ? fraction[1].replace(/0+$/, '') : '';
}

function suffix(date, zone) {
  if (zone === 'utc') {
    return 'Z';
  }
  const minutes = -date.getTimezoneOffset();
  const two = (number) => String(Math.abs(Math.trunc(number))).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}

/** A range for people: `Last 15 minutes`, or both of its ends. */
export function rangeLabel(from, to, zone) {
  const start = /^now-(\d+)([smhd])$/.exec(from);
  if (start && (to === '' || to === 'now')) {
    const [amount, unit] = simplest(Number(start[1]), start[2]);
    return `Last ${Number(amount) === 1 ? '' : `${amount} `}${NAMES[unit]}${Number(amount) === 1 ? '' : 's'}`;
  }
  return `${end(from, zone)} → ${end(to || 'now', zone)}`;
}

/** The same span in the largest unit that needs no fraction: 10800 s are 3 h. */
function simplest(amount, unit) {
  const millis = amount * UNITS[unit];
  const larger = ['d', 'h', 'm'].find((one) => millis % UNITS[one] === 0 && UNITS[one] > UNITS[unit]);
  return larger && !(larger === 'd' && millis === UNITS.d) ? [millis / UNITS[larger], larger] : [amount, unit];
}

function end(text, zone) {
  const millis = isRelative(text) ? NaN : parseTime(text, 'utc');
  return Number.isNaN(millis) ? text : formatTime(millis, zone);
}

/** A span for people: `340 ms`, `2.5 s`, `3 min 20 s`, `4 h 5 min`, `2 d 3 h`. */
export function formatSpan(millis) {
  if (millis === null || millis === undefined || Number.isNaN(millis)) {
    return '–';
  }
  const size = Math.abs(millis);
  if (size < 1000) {
    return `${Math.round(millis)} ms`;
  }
  if (size < UNITS.m) {
    return `${(millis / 1000).toFixed(size < 10_000 ? 1 : 0)} s`;
  }
  const [large, small, names] =
    size < UNITS.h
      ? [UNITS.m, UNITS.s, ['min', 's']]
      : size < UNITS.d
        ? [UNITS.h, UNITS.m, ['h', 'min']]
        : [UNITS.d, UNITS.h, ['d', 'h']];
  const rest = Math.floor((size % large) / small);
  return `${millis < 0 ? '-' : ''}${Math.floor(size / large)} ${names[0]}${rest ? ` ${rest} ${names[1]}` : ''}`;
}

/** How long ago a time was: `3 s ago`. */
export const ago = (time, now = Date.now()) =>
  `${formatSpan(Math.max(0, now - new Date(time).getTime())).replace(/ [^ ]+ (s|min|h)$/, '')} ago`;

/** A range twice as long around the same middle, or of the same length before or after. */
export function movedRange(fromMillis, toMillis, how, now = Date.now()) {
  const length = toMillis - fromMillis;
  const by = {wider: [-length / 2, length / 2], back: [-length / 2, -length / 2], ahead: [length / 2, length / 2]}[how];
  const end = Math.min(toMillis + by[1], how === 'back' ? Infinity : now);
  return {from: iso(Math.round(Math.max(0, how === 'ahead' ? end - length : fromMillis + by[0]))), to: iso(Math.round(end))};
}

/** A range as two instants, however it is written. */
export function instants(from, to, now = Date.now()) {
  return {from: iso(parseTime(from, 'utc', now)), to: iso(parseTime(to || 'now', 'utc', now))};
}
