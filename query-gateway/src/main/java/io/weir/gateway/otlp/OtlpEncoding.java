package io.weir.gateway.otlp;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;

/**
 * One of the two ways in which OTLP writes its messages. A message can be taken apart without being
 * built: a request is cut into its records first, which are then built one by one, so that no
 * number of empty messages in a body costs more memory than one record may.
 */
interface OtlpEncoding {
  /** Messages within messages; what protobuf's own parser allows. */
  int MAX_DEPTH = 100;

  /** Takes what a message holds, in the order in which it stands there. */
  interface Members {
    /**
     * @param at the value; of a repeated field one of its values
     */
    void member(FieldDescriptor field, Slice at) throws MalformedOtlpException;
  }

  /** Walks the known fields of a message; unknown ones are passed over. */
  void members(byte[] body, Slice message, Descriptor type, Members members)
      throws MalformedOtlpException;

  /** Returns a value that is no message: a String, Boolean or Integer (the number of an enum). */
  Object scalar(byte[] body, Slice at, FieldDescriptor field) throws MalformedOtlpException;

  /** Builds a message of the type of the prototype. */
  <M extends Message> M parse(byte[] body, Slice message, M prototype)
      throws MalformedOtlpException;
}
