/**
 * The API key or token that every call presents, where the gateway asks for one. It is kept for as
 * long as the tab is open, and only here: never in an address, which others see in logs and links.
 */
const NAME = 'weir.key';

let inMemory = '';
let asking = null;
let pending = null;
let listener = null;
let declined = false;

/** The key that was given; empty if none was. */
export function presentedKey() {
  try {
    return sessionStorage.getItem(NAME) ?? inMemory;
  } catch {
    return inMemory;
  }
}

/** Keeps a key; an empty one forgets it. */
export function presentKey(key) {
  inMemory = key;
  declined = false;
  try {
    if (key === '') {
      sessionStorage.removeItem(NAME);
    } else {
      sessionStorage.setItem(NAME, key);
    }
  } catch {
    // It lasts until the page is loaded again.
  }
}

/**
 * Asks the person for a key, once for however many calls need it, and not again once they declined.
 *
 * @param {boolean} refused whether one was presented and refused
 * @returns {Promise<boolean>} whether there is another one now
 */
export function askForKey(refused) {
  if (declined) {
    return Promise.resolve(false);
  }
  asking ??= new Promise((resolve) => {
    const answer = (key) => {
      asking = null;
      pending = null;
      if (key === null) {
        declined = true;
        resolve(false);
      } else {
        presentKey(key);
        resolve(true);
      }
    };
    pending = {refused, answer};
    listener?.(pending);
  });
  return asking;
}

/**
 * Names who puts the question to the person; it may be waiting already.
 *
 * @param {(question: {refused: boolean, answer: (key: ?string) => void}) => void} ask
 * @returns {() => void} ends it
 */
export function whenKeyIsWanted(ask) {
  listener = ask;
  if (pending !== null) {
    ask(pending);
  }
  return () => {
    listener = null;
  };
}
