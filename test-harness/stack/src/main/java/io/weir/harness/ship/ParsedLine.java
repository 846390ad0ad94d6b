package io.weir.harness.ship;

import java.time.Instant;
import java.util.Map;

/**
 * What the head of a log line says. Everything but the message may be null; Weir's parser fills in
 * what is missing (append time, level from the message).
 *
 * @param timestamp when
 * @param level severity in the words of the line
 * @param service who, where the line itself says so
 * @param host where, where the line itself says so
 * @param message the text without the head
 * @param fields the rest, in order; values are String or Long
 */
record ParsedLine(
    Instant timestamp,
    String level,
    String service,
    String host,
    String message,
    Map<String, Object> fields) {}
