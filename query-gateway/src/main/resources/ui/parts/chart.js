import {formatTime} from '../core/time.js';
import {t} from '../core/dom.js';
import {useEffect, useRef, useState} from 'preact/hooks';
import {useWidth} from '../core/hooks.js';
import uPlot from 'uplot';

/** The value of a colour of the theme, for what is painted. */
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Counts how often the theme has changed, so that what is painted is painted anew. */
function useTheme() {
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const update = () => setTurn((count) => count + 1);
    const system = matchMedia('(prefers-color-scheme: dark)');
    addEventListener('weir-theme', update);
    system.addEventListener('change', update);
    return () => {
      removeEventListener('weir-theme', update);
      system.removeEventListener('change', update);
    };
  }, []);
  return turn;
}

/**
 * A chart over time.
 *
 * @param {number[][]} data times in seconds, then the values of each series; null where there is none
 * @param {object[]} series `{label, colour}` or `{label, token}`; a token names a colour of the theme
 * @param {'line'|'stack'} kind lines, or bars that stand on each other
 * @param {[number, number]} range of the times, in seconds
 * @param {'utc'|'local'} zone
 * @param {(from: number, to: number) => void} onRange a stretch was chosen by dragging; seconds
 * @param {(index: ?number) => void} onHover index of the time below the pointer
 */
export function Chart({data, series, kind = 'line', range, zone, height, format, onRange, onHover, label, marks}) {
  const holder = useRef(null);
  const width = useWidth(holder);
  const theme = useTheme();
  const calls = useRef({});
  calls.current = {onRange, onHover};
  useEffect(() => {
    if (width < 40) {
      return undefined;
    }
    const chart = new uPlot(
      options({series, kind, range, zone, height, width, format, calls, marks}),
      kind === 'stack' ? stacked(data) : data,
      holder.current,
    );
    return () => chart.destroy();
  }, [data, series, width, height, zone, theme, range?.[0], range?.[1], marks]);
  return t.div({class: 'chart', ref: holder, role: 'img', 'aria-label': label, style: {height: `${height}px`}});
}

/** Each series on top of those after it, so that the first that is painted is the sum of all. */
function stacked(data) {
  const sums = data.slice(1).map((values) => values.slice());
  for (let i = sums.length - 2; i >= 0; i--) {
    for (let k = 0; k < sums[i].length; k++) {
      sums[i][k] = (sums[i][k] ?? 0) + (sums[i + 1][k] ?? 0);
    }
  }
  return [data[0], ...sums];
}

function options({series, kind, range, zone, height, width, format, calls, marks}) {
  const text = colour('--text-soft');
  const grid = {stroke: colour('--line'), width: 1};
  const axis = {stroke: text, grid, ticks: {show: false}, font: '11px system-ui, sans-serif'};
  const bars = kind === 'stack' ? {paths: uPlot.paths.bars({size: [0.9, 60], align: 1})} : {};
  return {
    width,
    height,
    tzDate: (seconds) => (zone === 'utc' ? uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC') : new Date(seconds * 1000)),
    legend: {show: false},
    padding: [8, 8, 0, 0],
    cursor: {y: false, ...(kind === 'stack' && {points: {show: false}}), drag: {x: Boolean(calls.current.onRange), y: false, setScale: false}},
    scales: {
      x: {time: true, range: range ? () => range : undefined},
      y: {range: (plot, low, high) => bounds(kind, low, high)},
    },
    axes: [
      {...axis, grid: {show: false}, space: 70, size: 24, values: (plot, values) => timeLabels(values, zone)},
      {...axis, size: 52, space: 26, values: (plot, values) => values.map(format)},
    ],
    series: [
      {},
      ...series.map((one) => {
        const stroke = one.token ? colour(one.token) : one.colour;
        return {
          label: one.label,
          stroke,
          fill: kind === 'stack' ? stroke : undefined,
          width: kind === 'stack' ? 0 : 1.5,
          points: kind === 'stack' ? {show: false} : {size: 4},
          spanGaps: false,
          ...bars,
        };
      }),
    ],
    hooks: {
      draw: marks ? [(plot) => paintMarks(plot, marks)] : [],
      setSelect: [
        (plot) => {
          const {left, width: chosen} = plot.select;
          plot.setSelect({left: 0, top: 0, width: 0, height: 0}, false);
          if (chosen > 3) {
            calls.current.onRange?.(plot.posToVal(left, 'x'), plot.posToVal(left + chosen, 'x'));
          }
        },
      ],
      setCursor: [(plot) => calls.current.onHover?.(plot.cursor.idx ?? null)],
    },
  };
}

/** Stretches and lines that say what the values mean: a threshold, when an alert would have fired. */
function paintMarks(plot, {spans = [], levels = []}) {
  const {ctx, bbox} = plot;
  ctx.save();
  for (const {from, to, token} of spans) {
    const left = Math.max(bbox.left, plot.valToPos(from, 'x', true));
    const right = Math.min(bbox.left + bbox.width, plot.valToPos(to, 'x', true));
    ctx.fillStyle = colour(token);
    ctx.globalAlpha = 0.18;
    ctx.fillRect(left, bbox.top, Math.max(2, right - left), bbox.height);
  }
  ctx.globalAlpha = 1;
  for (const {value, token} of levels) {
    const y = plot.valToPos(value, 'y', true);
    ctx.strokeStyle = colour(token);
    ctx.setLineDash([6, 4]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.restore();
}

function bounds(kind, low, high) {
  if (low === null || high === null || low === undefined) {
    return [0, 1];
  }
  const floor = kind === 'stack' || (low >= 0 && low < (high - low) * 2) ? 0 : low - (high - low) * 0.05;
  const top = high === floor ? floor + (Math.abs(floor) || 1) : high + (high - floor) * 0.05;
  return [floor, top];
}

/** Times of day; with the date where a day begins, and with seconds where they differ. */
function timeLabels(values, zone) {
  const step = values.length > 1 ? values[1] - values[0] : 60;
  return values.map((seconds, index) => {
    const [date, clock] = formatTime(seconds * 1000, zone).split(' ');
    const isMidnight = clock === '00:00:00';
    return step >= 86_400 || (index > 0 && isMidnight) ? date.slice(5) : clock.slice(0, step < 60 ? 8 : 5);
  });
}

/** Colours for series that have no meaning of their own; they differ in both themes. */
export const PALETTE = ['#2f8fd0', '#e07b39', '#2fa36b', '#b05cc6', '#d0a215', '#d9536f', '#18a5a7', '#8c7ae6', '#7f8c3b', '#a66a4a'];
