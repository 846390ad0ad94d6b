# Puts the lifecycle policy in place and every hourly index under it. The index template knows nothing of it,
# because an Elasticsearch without x-pack refuses the setting; repeating this changes nothing. Late indices are left
# out: they take events of their day for as long as hot retention lasts, and refusing them would be a dead letter.
set -eu
base=${ELASTICSEARCH_URL:-https://weir-es-http:9200}
pushgateway=${PUSHGATEWAY_URL:-http://weir-pushgateway:9091}
# How it ended, as the other tasks say it (RunReporter): WeirTaskFails stands on it.
report() {
  status=$?
  now=$(date +%s)
  # PUT takes the place of all that was there; POST leaves alone when it last succeeded.
  if [ "$status" -eq 0 ]; then method=PUT success=1; else method=POST success=0; fi
  {
    printf '# TYPE weir_run_success gauge\nweir_run_success %s\n' "$success"
    printf '# TYPE weir_run_ended_timestamp_seconds gauge\nweir_run_ended_timestamp_seconds %s\n' "$now"
    if [ "$success" -eq 1 ]; then
      printf '# TYPE weir_run_last_success_timestamp_seconds gauge\nweir_run_last_success_timestamp_seconds %s\n' "$now"
    fi
  } | curl --silent --show-error --fail --max-time 10 --request "$method" --data-binary @- \
    "$pushgateway/metrics/job/weir_run/run/HotLifecycle" || echo "the outcome is not reported" >&2
  exit "$status"
}
trap report EXIT
call() {
  curl --silent --show-error --fail-with-body --max-time 60 --cacert /run/secrets/weir/elasticsearch-ca/ca.crt \
    --user "$ELASTICSEARCH_USERNAME:$ELASTICSEARCH_PASSWORD" --header 'Content-Type: application/json' "$@"
  echo
}
call --request PUT "$base/_ilm/policy/weir-hot" --data @"${0%/*}/policy.json"
call --request PUT "$base/logs-*,-logs-late-*/_settings?allow_no_indices=true&expand_wildcards=open" \
  --data '{"index.lifecycle.name":"weir-hot"}'
