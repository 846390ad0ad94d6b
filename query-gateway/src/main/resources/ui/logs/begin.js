import {get} from '../core/api.js';

const MOST_SECONDS = 15 * 60;
const MARGIN_SECONDS = 60;
const PATIENCE_MILLIS = 3_000;

/**
 * How far back live has to begin to join what a search finds: a minute before the newest event that
 * can be found, because what came after it may not be indexed yet.
 *
 * @returns {Promise<{since: string}>} a minute if the store does not say
 */
export async function joining(signal) {
  try {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MILLIS)]);
    return {since: sinceOf(await get('logs/search', {from: `now-${MOST_SECONDS}s`, limit: 1}, patience))};
  } catch (failure) {
    if (signal.aborted) {
      throw failure;
    }
    // Nothing can be found that it would have to join.
    return {since: `${MARGIN_SECONDS}s`};
  }
}

/** The span for a page whose first event is the newest; times of the gateway, not of this machine. */
export function sinceOf({to, logs: [newest]}) {
  const seconds = newest ? Math.ceil((Date.parse(to) - Date.parse(newest.timestamp)) / 1000) + MARGIN_SECONDS : MOST_SECONDS;
  return `${Math.min(Math.max(seconds, MARGIN_SECONDS), MOST_SECONDS)}s`;
}
