import {useEffect, useState} from 'preact/hooks';

/**
 * Where one is: the last part of the path is the view, the parameters are all of its state, so that
 * the address is a permalink at any time.
 */
const listeners = new Set();

/** @returns {{view: string, params: Object<string, string>}} */
export function current() {
  const view = location.pathname.split('/').pop() || 'logs';
  return {view, params: Object.fromEntries(new URLSearchParams(location.search))};
}

/** The address of a view; parameters that are empty are left out. */
export function link(view, params = {}) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined && value !== null && value !== '' && value !== false) {
      search.set(name, value === true ? '1' : String(value));
    }
  }
  const text = search.toString();
  return text === '' ? view : `${view}?${text}`;
}

/** In which zone times are shown belongs to who looks, and goes from view to view. */
const withZone = (params) => ({tz: current().params.tz, ...params});

/** Goes somewhere. A replaced address leaves no entry in the history. */
export function go(view, params, {replace = false} = {}) {
  const address = link(view, withZone(params));
  if (replace) {
    history.replaceState(null, '', address);
  } else {
    history.pushState(null, '', address);
  }
  listeners.forEach((listener) => listener());
}

/** Changes some parameters of where one is. */
export function change(params, options) {
  const at = current();
  go(at.view, {...at.params, ...params}, options);
}

/** The route, followed. */
export function useRoute() {
  const [route, setRoute] = useState(current);
  useEffect(() => {
    const update = () => setRoute(current());
    listeners.add(update);
    addEventListener('popstate', update);
    return () => {
      listeners.delete(update);
      removeEventListener('popstate', update);
    };
  }, []);
  return route;
}

/** Properties of a link that is followed without loading the page anew. */
export function follows(view, params) {
  return {
    href: link(view, withZone(params)),
    onClick: (event) => {
      if (event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
        event.preventDefault();
        go(view, params);
      }
    },
  };
}
