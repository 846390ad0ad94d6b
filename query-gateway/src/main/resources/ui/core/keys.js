import {useEffect, useRef} from 'preact/hooks';

const EDITABLE = 'input, textarea, select, [contenteditable]';

/**
 * Calls a handler for a key, unless somebody is typing or a modifier is held. The last that was
 * mounted wins, so that a dialog shadows what lies below it.
 *
 * @param {Object<string, (event: KeyboardEvent) => void>} handlers by `event.key`
 */
export function useKeys(handlers) {
  const latest = useRef(handlers);
  latest.current = handlers;
  useEffect(() => {
    const entry = (event) => latest.current[event.key];
    layers.push(entry);
    return () => {
      layers.splice(layers.indexOf(entry), 1);
    };
  }, []);
}

const layers = [];

addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) {
    return;
  }
  const typing = event.target instanceof Element && event.target.matches(EDITABLE);
  if (typing && event.key !== 'Escape') {
    return;
  }
  for (let i = layers.length - 1; i >= 0; i--) {
    const handler = layers[i](event);
    if (handler) {
      event.preventDefault();
      handler(event);
      return;
    }
  }
});

/** What the keys do, for the help. */
export const KEYS = [
  ['/', 'go to the query'],
  ['j  k', 'next, previous line'],
  ['Enter', 'open or close the line; run the query'],
  ['c', 'lines around the selected one'],
  ['l', 'live: start, pause, resume'],
  ['r', 'search again'],
  ['t', 'choose the time range'],
  ['y', 'copy a link to what you see'],
  ['1 – 5', 'logs, metrics, dashboards, alerts, pipeline'],
  ['Esc', 'close what is open'],
  ['?', 'this help'],
];
