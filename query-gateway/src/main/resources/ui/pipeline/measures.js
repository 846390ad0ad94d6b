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

/** What arrived where, in the last hour. */
export const DELIVERY = [
  ['Events that the gateway took', 'sum(increase(weir_ingest_events_total[1h]))'],
  ['Records read by the logs job', `sum(increase(${JOB}task_operator_numRecordsIn{job_name="weir-logs", ${SOURCE}}[1h]))`],
  ['Documents stored in Elasticsearch', `sum(increase(${JOB}task_operator_elasticsearch_documentsStored[1h]))`],
  ['Samples sent to Prometheus', `sum(increase(${JOB}task_operator_remoteWrite_samplesWritten[1h]))`],
  ['Dead letters', `sum(increase({__name__=~"${JOB}task_operator_(.+_)?reason_numDeadLetters"}[1h]))`],
];

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
