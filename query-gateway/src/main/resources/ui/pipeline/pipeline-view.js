import {all, c, classes, t} from '../core/dom.js';
import {get} from '../core/api.js';
import {useInterval, useLoaded} from '../core/hooks.js';
import {useKeys} from '../core/keys.js';
import {formatCount, formatSize, formatValue} from '../core/text.js';
import {ago, formatSpan, formatTime} from '../core/time.js';
import {Badge, Button, Empty, Failure, Notice} from '../parts/basics.js';
import {DeadLetters} from './dead-letters.js';
import {AUDIT, byLabel, DELIVERY, MEASURES, only, TAKEN} from './measures.js';

const REFRESH_SECONDS = 10;
const STALE_CHECKPOINT = 5 * 60_000;
const HIGH_LAG = 10_000;
const LATE_SECONDS = 120;
const DELIVERED = 0.999;

/** How the jobs do, what could not be stored, and what has arrived where. */
export function PipelineView({params, zone}) {
  const jobs = useLoaded('jobs', (signal) => get('pipeline/jobs', {}, signal));
  const measures = useLoaded('measures', loadMeasures);
  const reload = () => {
    jobs.reload();
    measures.reload();
  };
  useInterval(REFRESH_SECONDS, reload);
  useKeys({r: reload});
  return t.div(
    {class: 'page'},
    t.div({class: 'page-head'}, t.h1('Pipeline'), c(Button, {hint: 'Load again (r)', onClick: reload}, '↻')),
    jobs.error && (jobs.error.status === 422 ? c(Notice, {kind: 'warning', title: 'The jobs are not known'}, jobs.error.message) : c(Failure, {error: jobs.error, retry: jobs.reload})),
    measures.error && c(Notice, {kind: 'warning', title: 'Without measures: Prometheus does not answer'}, measures.error.message),
    jobs.value?.unreachable.length > 0 &&
      c(Notice, {kind: 'warning', title: 'Some jobs are not shown'}, jobs.value.unreachable.join('; ')),
    jobs.value && c(Jobs, {jobs: jobs.value.jobs, measures: measures.value?.measures, zone}),
    c(Delivery, {delivery: measures.value?.delivery}),
    c(Audit, {audit: measures.value?.audit, zone}),
    c(DeadLetters, {params, zone}),
    c(Health, {}),
  );
}

async function loadMeasures(signal) {
  const ask = (query) => get('api/v1/query', {query}, signal);
  const names = Object.keys(MEASURES);
  const [values, taken, delivery, ratio, items, ended] = await Promise.all([
    Promise.all(names.map((name) => ask(MEASURES[name]))),
    ask(TAKEN),
    Promise.all(DELIVERY.map(([, query]) => ask(query))),
    ask(AUDIT.ratio),
    ask(AUDIT.items),
    ask(AUDIT.ended),
  ]);
  return {
    measures: Object.fromEntries(names.map((name, index) => [name, byLabel(values[index], 'job_name')])),
    delivery: {taken: only(taken), columns: DELIVERY.map(([label], index) => [label, byLabel(delivery[index], 'job_name')])},
    audit: {ratio: byLabel(ratio, 'of'), items: byLabel(items, 'item'), ended: only(ended)},
  };
}

function Jobs({jobs, measures, zone}) {
  const running = jobs.filter((job) => job.checkpoints !== null);
  const ended = jobs.filter((job) => job.checkpoints === null);
  return t.section(
    {'aria-label': 'Jobs'},
    jobs.length === 0 && c(Empty, {title: 'No job runs in this cluster.'}, 'Submit one; bin/up does for the local stack.'),
    t.div({class: 'jobs'}, running.map((job) => c(Job, {key: job.id, job, measures, zone}))),
    ended.length > 0 && t.p({class: 'field-hint'}, 'Ended: ', ended.slice(0, 5).map((job) => `${job.name} (${job.state.toLowerCase()}, ${ago(job.started_at)})`).join(', '), ended.length > 5 && ` and ${ended.length - 5} more`),
  );
}

