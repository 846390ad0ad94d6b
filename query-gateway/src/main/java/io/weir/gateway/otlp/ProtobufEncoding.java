package io.weir.gateway.otlp;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/** Protobuf, the binary encoding. */
final class ProtobufEncoding implements OtlpEncoding {

  @Override
  public void members(byte[] body, Slice message, Descriptor type, Members members)
      throws MalformedOtlpException {
    CodedInputStream in = CodedInputStream.newInstance(body, message.from(), message.length());
    in.setRecursionLimit(MAX_DEPTH);
    try {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
        if (field == null) {
          in.skipField(tag);
          continue;
        }
        if (WireFormat.getTagWireType(tag) != field.getLiteType().getWireType()) {
          throw new MalformedOtlpException(
              field.getFullName() + " has wire type " + WireFormat.getTagWireType(tag));
        }
        int length =
            field.getLiteType().getWireType() == WireFormat.WIRETYPE_LENGTH_DELIMITED
                ? in.readRawVarint32()
                : -1;
        int from = message.from() + in.getTotalBytesRead();
        if (length >= 0) {
          in.skipRawBytes(length);
        } else if (field.getLiteType().getWireType() == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
          throw new MalformedOtlpException(field.getFullName() + " has a negative length");
        } else {
          in.skipField(tag);
        }
        members.member(field, new Slice(from, message.from() + in.getTotalBytesRead()));
      }
    } catch (IOException e) {
      throw malformed(type, e);
    }
  }

  @Override
  public Object scalar(byte[] body, Slice at, FieldDescriptor field) throws MalformedOtlpException {
    CodedInputStream in = CodedInputStream.newInstance(body, at.from(), at.length());
    try {
      return switch (field.getJavaType()) {
        case STRING -> {
          ByteString bytes = ByteString.copyFrom(in.readRawBytes(at.length()));
          if (!bytes.isValidUtf8()) {
            throw new MalformedOtlpException(field.getFullName() + " is not UTF-8");
          }
          yield bytes.toStringUtf8();
        }
        case BOOLEAN -> in.readBool();
        case ENUM -> in.readEnum();
        default -> throw new IllegalArgumentException(field.getFullName());
      };
    } catch (IOException e) {
      throw malformed(field.getContainingType(), e);
    }
  }

  @Override
  @SuppressWarnings("unchecked") // a message's parser gives messages of its type
  public <M extends Message> M parse(byte[] body, Slice message, M prototype)
      throws MalformedOtlpException {
    try {
      return (M) prototype.getParserForType().parseFrom(body, message.from(), message.length());
    } catch (InvalidProtocolBufferException e) {
      throw malformed(prototype.getDescriptorForType(), e);
    }
  }

  private static MalformedOtlpException malformed(Descriptor type, IOException e) {
    return new MalformedOtlpException("no " + type.getFullName() + ": " + e.getMessage(), e);
  }
}
