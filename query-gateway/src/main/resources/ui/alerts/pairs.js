import {all, c, t} from '../core/dom.js';
import {Button} from '../parts/basics.js';

/**
 * Names and their values, a row each: any character may be in a value.
 *
 * @param {{name: string, legend: string, hint: string, rows: [string, string][], error: ?string,
 *     onChange: (rows: [string, string][]) => void}} properties
 */
export function Pairs({name, legend, hint, rows, error, onChange}) {
  const set = (index, place, text) => onChange(rows.map((row, at) => (at === index ? row.with(place, text) : row)));
  return t.fieldset(
    {class: `pairs${error ? ' wrong' : ''}`, 'data-name': name},
    t.legend(legend),
    rows.map(([key, value], index) =>
      t.div(
        {class: 'pair', key: index},
        t.input({'aria-label': `${legend}: name`, value: key, spellcheck: false, placeholder: 'name', onInput: (event) => set(index, 0, event.currentTarget.value)}),
        t.input({'aria-label': `${legend}: value`, value, spellcheck: false, placeholder: 'value', onInput: (event) => set(index, 1, event.currentTarget.value)}),
        c(Button, {kind: 'plain', hint: 'Without this one', onClick: () => onChange(rows.filter((_, at) => at !== index))}, '✕'),
      ),
    ),
    all(c(Button, {kind: 'small', onClick: () => onChange([...rows, ['', '']])}, '+ Name and value'), t.span({class: 'field-hint'}, hint)),
    error && t.span({class: 'field-error', role: 'alert'}, error),
  );
}
