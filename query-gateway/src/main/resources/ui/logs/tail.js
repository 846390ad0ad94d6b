import {useEffect, useRef, useState} from 'preact/hooks';
import {isAborted, open} from '../core/api.js';
import {EventParser} from '../core/sse.js';

/** Events that a live view keeps; older ones are let go, and it is said. */
export const KEPT = 5_000;
const FLUSH_MILLIS = 200;
const RETRY_MILLIS = [500, 1000, 2000, 5000];
const IDLE = {status: 'off', events: [], dropped: 0, gaps: [], trimmed: 0, error: null};

/**
 * Events as they come, straight from Kafka. After a pause or a broken connection it goes on after
 * the last event that was seen, so that nothing is missing in between.
 *
 * @param {string} q the query
 * @param {?'live'|'paused'} wanted null for off
 * @param {string} since how far back to begin, such as `1m`
 * @returns {{status: 'off'|'connecting'|'live'|'paused'|'broken'|'failed', events: object[],
 *     dropped: number, gaps: string[], trimmed: number, error: ?Error}} events newest first; how many
 *     this page was too slow for; why records in between cannot be had
 */
export function useTail(q, wanted, since) {
  const [state, setState] = useState(IDLE);
  const lastId = useRef('');

  useEffect(() => {
    lastId.current = '';
    setState(IDLE);
  }, [q, wanted === null]);

  useEffect(() => {
    if (wanted === null) {
      return undefined;
    }
    if (wanted === 'paused') {
      setState((before) => ({...before, status: 'paused'}));
      return undefined;
    }
    const controller = new AbortController();
    follow(q, since, lastId, setState, controller.signal);
    return () => controller.abort();
  }, [q, wanted]);

  return state;
}

/** Reads until it is told to stop; connects again when the connection breaks. */
async function follow(q, since, lastId, setState, signal) {
  const buffer = new Buffer(setState, signal);
  for (let failures = 0; !signal.aborted; ) {
    try {
      setState((before) => ({...before, status: failures === 0 ? 'connecting' : 'broken'}));
      const body = await open('logs/stream', lastId.current === '' ? {q, since} : {q}, {lastEventId: lastId.current, signal});
      setState((before) => ({...before, status: 'live', error: null}));
      failures = 0;
      await read(body, (event) => {
        lastId.current = event.id || lastId.current;
        buffer.take(event);
      });
    } catch (error) {
      if (isAborted(error) || signal.aborted) {
        return;
      }
      if (error.status >= 400 && error.status < 500 && error.status !== 429) {
        setState((before) => ({...before, status: 'failed', error}));
        return;
      }
      setState((before) => ({...before, status: 'broken', error}));
    }
    await pause(RETRY_MILLIS[Math.min(failures++, RETRY_MILLIS.length - 1)], signal);
  }
}

async function read(body, onEvent) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  const parser = new EventParser();
  for (;;) {
    const {done, value} = await reader.read();
    if (done) {
      return;
    }
    parser.take(value).forEach(onEvent);
  }
}

/** Collects events for a moment, so that a burst is painted once. */
class Buffer {
  #waiting = [];
  #dropped = 0;
  #gaps = [];
  #timer = null;

  constructor(setState, signal) {
    this.setState = setState;
    signal.addEventListener('abort', () => this.#flush());
  }

  take({event, data}) {
    if (event === 'dropped') {
      this.#dropped += JSON.parse(data).count;
    } else if (event === 'gap') {
      this.#gaps.push(JSON.parse(data).detail);
    } else if (event === 'log') {
      this.#waiting.push(JSON.parse(data));
    } else {
      return;
    }
    this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MILLIS);
  }

  #flush() {
    clearTimeout(this.#timer);
    this.#timer = null;
    const arrived = this.#waiting;
    const dropped = this.#dropped;
    const gaps = this.#gaps;
    this.#waiting = [];
    this.#dropped = 0;
    this.#gaps = [];
    if (arrived.length > 0 || dropped > 0 || gaps.length > 0) {
      this.setState((before) => {
        const events = newestFirst(arrived, before.events);
        return {
          ...before,
          events: events.slice(0, KEPT),
          dropped: before.dropped + dropped,
          gaps: [...new Set([...before.gaps, ...gaps])],
          trimmed: before.trimmed + Math.max(0, events.length - KEPT),
        };
      });
    }
  }
}

/** Events by their time, newest first, each once; of the same time the one that came last first. */
export function newestFirst(...lists) {
  const seen = new Map();
  lists.flat().forEach((event) => seen.set(event.event_id, seen.get(event.event_id) ?? event));
  return [...seen.values()].sort((a, b) => (a.timestamp < b.timestamp ? 1 : a.timestamp > b.timestamp ? -1 : place(b) - place(a)));
}

const place = (event) => event.kafka_offset ?? 0;

const pause = (millis, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, millis);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
