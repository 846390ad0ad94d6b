/** Alert rules as a form has them, and as the API takes them. */

export const KINDS = {
  threshold: 'a metric passes a threshold',
  absence: 'nothing comes any more',
  log_match: 'too many log events match',
  sequence: 'one event follows another, or does not',
};

/** Members that each kind has beside those of all. */
const OF_KIND = {
  threshold: ['metric', 'aggregation', 'tags', 'condition', 'threshold', 'duration_s', 'window_s'],
  absence: ['metric', 'tags', 'query', 'duration_s'],
  log_match: ['query', 'condition', 'threshold', 'window_s'],
  sequence: ['first', 'then', 'without', 'within_s'],
};
const OF_ALL = ['id', 'version', 'name', 'kind', 'group_by', 'evaluate_every_s', 'no_data', 'keep_firing_for_s', 'severity', 'labels', 'annotations', 'notification_channel'];

export const has = (kind, member) => OF_KIND[kind].includes(member);

/** A new rule, to begin with. */
export const emptyRule = (metric = '') => ({
  kind: 'threshold',
  name: '',
  metric,
  condition: '>',
  threshold: '',
  duration_s: 150,
  evaluate_every_s: 30,
  severity: 'warning',
  notification_channel: '',
});

/** What to send: the members that the kind has and that are not empty. */
export function pruned(rule) {
  const members = [...OF_ALL, ...OF_KIND[rule.kind]];
  return Object.fromEntries(
    members
      .map((name) => [name, PAIRS.includes(name) && Array.isArray(rule[name]) ? Object.fromEntries(written(rule[name]).map(([key, value]) => [key.trim(), value])) : rule[name]])
      .filter(([, value]) => value !== undefined && value !== null && value !== '' && !isEmpty(value))
      .map(([name, value]) => [name, name === 'threshold' ? threshold(value) : value]),
  );
}

/** Members that are names with values; a form has them as rows. */
const PAIRS = ['tags', 'labels', 'annotations'];

/** A rule as the form has it: rows, in which a name may be missing or stand twice for a while. */
export const editable = (rule) => ({...rule, ...Object.fromEntries(PAIRS.map((name) => [name, Object.entries(rule[name] ?? {})]))});

/** What is wrong with the rows of a form, which could not be sent as they are. */
export function wrongPairs(rule) {
  return PAIRS.flatMap((field) => {
    const names = written(rule[field] ?? []).map(([name]) => name.trim());
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    return names.includes('') ? [{field, reason: 'a value has no name'}] : twice !== undefined ? [{field, reason: `“${twice}” stands there twice`}] : [];
  });
}

/** Rows that say something. */
const written = (rows) => rows.filter(([name, value]) => name.trim() !== '' || value.trim() !== '');

const isEmpty = (value) => typeof value === 'object' && Object.keys(value).length === 0;

/** `0.02` is a number, `1%` a text; anything else is the gateway's to judge. */
function threshold(value) {
  const text = String(value).trim();
  return text !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;
}

/** A threshold as a number, for painting it; NaN if it is none. */
export function thresholdNumber(value) {
  const text = String(value).trim();
  return text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : text === '' ? NaN : Number(text);
}

/** A rule in one sentence. */
export function sentence(rule) {
  const by = rule.group_by?.length ? ` for each ${rule.group_by.join(', ')}` : '';
  switch (rule.kind) {
    case 'absence':
      return `nothing of ${rule.metric ?? rule.query} for ${rule.duration_s} s${by}`;
    case 'log_match':
      return `events with ${rule.query} ${rule.condition ?? '>'} ${rule.threshold} in ${rule.window_s ?? 60} s${by}`;
    case 'sequence':
      return `${rule.first}, then ${rule.then ? rule.then : `not ${rule.without}`} within ${rule.within_s} s${by}`;
    default:
      return `${rule.aggregation ? `${rule.aggregation} of ` : ''}${rule.metric} ${rule.condition} ${rule.threshold} for ${rule.duration_s} s${by}`;
  }
}

/** The worst state of a rule's groups. */
export function worst(states) {
  return ['firing', 'pending', 'resolved', 'inactive'].find((state) => states.some((one) => one.state === state)) ?? 'inactive';
}

/** Name and value of each label or tag: `service=payments host=web-1`. */
export const groupText = (group) =>
  Object.entries(group ?? {})
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');

/** Matchers for a silence over one alert: its labels, as Alertmanager has them. */
export const matchersOf = (labels) => Object.entries(labels).map(([name, value]) => ({name, value, regex: false, equal: true}));
