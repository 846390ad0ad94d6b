import {useEffect, useRef, useState} from 'preact/hooks';
import {open} from '../core/api.js';
import {EventParser} from '../core/sse.js';

/** Events that a live view keeps; older ones are let go, and it is said. */
export const KEPT = 5_000;
const FLUSH_MILLIS = 200;
const RETRY_MILLIS = [500, 1000, 2000, 5000];

/** Three heartbeats of a gateway that was not told otherwise; the longest that one may be told is a minute. */
const SILENCE_MILLIS = 30_000;
const MOST_SILENCE_MILLIS = 4 * SILENCE_MILLIS;
const STABLE_MILLIS = 5 * 60_000;
const IDLE = {status: 'off', events: [], dropped: 0, gaps: [], trimmed: 0, error: null};

/**
 * Events as they come, straight from Kafka. After a pause or a broken connection it goes on after
 * the last event that was seen, so that nothing is missing in between.
 *
 * @param {string} q the query
 * @param {?'live'|'paused'} wanted null for off
 * @param {(signal: AbortSignal) => Promise<{since: string}>} since how far back to begin, asked when it does
 * @returns {{status: 'off'|'connecting'|'live'|'paused'|'broken'|'ended'|'failed', events: object[],
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

/** Reads until it is told to stop; connects again when the connection ends, breaks or falls silent. */
async function follow(q, since, lastId, setState, signal) {
  const buffer = new Buffer(setState, signal);
  let failures = 0;
  let patience = SILENCE_MILLIS;
  let status = 'connecting';
  let begin = since;
  while (!signal.aborted) {
    const connection = new Connection(signal, patience);
    let wait = null;
    try {
      setState((before) => ({...before, status}));
      const position = lastId.current === '' ? {q, ...(await begin(signal))} : {q};
      const body = await open('logs/stream', position, {lastEventId: lastId.current, signal: connection.signal, silence: connection.silence});
      setState((before) => ({...before, status: 'live', error: null}));
      const end = await connection.read(body, (event) => {
        lastId.current = event.id || lastId.current;
        buffer.take(event);
      });
      status = end.bye ? 'ended' : 'broken';
      wait = end.retryMillis;
    } catch (error) {
      if (signal.aborted) {
        return;
      }
      if (error.of?.('since') && begin !== aMinute) {
        begin = aMinute; // further back than this gateway goes
        continue;
      }
      if (error.status >= 400 && error.status < 500 && error.status !== 429) {
        setState((before) => ({...before, status: 'failed', error}));
        return;
      }
      status = 'broken';
      wait = error.retryAfterMillis ?? null;
    } finally {
      connection.close();
    }
    const stable = connection.lived > STABLE_MILLIS;
    failures = stable ? 0 : failures + 1;
    // A gateway may leave a stream in peace for longer than most do.
    patience = connection.silent && !stable ? Math.min(2 * patience, MOST_SILENCE_MILLIS) : SILENCE_MILLIS;
    setState((before) => ({...before, status}));
    await pause(wait ?? spread(RETRY_MILLIS[Math.min(Math.max(failures - 1, 0), RETRY_MILLIS.length - 1)]), signal);
  }
}

/** Not all pages at the same time. */
const spread = (millis) => millis * (1 + Math.random());

const aMinute = async () => ({since: '1m'});

/** One connection, given up when nothing is heard on it: one that died says nothing. */
class Connection {
  #controller = new AbortController();
  #begun = Date.now();
  #stop = () => this.#controller.abort();
  #outer;

  /** Whether it was given up. */
  silent = false;

  constructor(outer, patience) {
    this.#outer = outer;
    outer.addEventListener('abort', this.#stop);
    this.silence = new Silence(patience, () => {
      this.silent = true;
      this.#stop();
    });
  }

  get signal() {
    return this.#controller.signal;
  }

  /** For how long it has been there, in milliseconds. */
  get lived() {
    return Date.now() - this.#begun;
  }

  /**
   * Reads to the end.
   *
   * @returns {Promise<{bye: boolean, retryMillis: ?number}>} whether the gateway ended it, and how
   *     long to wait; null if it did not say
   */
  async read(body, onEvent) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    const parser = new EventParser();
    let bye = null;
    for (;;) {
      this.silence.heard();
      const {done, value} = await reader.read();
      if (done) {
        return {bye: bye !== null, retryMillis: bye?.retry_ms ?? null};
      }
      for (const event of parser.take(value)) {
        if (event.event === 'bye') {
          bye = {retry_ms: parser.retryMillis, ...JSON.parse(event.data)};
        } else {
          onEvent(event);
        }
      }
    }
  }

  close() {
    this.silence.stop();
    this.#outer.removeEventListener('abort', this.#stop);
  }
}

/** Calls when nothing was heard for some time. */
class Silence {
  #timer = null;

  constructor(millis, call) {
    this.millis = millis;
    this.call = call;
  }

  /** Begins to wait anew. */
  heard() {
    this.stop();
    this.#timer = setTimeout(this.call, this.millis);
  }

  stop() {
    clearTimeout(this.#timer);
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
