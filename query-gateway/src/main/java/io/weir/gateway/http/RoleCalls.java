package io.weir.gateway.http;

import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.metrics.GatewayMetrics;
import java.util.Optional;

/**
 * The calls of the roles that are on.
 *
 * @param metrics calls in the gateway's own shape
 * @param prometheus calls in Prometheus' shape; there whenever {@code metrics} are
 */
record RoleCalls(
    Optional<IngestCalls> ingest,
    Optional<SearchCalls> search,
    Optional<TailCalls> tail,
    Optional<MetricsCalls> metrics,
    Optional<PrometheusCalls> prometheus,
    Optional<DocumentCalls> alerts,
    Optional<DocumentCalls> dashboards,
    Optional<AlertCalls> states,
    Optional<PipelineCalls> pipeline) {

  static RoleCalls of(GatewayConfig config, GatewayServer.Roles roles, GatewayMetrics metrics) {
    Problems problems = new Problems(config);
    CallLog log = new CallLog(System::nanoTime, config.http().slowCall());
    SmallBody.Limits bodies =
        new SmallBody.Limits(config.rules().maxBodyBytes(), config.http().bodyTimeout());
    Optional<PooledCalls> rules =
        roles
            .rules()
            .map(
                role ->
                    new PooledCalls(
                        role.pool(),
                        problems,
                        metrics.calls("rules"),
                        config.rules().retryAfter(),
                        "requests",
                        log));
    return new RoleCalls(
        roles
            .ingest()
            .map(
                role ->
                    new IngestCalls(
                        role.services(),
                        role.budget(),
                        config.ingest(),
                        role.pool(),
                        problems,
                        metrics)),
        roles
            .search()
            .map(
                role ->
                    new SearchCalls(
                        role.services(),
                        new PooledCalls(
                            role.pool(),
                            problems,
                            metrics.calls("search"),
                            config.search().retryAfter(),
                            "searches",
                            log),
                        metrics)),
        roles.tail().map(role -> new TailCalls(role, config.tail(), problems, role.meter())),
        roles
            .metrics()
            .map(
                role ->
                    new MetricsCalls(
                        role.service(),
                        new PooledCalls(
                            role.pool(),
                            problems,
                            metrics.calls("metrics"),
                            config.metrics().retryAfter(),
                            "queries",
                            log))),
        roles
            .metrics()
            .map(
                role ->
                    new PrometheusCalls(
                        role.prometheus(),
                        config.metrics(),
                        config.http().bodyTimeout(),
                        metrics,
                        log)),
        roles
            .rules()
            .map(role -> new DocumentCalls(role.services().alerts(), bodies, rules.orElseThrow())),
        roles
            .rules()
            .map(
                role ->
                    new DocumentCalls(role.services().dashboards(), bodies, rules.orElseThrow())),
        roles.rules().map(role -> new AlertCalls(role.services(), bodies, rules.orElseThrow())),
        roles.rules().map(role -> new PipelineCalls(role.services(), bodies, rules.orElseThrow())));
  }
}
