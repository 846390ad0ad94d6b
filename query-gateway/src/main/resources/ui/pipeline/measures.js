/**
 * What is asked of Prometheus about the jobs: Flink's own metrics and those of the sinks. Each has a
 * label `job_name`; the names are those that Flink's reporter makes.
 */
const JOB = 'flink_taskmanager_job_';
const SOURCE = 'operator_name=~"Source:.*"';

export const MEASURES = {
  in: `sum by (job_name) (${JOB}task_operator_numRecordsInPerSecond{${SOURCE}})`,
  lag: `sum by (job_name) (${JOB}task_operator_pendingRecords{${SOURCE}})`,
  watermark: `time() - min by (job_name) (${JOB}task_currentOutputWatermark > 0) / 1000`,
  busy: `max by (job_name) (${JOB}task_busyTimeMsPerSecond) / 10`,
  restarts: 'max by (job_name) (flink_jobmanager_job_numRestarts)',
};

/**
 * By how much counters have risen in the last hour. `increase` alone knows nothing of what a counter
 * had when it was first seen, as one has that is born with its first event, and guesses what lies
 * beyond the outer samples. So it is asked only where a counter began anew; any other has risen by
 * the difference of its ends, or, if it was not there an hour ago, by all that it counts.
 */
const risen = (counter) =>
  `(((last_over_time(${counter}[1h]) - last_over_time(${counter}[1h] offset 1h)) or last_over_time(${counter}[1h])) unless resets(${counter}[2h]) > 0) or increase(${counter}[1h])`;

/** Events that the gateway took in the last hour. */
export const TAKEN = `sum(${risen('weir_ingest_events_total{outcome="accepted"}')})`;

/** What the jobs did in the last hour, by job. */
export const DELIVERY = [
  ['Records read', `${JOB}task_operator_numRecordsIn{${SOURCE}}`],
  ['Documents stored', `${JOB}task_operator_elasticsearch_documentsStored`],
  ['Samples sent', `${JOB}task_operator_remoteWrite_samplesWritten`],
  ['Dead letters', `{__name__=~"${JOB}task_operator_(.+_)?reason_numDeadLetters"}`],
].map(([label, counter]) => [label, `sum by (job_name) (${risen(counter)})`]);

/** What the last audit found, as it told the Pushgateway. */
export const AUDIT = {
  ratio: 'max by (of) (weir_run_ratio{run="AuditJob"})',
  items: 'max by (item) (weir_run_items{run="AuditJob"})',
  ended: 'max(weir_run_last_success_timestamp_seconds{run="AuditJob"})',
};

/** The values of an instant query by a label. */
export function byLabel(answer, label) {
  return new Map(answer.data.result.map((one) => [one.metric[label], Number(one.value[1])]));
}

/** The one value of an instant query; null if it has none. */
export const only = (answer) => (answer.data.result.length === 0 ? null : Number(answer.data.result[0].value[1]));
