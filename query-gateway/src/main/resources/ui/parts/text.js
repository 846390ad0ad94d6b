import {t} from '../core/dom.js';
import {readable} from '../core/text.js';

/**
 * Text of a log: text nodes, marks around what was looked for, and names in place of characters that
 * would change how others are shown. Isolated, so that its direction stays its own.
 */
export function LogText({text, highlight, line = false, most = Infinity}) {
  const {parts} = readable(text, highlight, {line, most});
  return t.bdi({class: 'log-text', dir: line ? 'ltr' : 'auto'}, parts.map(part));
}

function part({text, mark, control}) {
  if (control) {
    return t.span({class: 'control-char', title: control}, text);
  }
  return mark ? t.mark(text) : text;
}
