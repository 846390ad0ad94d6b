/**
 * Reads a stream of server-sent events as its text arrives in pieces. The browser's own EventSource
 * cannot begin after an event that it has not seen itself, which pause and resume need.
 */
export class EventParser {
  #rest = '';
  #event = '';
  #data = [];
  #id = '';

  /** How long to wait before one connects again, as the stream said last; null if it did not. */
  retryMillis = null;

  /**
   * Takes the next piece.
   *
   * @returns {{event: string, data: string, id: string}[]} the events that are complete now; an event
   *     without data tells only its id
   */
  take(piece) {
    const events = [];
    const text = this.#rest + piece;
    // A carriage return at the end may be the first half of a line break.
    const whole = text.endsWith('\r') ? text.slice(0, -1) : text;
    const lines = whole.split(/\r\n|\n|\r/);
    this.#rest = lines.pop() + text.slice(whole.length);
    for (const line of lines) {
      if (line === '') {
        if (this.#data.length > 0 || this.#event !== '' || this.#id !== '') {
          events.push({event: this.#event || 'message', data: this.#data.join('\n'), id: this.#id});
        }
        this.#event = '';
        this.#data = [];
        this.#id = '';
      } else {
        this.#field(line);
      }
    }
    return events;
  }

  #field(line) {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'data') {
      this.#data.push(value);
    } else if (name === 'event') {
      this.#event = value;
    } else if (name === 'id' && !value.includes('\0')) {
      this.#id = value;
    } else if (name === 'retry' && /^\d{1,9}$/.test(value)) {
      this.retryMillis = Number(value);
    }
  }
}
