package io.weir.harness.ship;

/**
 * One event as it stands in a file, before it becomes JSON.
 *
 * @param start offset of its first byte
 * @param end offset behind its last byte
 * @param head what its first line says, or null where that line is in no known format
 * @param text the message, continued lines included; the raw line where there is no head
 */
record LogText(long start, long end, ParsedLine head, String text) {}
