import {askForKey, presentedKey} from './key.js';

/**
 * The gateway's HTTP API. Addresses are relative to this page, which is one folder below the root
 * of the gateway, so that a proxy may put a path in front.
 */
const ROOT = new URL('../', document.baseURI);

/** What went wrong with a call, in words for people. */
export class ApiError extends Error {
  /**
   * @param {number} status of HTTP; 0 if there was no answer
   * @param {string} title the same for every occurrence
   * @param {string} detail about this one
   * @param {{field: string, reason: string, position?: number}[]} errors which field, and why
   * @param {?number} retryAfterMillis how long to wait, if the gateway said so
   */
  constructor(status, title, detail, errors = [], retryAfterMillis = null) {
    super(detail || title);
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.errors = errors;
    this.retryAfterMillis = retryAfterMillis;
  }

  /** The first error of a field, if it has one. */
  of(field) {
    return this.errors.find((error) => error.field === field);
  }
}

/** The address of a call; parameters that are empty are left out, lists are repeated. */
export function address(path, parameters = {}) {
  const url = new URL(path, ROOT);
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== '') {
        url.searchParams.append(name, one);
      }
    }
  }
  return url;
}

/** GETs JSON. */
export async function get(path, parameters, signal) {
  return (await call(address(path, parameters), {signal})).json;
}

/**
 * Sends JSON.
 *
 * @returns {Promise<{json: object, etag: string}>}
 */
export function send(method, path, body, {etag, parameters, signal} = {}) {
  const headers = {'Content-Type': 'application/json'};
  if (etag) {
    headers['If-Match'] = etag;
  }
  return call(address(path, parameters), {
    method,
    headers,
    signal,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}

/**
 * Opens a stream of events; its body is not read yet.
 *
 * @param {{lastEventId: string, signal: AbortSignal, silence: Silence}} options the last ends waiting
 *     for an answer; it does not while a person looks for a key
 */
export async function open(path, parameters, {lastEventId, signal, silence}) {
  const headers = {Accept: 'text/event-stream'};
  if (lastEventId) {
    headers['Last-Event-ID'] = lastEventId;
  }
  const response = await reach(address(path, parameters), {headers, signal}, silence);
  if (!response.ok) {
    throw problem(response, await text(response));
  }
  return response.body;
}

async function call(url, request) {
  const response = await reach(url, request);
  const body = await text(response);
  if (!response.ok) {
    throw problem(response, body);
  }
  return {json: body === '' ? null : JSON.parse(body), etag: response.headers.get('ETag') ?? ''};
}

/** Presents the key, and asks for one as long as the gateway wants another. */
async function reach(url, request, silence) {
  for (;;) {
    const key = presentedKey();
    const headers = key === '' ? request.headers : {...request.headers, Authorization: `Bearer ${key}`};
    silence?.heard();
    const response = await fetched(url, {...request, headers});
    silence?.stop();
    if (response.status !== 401) {
      return response;
    }
    const another = presentedKey() !== key || (await askForKey(key !== ''));
    if (!another || request.signal?.aborted) {
      return response;
    }
    response.body?.cancel();
  }
}

async function fetched(url, request) {
  try {
    return await fetch(url, {credentials: 'same-origin', redirect: 'error', ...request});
  } catch (failure) {
    throw failure.name === 'AbortError' ? failure : unreachable(failure);
  }
}

async function text(response) {
  try {
    return await response.text();
  } catch (failure) {
    throw failure.name === 'AbortError' ? failure : unreachable(failure);
  }
}

function unreachable(failure) {
  return new ApiError(
    0,
    'The gateway cannot be reached',
    `No answer came (${failure.message}). Check that the gateway runs, then try again.`,
  );
}

/** Errors of the gateway are problem+json; those of Prometheus' API have a shape of their own. */
function problem({status, headers}, body) {
  const after = headers.get('Retry-After') ?? '';
  const retryAfterMillis = /^\d{1,6}$/.test(after) ? Number(after) * 1000 : null;
  let json;
  try {
    json = JSON.parse(body);
  } catch {
    return new ApiError(status, `The gateway answered with status ${status}`, body.slice(0, 300), [], retryAfterMillis);
  }
  return json.errorType
    ? new ApiError(status, json.errorType, json.error, [], retryAfterMillis)
    : new ApiError(status, json.title ?? `Status ${status}`, json.detail ?? '', json.errors, retryAfterMillis);
}

/** True for what a cancelled call throws. */
export const isAborted = (failure) => failure?.name === 'AbortError';
