/**
 * The silence in force that holds back an alert and lasts longest, as Alertmanager decides: all of
 * its matchers match, an expression as a whole, and a label that is missing is empty.
 *
 * @param {Object<string, string>} labels of the alert
 * @param {object[]} silences as the gateway lists them
 * @returns {object|undefined}
 */
export function silencedBy(labels, silences) {
  return silences
    .filter((silence) => silence.state === 'active' && silence.matchers.every((matcher) => matches(matcher, labels?.[matcher.name] ?? '')))
    .sort((a, b) => Date.parse(b.ends_at) - Date.parse(a.ends_at))[0];
}

function matches({value, regex, equal}, label) {
  if (!regex) {
    return (label === value) === equal;
  }
  try {
    return new RegExp(`^(?:${value})$`, 's').test(label) === equal;
  } catch {
    // An expression that only Alertmanager's language has: better no mark than a wrong one.
    return false;
  }
}
