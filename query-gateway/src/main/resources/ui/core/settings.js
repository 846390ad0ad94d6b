/**
 * What a person prefers on this machine: theme and time zone. Nothing of it is needed to follow a
 * permalink, whose parameters win. A browser that keeps nothing is no reason to fail.
 */
const PREFIX = 'weir.';

export function remembered(name, otherwise) {
  try {
    return localStorage.getItem(PREFIX + name) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // It lasts until the page is closed.
  }
}

/** Applies a theme: `light`, `dark`, or `auto` for what the system says. */
export function applyTheme(theme) {
  if (theme === 'auto') {
    document.documentElement.removeAttribute('data-theme');
  } else {
    document.documentElement.dataset.theme = theme;
  }
  dispatchEvent(new Event('weir-theme'));
}
