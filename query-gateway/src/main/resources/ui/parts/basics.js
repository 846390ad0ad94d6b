import {all, c, classes, t} from '../core/dom.js';
import {useEffect, useRef, useState} from 'preact/hooks';
import {useKeys} from '../core/keys.js';

/** A button; `hint` names it for those who cannot see its sign. */
export function Button({kind = '', hint, pressed, children, ...rest}) {
  return t.button(
    {type: 'button', class: classes('button', kind), title: hint, 'aria-label': hint, 'aria-pressed': pressed, ...rest},
    children,
  );
}

/**
 * Something to know, with what to do about it.
 *
 * @param {{kind: 'error'|'warning'|'info', title: string}} properties
 */
export function Notice({kind = 'info', title, action, children}) {
  return t.div(
    {class: classes('notice', kind), role: kind === 'error' ? 'alert' : 'status'},
    t.div(t.strong(title), children && t.div({class: 'notice-text'}, children)),
    action,
  );
}

/** Why a call failed, and a way to make it again. */
export function Failure({error, retry}) {
  const advice = {
    0: 'Start the gateway or check the network.',
    404: 'The gateway may run without the role that answers this.',
    401: 'Load the page again to give a key.',
    403: 'Ask whoever gave you the key for one that may.',
    429: 'Others use all of it right now; wait a moment.',
    503: 'What the gateway asks for this is away or busy. /ready says which part.',
    504: 'Choose a shorter range or a narrower query.',
  }[error.status];
  return c(
    Notice,
    {
      kind: 'error',
      title: error.title ?? 'Something went wrong in this page',
      action: retry && c(Button, {onClick: retry}, 'Try again'),
    },
    all(
      error.message,
      error.errors?.length > 1 && t.ul(error.errors.map((one) => t.li(t.code(one.field), ' ', one.reason))),
      advice && t.p(advice),
    ),
  );
}

/** What to say where there is nothing. */
export const Empty = ({title, children}) =>
  t.div({class: 'empty'}, t.p({class: 'empty-title'}, title), t.div(children));

/** A dialog over the page; Escape and the cross close it, and the focus goes back where it was. */
export function Dialog({title, onClose, wide = false, children}) {
  const ref = useRef(null);
  useEffect(() => {
    const before = document.activeElement;
    const dialog = ref.current;
    dialog.showModal();
    return () => before?.focus?.();
  }, []);
  useKeys({Escape: onClose});
  return t.dialog(
    {
      ref,
      class: classes('dialog', {wide}),
      'aria-label': title,
      onCancel: (event) => {
        event.preventDefault();
        onClose();
      },
      onClick: (event) => event.target === ref.current && onClose(),
    },
    t.div(
      {class: 'dialog-body'},
      t.header(t.h2(title), c(Button, {kind: 'plain', hint: 'Close', onClick: onClose}, '✕')),
      children,
    ),
  );
}

/** A button that opens a small menu or form below it. */
export function Popup({label, hint, kind = '', children, open: controlled, onToggle}) {
  const [own, setOwn] = useState(false);
  const open = controlled ?? own;
  const setOpen = (value) => (onToggle ?? setOwn)(value);
  const ref = useRef(null);
  useEffect(() => {
    if (!open) {
      return undefined;
    }
    const outside = (event) => ref.current?.contains(event.target) || setOpen(false);
    const escape = (event) => {
      if (event.key === 'Escape') {
        event.preventDefault();
        event.stopPropagation();
        setOpen(false);
        ref.current?.querySelector('button')?.focus();
      }
    };
    addEventListener('pointerdown', outside);
    addEventListener('keydown', escape, true);
    return () => {
      removeEventListener('pointerdown', outside);
      removeEventListener('keydown', escape, true);
    };
  }, [open]);
  return t.div(
    {class: 'popup-anchor', ref},
    c(Button, {kind, hint, 'aria-expanded': open, 'aria-haspopup': 'true', onClick: () => setOpen(!open)}, label),
    open && t.div({class: 'popup'}, typeof children === 'function' ? children(() => setOpen(false)) : children),
  );
}

/** A field of a form with its label and what is wrong with it. */
export function Field({label, error, hint, children}) {
  return t.label(
    {class: classes('field', {wrong: Boolean(error)})},
    t.span({class: 'field-label'}, label),
    children,
    hint && t.span({class: 'field-hint'}, hint),
    error && t.span({class: 'field-error', role: 'alert'}, error),
  );
}

/** A state that shows by colour, form and word. */
export const Badge = ({kind, children}) => t.span({class: classes('badge', kind)}, children);

/** A message that goes away by itself. */
export function useToast() {
  const [message, setMessage] = useState('');
  useEffect(() => {
    const timer = message && setTimeout(() => setMessage(''), 3000);
    return () => clearTimeout(timer);
  }, [message]);
  return [message && t.div({class: 'toast', role: 'status'}, message), setMessage];
}

/** Puts text on the clipboard; true if that was possible. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
