import {all, c, classes, t} from '../core/dom.js';
import {useEffect, useMemo, useRef, useState} from 'preact/hooks';
import {get} from '../core/api.js';
import {download, csv, ndjson} from '../core/export.js';
import {useInterval, useMedia} from '../core/hooks.js';
import {useKeys} from '../core/keys.js';
import {FIELDS, fieldTerm, highlighter} from '../core/query.js';
import {change} from '../core/route.js';
import {remember} from '../core/settings.js';
import {flattened, formatCount} from '../core/text.js';
import {instants, iso} from '../core/time.js';
import {Button, copy, Empty, Failure, Notice, Popup, useToast} from '../parts/basics.js';
import {copyLink, fixedLink} from '../parts/share.js';
import {QueryBar} from '../parts/query-bar.js';
import {TimePicker} from '../parts/time-picker.js';
import {VirtualList} from '../parts/virtual-list.js';
import {joining} from './begin.js';
import {Context} from './context.js';
import {Detail} from './detail.js';
import {Facets} from './facets.js';
import {Histogram} from './histogram.js';
import {collect, useResults} from './results.js';
import {columnWidths, Row} from './rows.js';
import {Status} from './status.js';
import {newestFirst, useTail} from './tail.js';

const DEFAULT_FROM = 'now-15m';
const DEFAULT_COLUMNS = 'service';
const DEFAULT_FACETS = 'level,service,host';
const MOST_EXPORTED = 10_000;
const LIVE_REFRESH_SECONDS = 10;
const MINUTE = 60_000;

/** Open lines that an address has room for; the ones that were opened first are closed. */
const MOST_OPEN = 50;

const list = (text) => text.split(',').filter((name) => name !== '');

