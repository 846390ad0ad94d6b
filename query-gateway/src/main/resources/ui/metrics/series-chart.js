import {all, c, classes, t} from '../core/dom.js';
import {useMemo, useState} from 'preact/hooks';
import {formatValue} from '../core/text.js';
import {formatTime} from '../core/time.js';
import {Empty} from '../parts/basics.js';
import {Chart, PALETTE} from '../parts/chart.js';
import {aligned, seriesOf, summary} from './question.js';

const MOST = 40;

/** The answer to a question about a metric, as lines with a legend that can be read and clicked. */
export function SeriesChart({answer, zone, height = 260, onRange, legend = true, marks}) {
  const [only, setOnly] = useState(null);
  const [hovered, setHovered] = useState(null);
  const named = useMemo(() => seriesOf(answer).slice(0, MOST).map((one, index) => ({...one, colour: PALETTE[index % PALETTE.length]})), [answer]);
  const shown = useMemo(() => named.filter((one) => only === null || one.label === only), [named, only]);
  const data = useMemo(() => aligned(shown), [shown]);
  const range = useMemo(() => [Date.parse(answer.from) / 1000, Date.parse(answer.to) / 1000], [answer]);
  if (data[0].length === 0) {
    return c(Empty, {title: 'No data in this range.'}, 'Choose a longer range, or check metric and labels.');
  }
  const total = answer.series_total ?? named.length;
  return t.div(
    {class: 'series-chart'},
    c(Chart, {data, series: shown, range, zone, height, format: formatValue, onRange, onHover: setHovered, marks, label: `${answer.metric}, ${named.length} series`}),
    legend &&
      t.div(
        {class: 'series-legend'},
        t.table(
          t.thead(t.tr(t.th({scope: 'col'}, hovered === null ? 'series' : formatTime(data[0][hovered] * 1000, zone)), ['now', 'min', 'max', 'mean'].map((name) => t.th({scope: 'col'}, hovered !== null && name === 'now' ? 'here' : name)))),
          t.tbody(
            named.map((one) => {
              const {last, min, max, mean} = summary(one.points);
              const column = shown.indexOf(one) + 1;
              const here = hovered === null || column === 0 ? last : data[column][hovered];
              return t.tr(
                {key: one.label, class: classes({faint: only !== null && only !== one.label})},
                t.td(t.button({type: 'button', class: 'series-name', 'aria-pressed': only === one.label, onClick: () => setOnly(only === one.label ? null : one.label)}, t.i({class: 'dot', style: {background: one.colour}}), one.label)),
                [here, min, max, mean].map((value) => t.td({class: 'number'}, formatValue(value))),
              );
            }),
          ),
        ),
        total > named.length && t.p({class: 'field-hint'}, all(`${named.length} of ${total} series are shown; `, 'narrow them with labels, or group by fewer.')),
      ),
  );
}
