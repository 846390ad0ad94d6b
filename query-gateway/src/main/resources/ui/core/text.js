/**
 * Text that somebody else wrote, made safe to read. It is never markup: everything here ends in
 * text nodes. Escape sequences of terminals are taken out, and characters that would change how
 * others are shown (bidirectional controls, controls, zero width) are shown by their names.
 */

/** CSI, OSC and two-character sequences of ECMA-48. */
const ANSI =
  // eslint-disable-next-line no-control-regex
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[ -/]*[0-~]/g;

const NAMES = new Map(
  Object.entries({
    '\u061c': 'ALM', '\u200b': 'ZWSP', '\u200e': 'LRM', '\u200f': 'RLM', '\u202a': 'LRE', '\u202b': 'RLE',
    '\u202c': 'PDF', '\u202d': 'LRO', '\u202e': 'RLO', '\u2060': 'WJ', '\u2066': 'LRI', '\u2067': 'RLI',
    '\u2068': 'FSI', '\u2069': 'PDI', '\u2028': 'LS', '\u2029': 'PS', '\ufeff': 'BOM',
  }),
);

// eslint-disable-next-line no-control-regex
const SPECIAL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/gu;

/**
 * @typedef {{text: string, mark?: boolean, control?: string}} Part
 * @param {string} text of a log
 * @param {?RegExp} highlight what to mark
 * @param {{line?: boolean, most?: number}} options one line, with signs for its breaks; characters
 * @returns {{parts: Part[], escapes: number, cut: number}} how many escape sequences were taken out,
 *     and how many characters were left out at the end
 */
export function readable(text, highlight, {line = false, most = Infinity} = {}) {
  let escapes = 0;
  const shown = text.slice(0, most + 2000).replace(ANSI, () => {
    escapes++;
    return '';
  });
  let end = Math.min(shown.length, most);
  if (end < shown.length && isHighSurrogate(shown.charCodeAt(end - 1))) {
    end--;
  }
  const kept = shown.slice(0, end);
  return {
    parts: marked(line ? kept.replace(/\r\n|\n|\r/g, '⏎').replace(/\t/g, ' ') : kept, highlight),
    escapes,
    cut: Math.max(0, text.length - (end < shown.length ? end : text.slice(0, most + 2000).length)),
  };
}

const isHighSurrogate = (code) => code >= 0xd800 && code < 0xdc00;

function marked(text, highlight) {
  if (!highlight) {
    return named(text, false);
  }
  const parts = [];
  let at = 0;
  for (const match of text.matchAll(highlight)) {
    if (match[0] !== '') {
      parts.push(...named(text.slice(at, match.index), false), ...named(match[0], true));
      at = match.index + match[0].length;
    }
  }
  return [...parts, ...named(text.slice(at), false)];
}

function named(text, mark) {
  const parts = [];
  let at = 0;
  for (const match of text.matchAll(SPECIAL)) {
    if (match.index > at) {
      parts.push({text: text.slice(at, match.index), mark});
    }
    parts.push({text: nameOf(match[0]), control: describe(match[0])});
    at = match.index + 1;
  }
  if (at < text.length) {
    parts.push({text: text.slice(at), mark});
  }
  return parts;
}

function nameOf(character) {
  const code = character.charCodeAt(0);
  return NAMES.get(character) ?? (code < 0x20 || code === 0x7f ? `^${String.fromCharCode(code ^ 0x40)}` : hex(code));
}

const describe = (character) => `character ${hex(character.charCodeAt(0))}, shown and not obeyed`;

const hex = (code) => `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;

/** A number of bytes or characters for people. */
export function formatSize(size) {
  const units = ['', ' k', ' M', ' G', ' T'];
  let value = size;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)}${units[unit]}`;
}

/** A count for people, with thin blanks between thousands. */
export const formatCount = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, '\u202f');

/** A measured value for people: up to four digits that matter. */
export function formatValue(value) {
  if (value === null || value === undefined || Number.isNaN(value)) {
    return '–';
  }
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e15)) {
    return value.toExponential(2);
  }
  if (size >= 10_000) {
    const unit = size >= 1e12 ? [1e12, 'T'] : size >= 1e9 ? [1e9, 'G'] : size >= 1e6 ? [1e6, 'M'] : [1e3, 'k'];
    return `${trimmed((value / unit[0]).toPrecision(4))}${unit[1]}`;
  }
  return trimmed(value.toPrecision(4));
}

const trimmed = (digits) => (digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits);

/** The leaves of an object by their dotted names, in order: what the query language calls fields. */
export function flattened(object, prefix = '') {
  return Object.entries(object ?? {}).flatMap(([name, value]) => {
    const path = prefix ? `${prefix}.${name}` : name;
    return value !== null && typeof value === 'object' && !Array.isArray(value)
      ? flattened(value, path)
      : [[path, value]];
  });
}
