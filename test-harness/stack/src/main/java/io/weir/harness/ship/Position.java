package io.weir.harness.ship;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * How far a file has been shipped. The inode tells the file from others, whatever it is called now;
 * because inodes are used again and files are cut short in place, the checksum of the file's first
 * bytes must hold too.
 *
 * @param fileId device and inode
 * @param offset everything before it has been acknowledged by Kafka
 * @param headLength how many bytes {@code headChecksum} covers, never beyond the offset
 * @param headChecksum CRC-32C of the file's first bytes
 * @param path where the file was seen last
 */
record Position(String fileId, long offset, int headLength, int headChecksum, Path path) {
  private static final int MAX_HEAD = 512;

  /** Returns the position of an open file at an offset that has been read. */
  static Position of(FileChannel channel, String fileId, long offset, Path path)
      throws IOException {
    int length = (int) Math.min(MAX_HEAD, offset);
    return new Position(fileId, offset, length, checksum(channel, length), path);
  }

  /**
   * Returns whether an open file is the one this position was taken in, not cut and not another.
   */
  boolean fits(FileChannel channel) throws IOException {
    return channel.size() >= offset && checksum(channel, headLength) == headChecksum;
  }

  private static int checksum(FileChannel channel, int length) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(length);
    while (head.hasRemaining()) {
      if (channel.read(head, head.position()) < 0) {
        break;
      }
    }
    CRC32C crc = new CRC32C();
    crc.update(head.flip());
    return (int) crc.getValue();
  }
}
