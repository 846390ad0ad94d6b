/**
 * The query language as far as a query bar needs it: colours, completion, adding and taking away
 * terms, and what to highlight. The gateway's parser has the last word (docs/query-language.md).
 */

/** Fields that every event may have, beside its structured ones. */
export const FIELDS = ['service', 'host', 'level', 'region', 'message', 'timestamp', 'id', 'flags', 'kafka_topic', 'kafka_partition', 'kafka_offset'];

export const LEVELS = ['FATAL', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE'];

const OPERATORS = ['AND', 'OR', 'NOT'];

/**
 * Splits a query into tokens without a gap: blank, phrase, paren, operator, negation, field (with
 * its colon), range and word. Never fails; an open phrase ends with the text.
 *
 * @returns {{kind: string, start: number, end: number, text: string}[]}
 */
export function lex(text) {
  const tokens = [];
  let at = 0;
  const push = (kind, end) => {
    tokens.push({kind, start: at, end, text: text.slice(at, end)});
    at = end;
  };
  while (at < text.length) {
    const rest = text.slice(at);
    let match;
    if ((match = /^\s+/.exec(rest))) {
      push('blank', at + match[0].length);
    } else if ((match = /^"(?:\\[\s\S]|[^"\\])*"?/.exec(rest))) {
      push('phrase', at + match[0].length);
    } else if (/^[()]/.test(rest)) {
      push('paren', at + 1);
    } else if ((match = /^(?:AND|OR|NOT)(?=[\s()]|$)/.exec(rest))) {
      push('operator', at + match[0].length);
    } else if (/^-[^\s)]/.test(rest) && startsTerm(tokens)) {
      push('negation', at + 1);
    } else if ((match = /^(?:\\.|[\p{L}\p{N}_.@/$#-])+:/u.exec(rest)) && startsTerm(tokens)) {
      push('field', at + match[0].length);
    } else if ((match = /^[[{][^\]}]*[\]}]/.exec(rest)) && tokens.at(-1)?.kind === 'field') {
      push('range', at + match[0].length);
    } else {
      match = /^(?:\\[\s\S]|[^\s()"\\])+/.exec(rest);
      push('word', at + (match ? match[0].length : 1));
    }
  }
  return tokens;
}

function startsTerm(tokens) {
  const last = tokens.at(-1);
  return !last || ['blank', 'operator', 'negation'].includes(last.kind) || last.text === '(';
}

/**
 * What is being written at a caret: the name of a field or a word, or the value of a field.
 *
 * @returns {{start: number, end: number, field: ?string, prefix: string}} what would be replaced,
 *     the field whose value it is, and what of it has been written
 */
export function atCaret(text, caret) {
  const tokens = lex(text);
  const index = tokens.findIndex((token) => token.start < caret && caret <= token.end);
  const token = tokens[index];
  if (!token || ['blank', 'paren', 'operator', 'negation'].includes(token.kind)) {
    return {start: caret, end: caret, field: enclosingField(tokens, index + 1, caret), prefix: ''};
  }
  if (token.kind === 'field') {
    return caret === token.end
      ? {start: caret, end: caret, field: fieldName(token), prefix: ''}
      : {start: token.start, end: token.end, field: null, prefix: text.slice(token.start, caret)};
  }
  const before = tokens[index - 1];
  const field = before?.kind === 'field' ? fieldName(before) : enclosingField(tokens, index, caret);
  return {start: token.start, end: token.end, field, prefix: unquoted(text.slice(token.start, caret))};
}

/** The field of the group in parentheses that a place lies in. */
function enclosingField(tokens, until, caret) {
  let depth = 0;
  for (let i = Math.min(until, tokens.length) - 1; i >= 0; i--) {
    if (tokens[i].start >= caret) {
      continue;
    }
    if (tokens[i].text === ')') {
      depth++;
    } else if (tokens[i].text === '(' && depth-- === 0) {
      return tokens[i - 1]?.kind === 'field' ? fieldName(tokens[i - 1]) : null;
    }
  }
  return null;
}

const fieldName = (token) => token.text.slice(0, -1).replace(/\\(.)/g, '$1');

const unquoted = (text) => text.replace(/^"/, '').replace(/"$/, '').replace(/\\(.)/g, '$1');

/**
 * What could stand there instead, the likeliest first: names whose beginning was written come before
 * names that only contain it.
 *
 * @param {string[]} candidates
 */
export function matching(candidates, prefix, most = 12) {
  const wanted = prefix.toLowerCase();
  const rank = (name) => {
    const at = name.toLowerCase().indexOf(wanted);
    return at === 0 ? 0 : at > 0 ? 1 : 2;
  };
  return candidates
    .map((name, index) => ({name, index, rank: rank(name)}))
    .filter((candidate) => candidate.rank < 2 && candidate.name !== prefix)
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .slice(0, most)
    .map((candidate) => candidate.name);
}

/**
 * Puts a completion in place.
 *
 * @returns {{text: string, caret: number}}
 */
export function complete(text, place, replacement) {
  const after = text.slice(place.end);
  const blank = replacement.endsWith(':') || /^[\s)]/.test(after) ? '' : ' ';
  const head = text.slice(0, place.start) + replacement + blank;
  return {text: head + after, caret: head.length};
}

/** The name of a structured field; the long form where an event has a member of this name. */
export function fieldTerm(name, structured) {
  const escaped = name.replace(/[^\p{L}\p{N}_.@/$#-]/gu, '\\$&');
  const clash = FIELDS.includes(name) || ['msg', 'severity', 'hostname'].includes(name);
  // A name does not start with a digit or a dash unless something stands before it.
  return (structured && clash) || /^[\d-]/.test(escaped) ? `fields.${escaped}` : escaped;
}

/** A value as it is written in a query. */
export function valueTerm(value) {
  const text = String(value);
  if (/^[\p{L}\p{N}_./@$#][\p{L}\p{N}_./@$#-]*$/u.test(text) && !OPERATORS.includes(text)) {
    return text;
  }
  const escaped = text.replace(/[\\"]/g, '\\$&').replace(/[\u0000-\u001f]/g, escapeControl);
  return `"${escaped}"`;
}

function escapeControl(character) {
  const short = {'\n': '\\n', '\r': '\\r', '\t': '\\t'}[character];
  return short ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * Adds a term to a query, or its negation; takes away its opposite, and itself if it is there.
 *
 * @param {string} term such as `service:payments`
 */
export function toggled(query, term, negative) {
  const wanted = negative ? `-${term}` : term;
  const opposite = negative ? term : `-${term}`;
  const there = without(query, wanted);
  if (there !== query.trim()) {
    return there;
  }
  const rest = without(query, opposite);
  if (rest === '') {
    return wanted;
  }
  return hasOr(rest) ? `(${rest}) ${wanted}` : `${rest} ${wanted}`;
}

/** Whether a query has a term at its top, as it is. */
export const hasTerm = (query, term) => without(query, term) !== query.trim();

function without(query, term) {
  const wanted = lex(term).map((token) => token.text);
  const tokens = lex(query);
  let depth = 0;
  for (let i = 0; i + wanted.length <= tokens.length; i++) {
    depth += tokens[i].text === '(' ? 1 : tokens[i].text === ')' ? -1 : 0;
    const before = tokens[i - 1]?.kind;
    const after = tokens[i + wanted.length];
    const fits =
      depth === 0 &&
      (before === undefined || before === 'blank') &&
      (after === undefined || after.kind === 'blank') &&
      !isOperator(tokens[i - 2]) &&
      !isOperator(tokens[i + wanted.length + 1]) &&
      wanted.every((text, k) => tokens[i + k].text === text);
    if (fits) {
      const end = after ? after.end : tokens[i + wanted.length - 1].end;
      return (query.slice(0, tokens[i].start) + query.slice(end)).trim();
    }
  }
  return query.trim();
}

const isOperator = (token) => token?.kind === 'operator';

function hasOr(query) {
  let depth = 0;
  return lex(query).some((token) => {
    depth += token.text === '(' ? 1 : token.text === ')' ? -1 : 0;
    return depth === 0 && token.text === 'OR';
  });
}

/**
 * What a query looks for in messages, as an expression that finds it: whole words, phrases, and the
 * beginnings of words; nothing of what is excluded.
 *
 * @returns {?RegExp} null if it looks for nothing there
 */
export function highlighter(query) {
  const found = [];
  const tokens = lex(query);
  let negatedDepth = Infinity;
  let depth = 0;
  tokens.forEach((token, i) => {
    const before = tokens[i - 1];
    const operator = tokens[i - 2];
    if (token.text === '(' || token.text === ')') {
      depth += token.text === '(' ? 1 : -1;
      if (token.text === '(' && isNegated(before, operator)) {
        negatedDepth = Math.min(negatedDepth, depth);
      } else if (depth < negatedDepth) {
        negatedDepth = Infinity;
      }
      return;
    }
    if (!['word', 'phrase'].includes(token.kind) || depth >= negatedDepth || isNegated(before, operator)) {
      return;
    }
    const field = before?.kind === 'field' ? fieldName(before) : enclosingField(tokens, i, token.start + 1);
    if (field !== null && !['message', 'msg'].includes(field)) {
      return;
    }
    if (before?.kind === 'field' && isNegated(tokens[i - 2], tokens[i - 3])) {
      return;
    }
    const prefix = token.kind === 'word' && token.text.endsWith('*');
    const words = unquoted(token.text).match(/[\p{L}\p{N}_]+/gu);
    if (words) {
      found.push(words.map(escaped).join('[^\\p{L}\\p{N}_]+') + (prefix ? '[\\p{L}\\p{N}_]*' : ''));
    }
  });
  return found.length === 0
    ? null
    : new RegExp(`(?<![\\p{L}\\p{N}_])(?:${found.join('|')})(?![\\p{L}\\p{N}_])`, 'giu');
}

const isNegated = (before, operator) =>
  before?.kind === 'negation' || (before?.kind === 'blank' && operator?.text === 'NOT');

const escaped = (text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
