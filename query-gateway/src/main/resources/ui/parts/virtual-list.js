import {c, t} from '../core/dom.js';
import {useEffect, useLayoutEffect, useRef, useState} from 'preact/hooks';

const OVERSCAN = 8;

/**
 * A long list of which only what is in view is in the document. Closed rows are of one height; an
 * open row is as high as it measures.
 *
 * @param {object[]} items
 * @param {(item) => string} keyOf
 * @param {number} rowHeight in pixels
 * @param {(item, index) => VNode} row a closed row
 * @param {(item, index) => ?VNode} below what stands below a row if it is open
 * @param {number} selected index of the row to keep in view, -1 for none
 * @param {() => void} onEnd the end has come near
 * @param {(atTop: boolean) => void} onTop whether the first row is in view
 */
export function VirtualList({items, keyOf, rowHeight, row, below, selected, onEnd, onTop, footer, label}) {
  const ref = useRef(null);
  const [view, setView] = useState({top: 0, height: 600});
  const heights = useRef(new Map());
  const [, redraw] = useState(0);

  const open = items.map((item, index) => below(item, index));
  const extra = (index) => (open[index] ? heights.current.get(keyOf(items[index])) ?? 240 : 0);
  // Where each row begins; rows that are open push down what follows.
  const starts = new Array(items.length + 1);
  starts[0] = 0;
  for (let i = 0; i < items.length; i++) {
    starts[i + 1] = starts[i] + rowHeight + extra(i);
  }
  const first = Math.max(0, lowerBound(starts, view.top) - 1 - OVERSCAN);
  const last = Math.min(items.length, lowerBound(starts, view.top + view.height) + OVERSCAN);

  useLayoutEffect(() => {
    const element = ref.current;
    const update = () => setView({top: element.scrollTop, height: element.clientHeight});
    const observer = new ResizeObserver(update);
    observer.observe(element);
    element.addEventListener('scroll', update, {passive: true});
    update();
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', update);
    };
  }, []);

  const nearEnd = last >= items.length - 20;
  useEffect(() => {
    if (nearEnd) {
      onEnd?.();
    }
  }, [nearEnd, items.length]);
  const atTop = view.top < rowHeight;
  useEffect(() => onTop?.(atTop), [atTop]);

  // New rows above must not move what somebody reads.
  const anchor = useRef(null);
  useLayoutEffect(() => {
    const element = ref.current;
    const held = anchor.current;
    if (held && !atTop && items.length > 0) {
      const index = items.findIndex((item) => keyOf(item) === held.key);
      if (index > held.index) {
        element.scrollTop += starts[index] - held.start;
      }
    }
    const at = Math.min(items.length - 1, Math.max(0, lowerBound(starts, element.scrollTop)));
    anchor.current = items[at] ? {key: keyOf(items[at]), index: at, start: starts[at]} : null;
  }, [items, view.top]);

  useLayoutEffect(() => {
    const element = ref.current;
    if (selected < 0 || selected >= items.length) {
      return;
    }
    const top = starts[selected];
    if (top < element.scrollTop) {
      element.scrollTop = top;
    } else if (top + rowHeight > element.scrollTop + element.clientHeight) {
      element.scrollTop = top + rowHeight - element.clientHeight + 8;
    }
  }, [selected]);

  const measured = (key, height) => {
    if (heights.current.get(key) !== height) {
      heights.current.set(key, height);
      redraw((turn) => turn + 1);
    }
  };

  return t.div(
    {class: 'virtual', ref, tabIndex: 0, role: 'list', 'aria-label': label, 'aria-busy': false},
    t.div(
      {class: 'virtual-space', style: {height: `${starts[items.length]}px`}},
      items.slice(first, last).map((item, at) => {
        const index = first + at;
        const key = keyOf(item);
        return t.div(
          {key, class: 'virtual-row', role: 'listitem', style: {transform: `translateY(${starts[index]}px)`}},
          row(item, index),
          open[index] && c(Measured, {onHeight: (height) => measured(key, height)}, open[index]),
        );
      }),
    ),
    footer,
  );
}

function Measured({onHeight, children}) {
  const ref = useRef(null);
  useLayoutEffect(() => {
    const report = () => onHeight(ref.current.offsetHeight);
    const observer = new ResizeObserver(report);
    observer.observe(ref.current);
    report();
    return () => observer.disconnect();
  }, []);
  return t.div({ref}, children);
}

/** The first place whose start is not before a position. */
function lowerBound(starts, position) {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] < position) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
