import {useEffect, useRef, useState} from 'preact/hooks';
import {get, isAborted} from '../core/api.js';

const PAGE = 200;
const NOTHING = {status: 'loading', logs: [], page: null, cursor: null, error: null, more: 'idle', moreError: null};

/**
 * The events of a search, page by page. A page that is partial may repeat events, which are shown
 * once.
 *
 * @param {{q: string, from: string, to: string}} search
 * @param {number} turn the same search again when it changes
 */
export function useResults(search, turn) {
  const [state, setState] = useState(NOTHING);
  const controller = useRef(null);
  const key = JSON.stringify([search.q, search.from, search.to, turn]);

  useEffect(() => {
    const mine = new AbortController();
    controller.current = mine;
    setState((before) => ({...before, status: 'loading', more: 'idle', moreError: null}));
    get('logs/search', {...search, limit: PAGE}, mine.signal).then(
      (page) =>
        setState({...NOTHING, status: 'ready', logs: unique([], page.logs), page, cursor: page.next_cursor}),
      (error) => isAborted(error) || setState({...NOTHING, status: 'failed', error}),
    );
    return () => mine.abort();
  }, [key]);

  /** Loads the next page. After a partial one `onPartial` says whether to ask again or to go on. */
  function loadMore(onPartial = 'repeat') {
    if (state.cursor === null || state.more === 'loading') {
      return;
    }
    const {signal} = controller.current;
    setState((before) => ({...before, more: 'loading', moreError: null}));
    get('logs/search', {q: search.q, cursor: state.cursor, limit: PAGE, on_partial: onPartial}, signal).then(
      (page) =>
        setState((before) => ({
          ...before,
          logs: unique(before.logs, page.logs),
          // The total was counted by the first page; what failed is news of each.
          page: {...before.page, partial: page.partial, gaps: page.gaps, shards: page.shards, warnings: page.warnings},
          cursor: page.next_cursor,
          more: 'idle',
        })),
      (moreError) => isAborted(moreError) || setState((before) => ({...before, more: 'failed', moreError})),
    );
  }

  return {...state, loadMore};
}

/** Events once each, those that were there first. */
export function unique(logs, added) {
  const seen = new Set(logs.map((log) => log.event_id));
  return [...logs, ...added.filter((log) => !seen.has(log.event_id) && seen.add(log.event_id))];
}

/**
 * Up to `most` events of a search, page after page.
 *
 * @param {(count: number) => void} onProgress
 * @returns {Promise<{logs: object[], complete: boolean, partial: boolean}>}
 */
export async function collect(search, most, onProgress, signal) {
  let logs = [];
  let partial = false;
  let page = await get('logs/search', {...search, limit: 1000}, signal);
  for (;;) {
    logs = unique(logs, page.logs);
    partial ||= page.partial || page.gaps;
    onProgress(logs.length);
    if (page.next_cursor === null || logs.length >= most) {
      return {logs: logs.slice(0, most), complete: page.next_cursor === null && logs.length <= most, partial};
    }
    page = await get('logs/search', {q: search.q, cursor: page.next_cursor, limit: 1000, on_partial: 'skip'}, signal);
  }
}
