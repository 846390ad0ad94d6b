import {all, c, classes, t} from '../core/dom.js';
import {useEffect, useLayoutEffect, useRef, useState} from 'preact/hooks';
import {atCaret, complete, lex, LEVELS, matching, valueTerm} from '../core/query.js';

const OPERATORS = ['AND', 'OR', 'NOT'];
const DEBOUNCE = 120;

/**
 * Where a query is written: in colours, with completion of fields and values, and with what is wrong
 * shown where it is wrong.
 *
 * @param {string} value the query that was run last
 * @param {(query: string) => void} onRun
 * @param {string[]} fields names that are known
 * @param {(field: string, signal: AbortSignal) => Promise<{value: string, count: number}[]>} valuesOf
 * @param {?{reason: string, position?: number}} error of the query that was run last
 */
export function QueryBar({value, onRun, fields, valuesOf, error, inputRef}) {
  const [text, setText] = useState(value);
  const [caret, setCaret] = useState(null);
  const [choices, setChoices] = useState([]);
  const [chosen, setChosen] = useState(-1);
  const [wantsChoices, setWantsChoices] = useState(false);
  const own = useRef(null);
  const input = inputRef ?? own;
  const backdrop = useRef(null);
  const nextCaret = useRef(null);

  useEffect(() => setText(value), [value]);
  useLayoutEffect(() => {
    if (nextCaret.current !== null) {
      input.current.setSelectionRange(nextCaret.current, nextCaret.current);
      setCaret(nextCaret.current);
      nextCaret.current = null;
    }
    backdrop.current.scrollLeft = input.current.scrollLeft;
  });

  const place = wantsChoices && caret !== null ? atCaret(text, caret) : null;
  useEffect(() => {
    if (place === null) {
      setChoices([]);
      return undefined;
    }
    if (place.field === null) {
      show(names(place.prefix, fields));
      return undefined;
    }
    const controller = new AbortController();
    const timer = setTimeout(() => {
      values(place, valuesOf, controller.signal).then(show, () => setChoices([]));
    }, DEBOUNCE);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [place?.field, place?.prefix, place?.start, wantsChoices]);

  function show(list) {
    setChoices(list);
    setChosen(-1);
  }

  function take(choice) {
    const done = complete(text, atCaret(text, caret ?? text.length), choice.insert);
    setText(done.text);
    nextCaret.current = done.caret;
    // The value of a field is what comes next.
    setWantsChoices(choice.insert.endsWith(':'));
    setChoices([]);
    input.current.focus();
  }

  function run() {
    setWantsChoices(false);
    setChoices([]);
    onRun(text.trim());
  }

  function onKeyDown(event) {
    const open = choices.length > 0;
    if (open && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setChosen((chosen + step + choices.length + (chosen < 0 && step < 0 ? 1 : 0)) % choices.length);
    } else if (open && (event.key === 'Tab' || (event.key === 'Enter' && chosen >= 0)) && !event.shiftKey) {
      take(choices[Math.max(0, chosen)]);
    } else if (event.key === 'Enter') {
      run();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      if (open) {
        setWantsChoices(false);
      } else {
        input.current.blur();
      }
    } else if (event.key === ' ' && event.ctrlKey) {
      setCaret(input.current.selectionStart);
      setWantsChoices(true);
    } else {
      return;
    }
    event.preventDefault();
  }

  function onInput(event) {
    setText(event.currentTarget.value);
    setCaret(event.currentTarget.selectionStart);
    setWantsChoices(true);
  }

  // What is wrong is shown until it is changed.
  const wrong = error && text === value ? error : null;
  return t.div(
    {class: classes('query-bar', {wrong: Boolean(wrong)})},
    t.div(
      {class: 'query-field'},
      t.div({class: 'query-colours', 'aria-hidden': true, ref: backdrop}, coloured(text, wrong?.position)),
      t.input({
        ref: input,
        class: 'query-input',
        type: 'text',
        role: 'combobox',
        value: text,
        placeholder: 'Search: service:payments level:(ERROR OR WARN) "connection refused" -health',
        'aria-label': 'Query',
        'aria-expanded': choices.length > 0,
        'aria-controls': 'query-choices',
        'aria-autocomplete': 'list',
        'aria-activedescendant': chosen >= 0 ? `query-choice-${chosen}` : undefined,
        'aria-invalid': Boolean(wrong),
        'aria-describedby': wrong ? 'query-error' : undefined,
        autocomplete: 'off',
        autocapitalize: 'off',
        spellcheck: false,
        maxLength: 4096,
        onInput,
        onKeyDown,
        onFocus: () => setCaret(input.current.selectionStart),
        onSelect: () => setCaret(input.current.selectionStart),
        onScroll: () => (backdrop.current.scrollLeft = input.current.scrollLeft),
        onBlur: () => setWantsChoices(false),
      }),
      text !== '' &&
        t.button(
          {type: 'button', class: 'query-clear', title: 'Clear the query', 'aria-label': 'Clear the query', onClick: () => onRun('')},
          '✕',
        ),
    ),
    choices.length > 0 && c(Choices, {choices, chosen, take}),
    wrong && c(QueryError, {error: wrong, text, input}),
  );
}

function Choices({choices, chosen, take}) {
  return t.ul(
    {class: 'choices', id: 'query-choices', role: 'listbox', 'aria-label': 'Completions'},
    choices.map((choice, index) =>
      t.li(
        {
          id: `query-choice-${index}`,
          role: 'option',
          'aria-selected': index === chosen,
          class: classes({chosen: index === chosen}),
          // Before the input loses the focus.
          onMouseDown: (event) => {
            event.preventDefault();
            take(choice);
          },
        },
        t.span({class: 'choice-text'}, choice.label),
        choice.note && t.span({class: 'choice-note'}, choice.note),
      ),
    ),
  );
}

function QueryError({error, text, input}) {
  const at = error.position;
  return t.div(
    {class: 'query-error', id: 'query-error', role: 'alert'},
    at !== undefined && t.pre({class: 'query-pointer'}, t.span(text.slice(Math.max(0, at - 24), at)), t.b(text[at] ?? '␣'), t.span(text.slice(at + 1, at + 25))),
    t.span(error.reason),
    at !== undefined &&
      t.button(
        {
          type: 'button',
          class: 'button plain',
          onClick: () => {
            input.current.focus();
            input.current.setSelectionRange(at, Math.min(text.length, at + 1));
          },
        },
        'Go there',
      ),
  );
}

/** The query again, below the input whose own letters are transparent. */
function coloured(text, wrongAt) {
  const parts = lex(text).map((token) => piece(token, wrongAt));
  return all(parts, wrongAt >= text.length && t.span({class: 'q-wrong'}, '\u00a0'), '\u00a0');
}

function piece(token, wrongAt) {
  const inside = wrongAt - token.start;
  if (!(inside >= 0 && inside < token.text.length)) {
    return t.span({class: `q-${token.kind}`}, token.text);
  }
  return t.span(
    {class: `q-${token.kind}`},
    token.text.slice(0, inside),
    t.span({class: 'q-wrong'}, token.text[inside]),
    token.text.slice(inside + 1),
  );
}

function names(prefix, fields) {
  const known = matching(fields, prefix).map((name) => ({label: `${name}:`, insert: `${name}:`, note: 'field'}));
  const operators = prefix === '' ? [] : OPERATORS.filter((word) => word.startsWith(prefix));
  return [...known, ...operators.map((word) => ({label: word, insert: word, note: 'operator'}))].slice(0, 12);
}

async function values(place, valuesOf, signal) {
  const known =
    place.field === 'level' ? LEVELS.map((value) => ({value})) : await valuesOf(place.field, signal);
  const counts = new Map(known.map(({value, count}) => [value, count]));
  return matching([...counts.keys()], place.prefix).map((value) => ({
    label: value,
    insert: valueTerm(value),
    note: counts.get(value) === undefined ? '' : String(counts.get(value)),
  }));
}
