// Checks of the interface's pure functions. Evaluated in the page: gets the folder of the modules and
// returns how many checks there were, and what failed.
async (folder) => {
  const load = (name) => import(`${folder}/core/${name}.js`);
  const [query, time, text, exporting, {EventParser}] = await Promise.all([load('query'), load('time'), load('text'), load('export'), load('sse')]);
  const [rule, {silencedBy}, {sinceOf}, file] = await Promise.all(['alerts/rule', 'alerts/silenced', 'logs/begin', 'metrics/dashboard-file'].map((name) => import(`${folder}/${name}.js`)));
  const question = await import(`${folder}/metrics/question.js`);
  const failures = [];
  let checks = 0;
  const same = (name, actual, expected) => {
    checks++;
    const [a, e] = [actual, expected].map((value) => JSON.stringify(value));
    if (a !== e) {
      failures.push(`${name}: ${a} is not ${e}`);
    }
  };

  // ---- the query language ----
  const kinds = (q) => query.lex(q).filter((token) => token.kind !== 'blank').map((token) => token.kind).join(' ');
  same('kinds', kinds('service:a -level:(ERROR OR WARN) "x y" z* [1 TO 2]'), 'field word negation field paren word operator word paren phrase word word word word');
  same('range', kinds('status:[500 TO 599]'), 'field range');
  same('dash inside', kinds('web-1 a:b:c'), 'word field word');
  for (const q of ['"open', '((', 'a:', '-', '\\', 'a:[1 TO', '', '"a\\"b" c']) {
    same(`no gap in ${q}`, query.lex(q).map((token) => token.text).join(''), q);
  }
  const place = (q, caret = q.length) => (({field, prefix}) => [field, prefix])(query.atCaret(q, caret));
  same('name', place('level:ERROR serv'), [null, 'serv']);
  same('value', place('service:pay'), ['service', 'pay']);
  same('empty value', place('service:'), ['service', '']);
  same('in a group', place('level:(ERROR OR W'), ['level', 'W']);
  same('empty in a group', place('level:(ERROR OR '), ['level', '']);
  same('after a group', place('level:(ERROR) se'), [null, 'se']);
  same('quoted', place('user:"Jane D'), ['user', 'Jane D']);
  same('inside a name', place('service:a', 4), [null, 'serv']);
  const done = (q, choice) => query.complete(q, query.atCaret(q, q.length), choice);
  same('completes a name', done('a serv', 'service:'), {text: 'a service:', caret: 10});
  same('completes a value', done('service:pay', 'payments'), {text: 'service:payments ', caret: 17});
  same('matching', query.matching(['service', 'my_service', 'host'], 'ser'), ['service', 'my_service']);
  same('plain value', query.valueTerm('web-1'), 'web-1');
  same('quoted values', ['a b', 'say "hi"', 'AND', '-x', 'a:b', 'a*', 'C:\\d', 'l\n\u0001', ''].map(query.valueTerm), ['"a b"', '"say \\"hi\\""', '"AND"', '"-x"', '"a:b"', '"a*"', '"C:\\\\d"', '"l\\n\\u0001"', '""']);
  same('names', [query.fieldTerm('user_id', true), query.fieldTerm('service', true), query.fieldTerm('my field', true), query.fieldTerm('1st', true)], ['user_id', 'fields.service', 'my\\ field', 'fields.1st']);
  same('adds', query.toggled('', 'level:ERROR', false), 'level:ERROR');
  same('adds to another', query.toggled('a', 'level:ERROR', true), 'a -level:ERROR');
  same('takes away', query.toggled('a level:ERROR b', 'level:ERROR', false), 'a b');
  same('turns round', query.toggled('a -level:ERROR', 'level:ERROR', false), 'a level:ERROR');
  same('keeps an OR together', query.toggled('a OR b', 'c:d', false), '(a OR b) c:d');
  same('does not break an OR', query.toggled('x:y OR b', 'x:y', false), '(x:y OR b) x:y');
  same('does not look inside', query.hasTerm('(a x:y)', 'x:y'), false);
  same('not a part', query.hasTerm('service:pay', 'service:pays'), false);
  const marks = (q, message) => [...message.matchAll(query.highlighter(q) ?? /$^/g)].map((match) => match[0]);
  same('words', marks('refused service:a', 'Connection Refused, refusedx'), ['Refused']);
  same('phrase', marks('"connection refused"', 'connection, refused connection'), ['connection, refused']);
  same('prefix', marks('conn*', 'connection disconnect'), ['connection']);
  same('not what is excluded', marks('a -b NOT c -(d e) f', 'a b c d e f'), ['a', 'f']);
  same('message:', marks('message:(x OR y) host:z', 'x y z'), ['x', 'y']);
  same('no expression', marks('"a.*b" (', 'a.*b axxb'), ['a.*b']);
  same('nothing', query.highlighter('service:a -b'), null);

  // ---- times ----
  const now = Date.UTC(2026, 2, 29, 10, 0, 0);
  same('now', time.parseTime('now', 'utc', now), now);
  same('relative', time.parseTime('now - 15m', 'utc', now), now - 900_000);
  same('utc', time.parseTime('2026-03-29 10:00', 'utc'), now);
  same('with an offset', time.parseTime('2026-03-29T12:00:00.5+02:00', 'local'), now + 500);
  same('date', time.parseTime('2026-03-29', 'utc'), now - 36_000_000);
  same('epoch', [time.parseTime('1774778400', 'utc'), time.parseTime('1774778400000', 'utc')], [now, now]);
  same('local', time.parseTime('2026-03-28 11:00', 'local'), Date.UTC(2026, 2, 28, 10));
  same('none', ['', 'yesterday', '2026-02-30', '2026-03-29 25:00', 'now-5x', '2026-13-01'].map((one) => Number.isNaN(time.parseTime(one, 'utc'))), Array(6).fill(true));
  same('to the API', [time.toParameter('NOW - 1H', 'utc'), time.toParameter('2026-03-29 10:00', 'utc')], ['now-1h', '2026-03-29T10:00:00Z']);
  same('formats', [time.formatTime(now + 7, 'utc'), time.formatTime(now + 7, 'utc', 'short'), time.formatTime('2026-03-29T10:00:00.123456789Z', 'utc', 'exact'), time.formatTime(now, 'local')], ['2026-03-29 10:00:00', '03-29 10:00:00.007', '2026-03-29 10:00:00.123456789Z', '2026-03-29 12:00:00']);
  same('labels', [time.rangeLabel('now-15m', '', 'utc'), time.rangeLabel('now-10800s', '', 'utc'), time.rangeLabel('now-1h', '', 'utc'), time.rangeLabel('2026-03-29T10:00Z', 'now', 'utc')], ['Last 15 minutes', 'Last 3 hours', 'Last hour', '2026-03-29 10:00:00 → now']);
  same('spans', [340, 2500, 200_000, 14_700_000, 183_600_000, null].map(time.formatSpan), ['340 ms', '2.5 s', '3 min 20 s', '4 h 5 min', '2 d 3 h', '–']);
  same('wider', time.movedRange(now - 4000, now - 2000, 'wider', now), {from: '2026-03-29T09:59:55Z', to: '2026-03-29T09:59:59Z'});
  same('not into the future', time.movedRange(now - 4000, now, 'ahead', now), {from: '2026-03-29T09:59:56Z', to: '2026-03-29T10:00:00Z'});
  same('back', time.movedRange(now - 4000, now, 'back', now), {from: '2026-03-29T09:59:54Z', to: '2026-03-29T09:59:58Z'});

  // ---- text of others ----
  const shown = (value, options) => text.readable(value, null, options).parts.map((part) => part.text).join('|');
  same('ansi', text.readable('\u001b[1;31mred\u001b[0m \u001b]0;t\u0007x\u001b(B', null), {parts: [{text: 'red x', mark: false}], escapes: 4, cut: 0});
  same('bidi', shown('a\u202eb\u2066c'), 'a|RLO|b|LRI|c');
  same('controls', shown('a\u0000b\u0007\u0085m'), 'a|^@|b|^G|U+0085|m');
  same('one line', shown('a\r\nb\tc', {line: true}), 'a⏎b c');
  same('cut', text.readable('x'.repeat(10), null, {most: 4}), {parts: [{text: 'xxxx', mark: false}], escapes: 0, cut: 6});
  same('no half of a character', text.readable('abc😀', null, {most: 4}).parts[0].text, 'abc');
  same('marked', text.readable('say <b> x', /x/g).parts.map((part) => [part.text, part.mark]), [['say <b> ', false], ['x', true]]);
  same('values', [0, 0.000_01, 0.1234567, 1234.56, 12_345, 3_200_000_000, null].map(text.formatValue), ['0', '1.00e-5', '0.1235', '1235', '12.35k', '3.2G', '–']);
  same('flattened', text.flattened({a: {b: 1, c: {d: 'x'}}, e: [1, 2], f: null}), [['a.b', 1], ['a.c.d', 'x'], ['e', [1, 2]], ['f', null]]);

  // ---- files ----
  const events = [{timestamp: 't', level: 'INFO', service: 's', message: 'a "b",\nc', event_id: '1', fields: {k: '=1+1', n: -5}}];
  same('csv', exporting.csv(events), 'timestamp,level,service,host,region,message,fields.k,fields.n,event_id\r\nt,INFO,s,,,"a ""b"",\nc",\'=1+1,-5,1\r\n');
  same('ndjson', exporting.ndjson(events).split('\n').length, 2);

  // ---- the stream ----
  const parser = new EventParser();
  same('half an event', parser.take('id: 1\nevent: log\nda'), []);
  same('an event', parser.take('ta: {"a":1}\r\n\r'), []);
  same('the rest', parser.take('\n: comment\n\nid: 2\nevent: heartbeat\ndata: x\ndata:y\n\n'), [{event: 'log', data: '{"a":1}', id: '1'}, {event: 'heartbeat', data: 'x\ny', id: '2'}]);

  parser.take('retry: 250\n\n');
  same('how long to wait', parser.retryMillis, 250);
  const found = (timestamp) => sinceOf({to: '2026-03-29T10:00:00Z', logs: timestamp ? [{timestamp}] : []});
  same('joins what is found', ['2026-03-29T09:54:59.5Z', '2026-03-29T10:00:00Z', '2026-03-29T09:10:00Z', undefined].map(found), ['361s', '60s', '900s', '900s']);

  // ---- rules ----
  const form = rule.editable({kind: 'threshold', metric: 'm', threshold: '1', annotations: {summary: 'a, b=c'}});
  same('commas stay', rule.pruned(form), {kind: 'threshold', annotations: {summary: 'a, b=c'}, metric: 'm', threshold: 1});
  same('rows of nothing', rule.pruned({...form, annotations: [['', ' ']]}), {kind: 'threshold', metric: 'm', threshold: 1});
  same('rows that cannot be sent', rule.wrongPairs({...form, tags: [['a', '1'], ['a ', '2']], labels: [['', 'x']]}).map(({field}) => field), ['tags', 'labels']);
  const silence = (state, ...matchers) => ({state, ends_at: '2026-03-29T10:00:00Z', matchers: matchers.map(([name, value, regex, equal]) => ({name, value, regex, equal}))});
  const held = (...silences) => silencedBy({service: 'payments'}, silences) !== undefined;
  same('silenced', [held(silence('active', ['service', 'payments', false, true])), held(silence('active', ['service', 'pay.*', true, true], ['host', '', false, true]))], [true, true]);
  same('not silenced', [silence('expired', ['service', 'payments', false, true]), silence('active', ['service', 'pay', true, true]), silence('active', ['service', 'payments', false, false]), silence('active', ['service', 'payments', false, true], ['host', 'a', false, true]), silence('active', ['service', '(?i)PAYMENTS(', true, true])].map((one) => held(one)), Array(5).fill(false));
  same('the longest', silencedBy({}, [{...silence('active'), ends_at: '2026-03-29T09:00:00Z'}, silence('active')]).ends_at, '2026-03-29T10:00:00Z');

  // ---- dashboards ----
  const dashboard = {title: 't', panels: [{kind: 'stat'}]};
  same('file of a dashboard', file.ofFile(file.asFile({...dashboard, id: 'x', version: 3})), dashboard);

  // ---- metrics ----
  same('tags', question.readTags(question.writeTags({a: 'b,c', 'd:e': ''})), {a: 'b,c', 'd:e': ''});
  same('aligned', question.aligned([{points: [{timestamp: '1970-01-01T00:00:01Z', value: 1}]}, {points: [{timestamp: '1970-01-01T00:00:02Z', value: 2}]}]), [[1, 2], [1, null], [null, 2]]);
  same('summary', question.summary([{value: 1}, {value: null}, {value: 3}]), {last: 3, min: 1, max: 3, mean: 2});
  return {checks, failures};
}
