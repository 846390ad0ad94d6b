package io.weir.harness.measure;

import io.weir.model.metric.MetricPoint;
import java.util.Map;
import java.util.function.Consumer;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;
import oshi.hardware.CentralProcessor.TickType;
import oshi.hardware.GlobalMemory;
import oshi.hardware.HWDiskStore;
import oshi.hardware.HardwareAbstractionLayer;
import oshi.hardware.NetworkIF;
import oshi.software.os.OSFileStore;
import oshi.software.os.OperatingSystem;

/** CPU, load, memory, disks, file systems and network of this machine. */
public final class HostMetrics implements MetricSource {
  private static final double MILLIS_PER_SECOND = 1000;

  private final String host;
  private final HardwareAbstractionLayer hardware;
  private final OperatingSystem system;

  /**
   * @param host the tag {@code host}
   */
  public HostMetrics(String host) {
    this.host = host;
    SystemInfo info = new SystemInfo();
    this.hardware = info.getHardware();
    this.system = info.getOperatingSystem();
  }

  @Override
  public void measure(long nowMillis, Consumer<MetricPoint> out) {
    Points points = new Points(nowMillis, Map.of("host", host), out);
    processor(hardware.getProcessor(), points);
    memory(hardware.getMemory(), points);
    for (HWDiskStore disk : hardware.getDiskStores()) {
      String name = disk.getName().replace("/dev/", "");
      points.counter("host_disk_read_bytes_total", disk.getReadBytes(), "device", name);
      points.counter("host_disk_written_bytes_total", disk.getWriteBytes(), "device", name);
      points.counter(
          "host_disk_busy_seconds_total",
          disk.getTransferTime() / MILLIS_PER_SECOND,
          "device",
          name);
    }
    for (OSFileStore files : system.getFileSystem().getFileStores(true)) {
      points.gauge("host_filesystem_bytes", files.getTotalSpace(), "mount", files.getMount());
      points.gauge("host_filesystem_free_bytes", files.getUsableSpace(), "mount", files.getMount());
    }
    for (NetworkIF network : hardware.getNetworkIFs(true)) {
      String name = network.getName();
      points.counter("host_network_received_bytes_total", network.getBytesRecv(), "device", name);
      points.counter("host_network_sent_bytes_total", network.getBytesSent(), "device", name);
      points.counter("host_network_receive_errors_total", network.getInErrors(), "device", name);
    }
  }

  private static void processor(CentralProcessor processor, Points points) {
    long[] millis = processor.getSystemCpuLoadTicks();
    for (TickType type : TickType.values()) {
      points.counter(
          "host_cpu_seconds_total",
          millis[type.getIndex()] / MILLIS_PER_SECOND,
          "mode",
          type.name().toLowerCase(java.util.Locale.ROOT));
    }
    points.gauge("host_cpus", processor.getLogicalProcessorCount());
    double[] load = processor.getSystemLoadAverage(1);
    if (load[0] >= 0) {
      points.gauge("host_load1", load[0]);
    }
  }

  private static void memory(GlobalMemory memory, Points points) {
    points.gauge("host_memory_bytes", memory.getTotal());
    points.gauge("host_memory_available_bytes", memory.getAvailable());
    points.gauge("host_swap_used_bytes", memory.getVirtualMemory().getSwapUsed());
  }
}
