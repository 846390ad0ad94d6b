package io.weir.harness.e2e.faults;

import java.time.Duration;

/**
 * What a scenario measured.
 *
 * @param id of the scenario
 * @param seed what its schedule was drawn from
 * @param events records that were sent, poison included, all of them judged in both stores
 * @param deadLetters records with a dead letter
 * @param faults processes killed, outages, requests that were refused or whose answer was lost
 * @param restarts of the job
 * @param recovery longest time from the end of a fault until everything that had been sent by then
 *     was in both stores
 */
record FaultFigures(
    String id,
    long seed,
    long events,
    long deadLetters,
    long faults,
    long restarts,
    Duration recovery) {}
