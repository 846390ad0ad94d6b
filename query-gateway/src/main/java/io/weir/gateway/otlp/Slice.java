package io.weir.gateway.otlp;

/** A part of a request's body: from its first byte to behind its last one. */
record Slice(int from, int to) {
  int length() {
    return to - from;
  }
}