/** Searching logs, and following them. All of its state is in the address. */
export function LogsView({params, zone}) {
  const q = params.q ?? '';
  const from = params.from ?? DEFAULT_FROM;
  const to = params.to ?? '';
  const columns = list(params.cols ?? DEFAULT_COLUMNS);
  const facets = list(params.facets ?? DEFAULT_FACETS);
  const live = {live: 'live', paused: 'paused'}[params.live] ?? null;
  const open = useMemo(() => new Set(list(params.open ?? '')), [params.open]);
  const search = useMemo(() => ({q, from, to}), [q, from, to]);

  const [turn, setTurn] = useState(0);
  const [counts, setCounts] = useState(0);
  const results = useResults(search, turn);
  const tail = useTail(q, live, joining);
  const logs = useMemo(
    () => (live === null || tail.events.length === 0 ? results.logs : newestFirst(tail.events, results.logs)),
    [live, tail.events, results.logs],
  );
  const highlight = useMemo(() => highlighter(q), [q]);
  const known = useKnownFields(logs);

  const narrow = useMedia('(max-width: 760px)');
  const [showFacets, setShowFacets] = useState(false);
  const [pickingTime, setPickingTime] = useState(false);
  const [selected, setSelected] = useState(-1);
  const [atTop, setAtTop] = useState(true);
  const [toast, say] = useToast();
  const input = useRef(null);
  useInterval(live === 'live' ? LIVE_REFRESH_SECONDS : 0, () => setCounts((count) => count + 1));

  const visit = (changes) => {
    setSelected(-1);
    change(changes);
  };
  const onQuery = (query) => {
    visit({q: query, open: '', ctx: ''});
    // The same query again is a wish to see what is new.
    if (query === q) {
      again();
    }
  };
  const onRange = (range) => visit({...range, live: '', open: ''});
  const again = () => setTurn((count) => count + 1);
  const onLive = () =>
    live === null
      ? visit({live: 'live', to: '', from: to === '' ? from : DEFAULT_FROM})
      : change({live: live === 'live' ? 'paused' : 'live'}, {replace: true});

  // A selection stays on its event when others arrive above it.
  const selectedId = useRef(null);
  useEffect(() => {
    if (selectedId.current !== null && selected >= 0) {
      setSelected(logs.findIndex((log) => log.event_id === selectedId.current));
    }
  }, [logs]);
  const select = (index) => {
    const bounded = Math.max(0, Math.min(logs.length - 1, index));
    selectedId.current = logs[bounded]?.event_id ?? null;
    setSelected(logs.length === 0 ? -1 : bounded);
  };
  const toggle = (index) => {
    select(index);
    const id = logs[index].event_id;
    const next = new Set(open);
    if (!next.delete(id)) {
      next.add(id);
    }
    change({open: [...next].slice(-MOST_OPEN).join(',')}, {replace: true});
  };
  const showContext = (log) => change({ctx: `${log.event_id}@${log.timestamp}`});

  async function onCopy(what, event) {
    if (what === 'json') {
      say((await copy(JSON.stringify(event, null, 2))) ? 'The event is on the clipboard.' : 'The browser does not allow to copy.');
    } else {
      await copyLink(permalink(params, {from, to}, results.page, event), say);
    }
  }

  useKeys({
    '/': () => input.current.focus(),
    j: () => select(selected + 1),
    k: () => select(selected - 1),
    Enter: () => selected >= 0 && toggle(selected),
    c: () => selected >= 0 && showContext(logs[selected]),
    l: onLive,
    r: again,
    t: () => setPickingTime(true),
    y: () => onCopy('link'),
    Escape: () => {
      change({open: ''}, {replace: true});
      setSelected(-1);
    },
  });

  const queryError = results.error?.of?.('q');
  const facetsShown = !narrow || showFacets;
  const [contextId, contextTime] = (params.ctx ?? '').split('@');

  return all(
    t.div(
      {class: 'logs-head'},
      c(QueryBar, {
        value: q,
        onRun: onQuery,
        fields: [...FIELDS, ...known.map((name) => fieldTerm(name, true))],
        valuesOf: (field, signal) => valuesOf(field, {from, to}, signal),
        error: queryError,
        inputRef: input,
      }),
      t.div(
        {class: 'logs-tools'},
        c(TimePicker, {
          from,
          to,
          zone,
          onChange: onRange,
          open: pickingTime,
          onToggle: setPickingTime,
          onZone: (tz) => {
            remember('tz', tz);
            change({tz}, {replace: true});
          },
        }),
        c(
          Button,
          {kind: classes('live', {on: live === 'live'}), hint: 'Follow events as they come (l)', pressed: live === 'live', onClick: onLive},
          live === null ? '▶ Live' : live === 'live' ? '❚❚ Pause' : '▶ Resume',
        ),
        live !== null && c(Button, {hint: 'Stop following', onClick: () => change({live: ''})}, '■ Stop'),
        c(Button, {hint: 'Search again (r)', onClick: again}, '↻'),
        narrow && c(Button, {pressed: showFacets, onClick: () => setShowFacets(!showFacets)}, 'Fields'),
        c(Popup, {label: 'More ▾', hint: 'Export, link, columns'}, (close) =>
          c(MoreMenu, {search, total: results.page, columns, known, close, say, onCopy, onColumns: (names) => change({cols: names.join(',') || ','}, {replace: true})}),
        ),
      ),
    ),
    c(Histogram, {search, turn: turn + counts, zone, height: narrow ? 70 : 96, onRange, onQuery}),
    t.div(
      {class: classes('logs-body', {'with-facets': facetsShown})},
      facetsShown &&
        c(Facets, {search, turn: turn + counts, names: facets, known: [...FIELDS.slice(0, 4), ...known], onQuery, onNames: (names) => change({facets: names.join(',') || ','}, {replace: true})}),
      t.section(
        {class: 'results', 'aria-label': 'Events'},
        c(Status, {results, tail, live, shown: logs.length, onLive}),
        results.error && !queryError && c(Failure, {error: results.error, retry: again}),
        live === 'live' && !atTop && tail.events.length > 0 && c(Button, {kind: 'to-top primary', onClick: () => select(0)}, '↑ Newest'),
        // The live view needs no search: it goes on while Elasticsearch is away.
        results.status === 'failed' && logs.length === 0
          ? queryError && c(Empty, {title: 'The query cannot be read.'}, 'It is marked where it goes wrong.')
          : logs.length === 0 && results.status === 'ready'
            ? c(NothingFound, {q, live, onRange, onQuery})
            : t.div(
              {class: classes('rows', {loading: results.status === 'loading'}), style: {'--columns': columnWidths(columns)}},
              c(VirtualList, {
                items: logs,
                keyOf: (log) => log.event_id,
                rowHeight: narrow ? 46 : 23,
                selected,
                label: 'Events, newest first',
                onEnd: () => results.more !== 'failed' && !results.page?.partial && results.loadMore(),
                onTop: setAtTop,
                row: (log, index) =>
                  c(Row, {event: log, columns, zone, highlight, selected: index === selected, open: open.has(log.event_id), onClick: () => isSelecting() || toggle(index)}),
                below: (log) =>
                  open.has(log.event_id) &&
                  c(Detail, {
                    event: log,
                    zone,
                    query: q,
                    highlight,
                    columns,
                    onQuery,
                    onColumns: (names) => change({cols: names.join(',') || ','}, {replace: true}),
                    onContext: () => showContext(log),
                    onCopy,
                  }),
                footer: c(End, {results}),
              }),
            ),
      ),
    ),
    contextId && c(Context, {id: contextId, timestamp: contextTime, zone, highlight, onClose: () => change({ctx: ''})}),
    toast,
  );
}

