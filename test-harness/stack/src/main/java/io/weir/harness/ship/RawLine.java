package io.weir.harness.ship;

/**
 * A line of a file.
 *
 * @param start offset of its first byte in the file
 * @param end offset behind its last byte, line end included
 * @param text the text without line end; bytes that are not UTF-8 are U+FFFD
 */
record RawLine(long start, long end, String text) {}
