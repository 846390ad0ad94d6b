import {useEffect, useRef, useState} from 'preact/hooks';
import {isAborted} from './api.js';

/**
 * The outcome of a call, made again whenever `key` changes; the one before is cancelled, and what it
 * had brought stays in view until there is something newer.
 *
 * @param {string} key says what is asked for; null asks for nothing
 * @param {(signal: AbortSignal) => Promise<T>} load
 * @returns {{value?: T, error?: Error, loading: boolean, reload: () => void}}
 */
export function useLoaded(key, load) {
  const [state, setState] = useState({loading: key !== null});
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (key === null) {
      setState({loading: false});
      return undefined;
    }
    const controller = new AbortController();
    setState((before) => ({...before, loading: true}));
    load(controller.signal).then(
      (value) => controller.signal.aborted || setState({value, loading: false}),
      (error) => isAborted(error) || setState((before) => ({...before, error, loading: false})),
    );
    return () => controller.abort();
  }, [key, turn]);
  return {...state, reload: () => setTurn((count) => count + 1)};
}

/** Calls something again and again while the page is in view; 0 seconds never. */
export function useInterval(seconds, call) {
  const latest = useRef(call);
  latest.current = call;
  useEffect(() => {
    if (!seconds) {
      return undefined;
    }
    const timer = setInterval(() => document.hidden || latest.current(), seconds * 1000);
    return () => clearInterval(timer);
  }, [seconds]);
}

/** Whether a media query holds, followed. */
export function useMedia(query) {
  const [holds, setHolds] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const update = () => setHolds(media.matches);
    media.addEventListener('change', update);
    return () => media.removeEventListener('change', update);
  }, [query]);
  return holds;
}

/** The width of an element in pixels, followed; 0 until it is known. */
export function useWidth(ref) {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry.contentRect.width)));
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  return width;
}