/** A click that ends a selection of text is no click. */
const isSelecting = () => getSelection().type === 'Range';

/** Names of structured fields of the events that are there, the most frequent first. */
function useKnownFields(logs) {
  return useMemo(() => {
    const counts = new Map();
    for (const log of logs.slice(0, 500)) {
      flattened(log.fields).forEach(([name]) => counts.set(name, (counts.get(name) ?? 0) + 1));
    }
    return [...counts].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  }, [logs.length, logs[0]?.event_id]);
}

async function valuesOf(field, range, signal) {
  const facet = await get('logs/facets', {...range, field, size: 200}, signal);
  return facet.values;
}

/** A link that shows the same to everybody at any time: ends are instants, and nothing is live. */
function permalink(params, range, page, event) {
  const fixed = page ? {from: page.from, to: page.to} : instants(range.from, range.to);
  const shown = {...params, ...fixed, live: '', ctx: ''};
  if (event) {
    const at = new Date(event.timestamp).getTime();
    // Newest first: the line is the first, or among those of the same millisecond.
    Object.assign(shown, {from: iso(at - 15 * MINUTE), to: iso(at + 1), open: event.event_id});
  }
  return fixedLink('logs', shown, {from: shown.from, to: shown.to});
}

function NothingFound({q, live, onRange, onQuery}) {
  if (live !== null) {
    return c(Empty, {title: 'Nothing yet.'}, 'Events appear here as they come.');
  }
  return c(
    Empty,
    {title: q === '' ? 'There are no events in this range.' : 'No event in this range matches.'},
    t.p('Choose a longer range', q !== '' && ', or a wider query: words match as a whole, conn* matches what begins so', '.'),
    t.div(
      {class: 'empty-actions'},
      c(Button, {onClick: () => onRange({from: 'now-24h', to: ''})}, 'Last 24 hours'),
      q !== '' && c(Button, {onClick: () => onQuery('')}, 'Without the query'),
    ),
  );
}

function End({results}) {
  if (results.status !== 'ready') {
    return null;
  }
  if (results.moreError) {
    return c(Failure, {error: results.moreError, retry: () => results.loadMore()});
  }
  if (results.cursor === null) {
    return results.logs.length > 0 && t.p({class: 'list-end'}, 'That was all.');
  }
  return t.p({class: 'list-end'}, results.more === 'loading' ? 'Loading more…' : c(Button, {onClick: () => results.loadMore()}, 'Load more'));
}

function MoreMenu({search, total, columns, known, close, say, onCopy, onColumns}) {
  const [progress, setProgress] = useState(null);
  const controller = useRef(null);
  useEffect(() => () => controller.current?.abort(), []);

  async function save(type, extension, format) {
    controller.current = new AbortController();
    setProgress(0);
    try {
      const {logs, complete, partial} = await collect(search, MOST_EXPORTED, setProgress, controller.current.signal);
      download(`logs-${iso(Date.now()).replace(/[:.]/g, '-')}.${extension}`, type, format(logs));
      say(`${formatCount(logs.length)} events saved${complete ? '' : `, the newest of more`}${partial ? '; some shards did not answer' : ''}.`);
      close();
    } catch (error) {
      setProgress(null);
      say(error.message);
    }
  }

  const choices = [...new Set([...columns, 'service', 'host', 'region', ...known])];
  return t.div(
    {class: 'menu'},
    c(Button, {onClick: () => onCopy('link').then(close)}, 'Copy a link to what you see (y)'),
    c(Button, {disabled: progress !== null, onClick: () => save('application/x-ndjson', 'ndjson', ndjson)}, 'Save as NDJSON'),
    c(Button, {disabled: progress !== null, onClick: () => save('text/csv', 'csv', csv)}, 'Save as CSV'),
    t.p(
      {class: 'field-hint', role: 'status'},
      progress === null
        ? `The newest ${formatCount(MOST_EXPORTED)} of what matches${total ? ` (${total.total_relation === 'gte' ? 'at least ' : ''}${formatCount(total.total_matched)})` : ''}.`
        : `${formatCount(progress)} events…`,
    ),
    t.fieldset(
      {class: 'column-choice'},
      t.legend('Columns'),
      choices.slice(0, 40).map((name) =>
        t.label(
          {key: name},
          t.input({
            type: 'checkbox',
            checked: columns.includes(name),
            onChange: () => onColumns(columns.includes(name) ? columns.filter((one) => one !== name) : [...columns, name]),
          }),
          name,
        ),
      ),
    ),
  );
}