function Job({job, measures, zone}) {
  // A reporter that was not told otherwise writes weir_logs for weir-logs.
  const plain = job.name.replace(/[^a-zA-Z0-9:_]/g, '_');
  const of = (name) => measures?.[name].get(job.name) ?? measures?.[name].get(plain) ?? null;
  const {checkpoints} = job;
  const age = checkpoints.last_completed_at ? Date.now() - Date.parse(checkpoints.last_completed_at) : null;
  const failing = checkpoints.last_failed_at && (!checkpoints.last_completed_at || checkpoints.last_failed_at > checkpoints.last_completed_at);
  const fine = job.state === 'RUNNING' && job.tasks_running === job.tasks;
  return t.article(
    {class: 'card job', 'aria-label': job.name},
    t.header(t.h2(job.name), c(Badge, {kind: fine ? 'ok' : job.state === 'RUNNING' ? 'warning' : 'bad'}, job.state.toLowerCase()), t.span({class: 'field-hint', title: formatTime(job.started_at, zone)}, `for ${formatSpan(job.duration_ms)}`)),
    t.dl(
      {class: 'measures'},
      measure('Records a second', formatValue(of('in'))),
      measure('Waiting in Kafka', of('lag') === null ? '–' : formatCount(Math.round(of('lag'))), of('lag') > HIGH_LAG),
      measure('Event time is behind by', of('watermark') === null ? '–' : formatSpan(of('watermark') * 1000), of('watermark') > LATE_SECONDS),
      measure('Busiest task', of('busy') === null ? '–' : `${formatValue(of('busy'))} %`, of('busy') > 90),
      measure('Last checkpoint', age === null ? 'none yet' : `${formatSpan(age)} ago`, age === null || age > STALE_CHECKPOINT),
      measure('It took', checkpoints.last_duration_ms === undefined ? '–' : `${formatSpan(checkpoints.last_duration_ms)}, ${formatSize(checkpoints.last_bytes)}B`),
      measure('Checkpoints', `${checkpoints.completed} done, ${checkpoints.failed} failed`, failing),
      measure('Tasks', `${job.tasks_running} of ${job.tasks}`, job.tasks_running < job.tasks),
      measure('Restarts', formatValue(of('restarts'))),
    ),
    failing && c(Notice, {kind: 'warning', title: `The last checkpoint failed at ${formatTime(checkpoints.last_failed_at, zone)}`}, checkpoints.last_failure),
  );
}

const measure = (label, value, bad = false) => t.div({class: classes('measure', {bad})}, t.dt(label), t.dd(value));

function Delivery({delivery}) {
  if (!delivery) {
    return null;
  }
  const {taken, columns} = delivery;
  const shown = (value) => (value === undefined || value === null ? '–' : formatCount(Math.round(value)));
  const jobs = [...new Set(columns.flatMap(([, values]) => [...values.keys()]))].sort();
  return t.section(
    {class: 'card', 'aria-label': 'Delivery in the last hour'},
    t.h2('Delivery in the last hour'),
    t.dl({class: 'measures'}, measure('Events that the gateway took', shown(taken))),
    jobs.length > 0 &&
      t.div(
        {class: 'table-scroll'},
        t.table(
          {class: 'data'},
          t.thead(t.tr(t.th({scope: 'col'}, 'Job'), columns.map(([label]) => t.th({scope: 'col', class: 'number'}, label)))),
          t.tbody(jobs.map((job) => t.tr({key: job}, t.th({scope: 'row'}, job), columns.map(([label, values]) => t.td({key: label, class: 'number'}, shown(values.get(job))))))),
        ),
      ),
  );
}

function Audit({audit, zone}) {
  if (!audit) {
    return null;
  }
  const share = (name, label) => {
    const ratio = audit.ratio.get(name);
    return measure(label, ratio === undefined ? '–' : `${(Math.floor(ratio * 1e6) / 1e4).toFixed(4)} %`, ratio < DELIVERED);
  };
  const count = (name, label, bad) => {
    const value = audit.items.get(name);
    return measure(label, value === undefined ? '–' : formatCount(value), bad && value > 0);
  };
  return t.section(
    {class: 'card', 'aria-label': 'Last audit'},
    t.h2('Last audit'),
    audit.ended === null
      ? t.p({class: 'field-hint'}, 'None was reported: run bin/audit.')
      : t.dl(
          {class: 'measures'},
          measure('It ended', formatTime(new Date(audit.ended * 1000).toISOString(), zone)),
          share('delivered_to_elasticsearch', 'Delivered to Elasticsearch'),
          share('delivered_to_archive', 'Delivered to the archive'),
          count('expected', 'Records looked for', false),
          count('missing_in_elasticsearch', 'Missing in Elasticsearch', true),
          count('missing_in_archive', 'Missing in the archive', true),
          count('doubled_in_archive', 'Doubled in the archive', true),
          count('pending', 'Not passed by the job yet', false),
        ),
  );
}

function Health() {
  const {value, error} = useLoaded('ready', (signal) => get('ready', {}, signal));
  if (error) {
    return c(Failure, {error});
  }
  return (
    value &&
    t.section(
      {class: 'card', 'aria-label': 'What the gateway depends on'},
      t.h2('What the gateway depends on'),
      t.ul(
        {class: 'dependencies'},
        value.dependencies.map((one) => t.li({key: `${one.role} ${one.name}`}, c(Badge, {kind: one.ready ? 'ok' : one.required ? 'bad' : 'warning'}, one.ready ? 'there' : 'away'), all(t.b(one.name), t.span({class: 'field-hint'}, `${one.role}: ${one.detail}`)))),
      ),
    )
  );
}
