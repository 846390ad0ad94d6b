package io.weir.gateway.search;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One event that was found.
 *
 * @param eventId its identity, see {@link io.weir.model.kafka.EventId}
 * @param index the index that holds it
 * @param source the document, or the part of it that was asked for
 * @param position where it stands in the order of the search
 */
public record LogHit(String eventId, String index, ObjectNode source, LogPosition position) {}
