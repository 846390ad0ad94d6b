import {all, c, t} from '../core/dom.js';
import {formatCount} from '../core/text.js';
import {Button, Notice} from '../parts/basics.js';
import {KEPT} from './tail.js';

const STREAM = {
  connecting: 'connecting…',
  live: 'live',
  paused: 'paused',
  broken: 'connection lost, trying again…',
  ended: 'ended by the gateway, going on in a moment…',
  failed: 'not possible',
};

/** How many events there are, what was searched, and what of it is missing. */
export function Status({results, tail, live, shown, onLive}) {
  const {page, status} = results;
  return t.div(
    {class: 'results-status'},
    t.p(
      {role: 'status'},
      live !== null && t.span({class: `stream ${tail.status}`}, t.i({class: 'dot'}), ' ', STREAM[tail.status] ?? '', ' · '),
      status === 'loading' && 'Searching…',
      status === 'ready' && page && counts(page, shown),
    ),
    live !== null && tail.status === 'failed' && c(Notice, {kind: 'error', title: 'These events cannot be followed'}, tail.error.message),
    live === 'paused' && c(Notice, {title: 'Paused', action: c(Button, {kind: 'primary', onClick: onLive}, 'Resume')}, 'Nothing is lost: on resuming it goes on after the last event that you see.'),
    tail.dropped > 0 &&
      c(Notice, {kind: 'warning', title: `${formatCount(tail.dropped)} events were left out of the live view`}, 'They came faster than this page could take them. A search finds them; a narrower query keeps up.'),
    tail.gaps.map((detail) => c(Notice, {kind: 'warning', title: 'Events are missing from the live view'}, detail)),
    tail.trimmed > 0 && t.p({class: 'field-hint'}, `The live view keeps the newest ${formatCount(KEPT)} events.`),
    status === 'ready' && page && missing(results),
  );
}

function counts(page, shown) {
  const total = `${page.total_relation === 'gte' ? 'at least ' : ''}${formatCount(page.total_matched)}`;
  const {shards} = page;
  return all(
    t.b(total),
    page.total_matched === 1 ? ' event' : ' events',
    `, ${formatCount(shown)} shown · ${page.took_ms} ms · ${shards.successful} of ${shards.total} shards`,
    shards.skipped > 0 && `, ${shards.skipped} skipped because none of their events is of this time`,
  );
}

function missing(results) {
  const {page} = results;
  const {shards} = page;
  const failed = shards.failed > 0 ? `${shards.failed} of ${shards.total} shards failed` : 'Some shards ran out of time';
  return all(
    page.partial &&
      c(
        Notice,
        {
          kind: 'warning',
          title: 'Not everything was searched',
          action:
            results.cursor !== null &&
            t.div(
              c(Button, {onClick: () => results.loadMore('repeat')}, 'Ask them again'),
              c(Button, {onClick: () => results.loadMore('skip')}, 'Go on without'),
            ),
        },
        `${failed}; events may be missing here.`,
        shards.failures.length > 0 && t.ul(shards.failures.slice(0, 5).map((failure) => t.li(t.code(failure.index), ' ', failure.reason))),
      ),
    page.gaps && !page.partial && c(Notice, {kind: 'warning', title: 'There are gaps'}, 'An earlier page went on past shards that had failed.'),
    page.warnings.map((warning) => c(Notice, {kind: 'warning', title: warning})),
  );
}
