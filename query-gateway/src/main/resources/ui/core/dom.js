import {Fragment, h} from 'preact';

/**
 * Elements by their names: `t.div({class: 'row'}, 'text', t.b('bold'))`. Attributes may be left
 * out. Strings become text nodes, whatever they hold: nothing here makes markup out of text.
 */
export const t = new Proxy(
  {},
  {
    get: (target, name) => (target[name] ??= (...args) => element(name, args)),
  },
);

/** A component with its properties and children: `c(Button, {onClick}, 'Save')`. */
export const c = (component, ...args) => element(component, args);

/** Several elements side by side. */
export const all = (...children) => h(Fragment, null, ...children);

function element(type, args) {
  const [first, ...rest] = args;
  return isAttributes(first) ? h(type, first, ...rest) : h(type, null, ...args);
}

/** An element that was made has no constructor, an object of attributes has the usual one. */
function isAttributes(value) {
  return value !== null && typeof value === 'object' && value.constructor === Object;
}

/** The names of classes that are wanted: `classes('row', {open, selected: at === 3})`. */
export function classes(...names) {
  return names
    .flatMap((name) =>
      typeof name === 'string' ? [name] : Object.keys(name ?? {}).filter((key) => name[key]),
    )
    .join(' ');
}
