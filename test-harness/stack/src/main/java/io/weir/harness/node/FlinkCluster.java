package io.weir.harness.node;

import io.weir.harness.process.JavaCommand;
import io.weir.harness.process.ManagedProcess;
import io.weir.harness.process.Ports;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real Flink session cluster: a JobManager, perhaps others that stand by, and some TaskManagers,
 * each a process, with {@code flink-conf/config.yaml}, {@code local.yaml} on top, and only ports,
 * folders and memory overridden.
 */
public final class FlinkCluster implements AutoCloseable {
  private static final String MODULE = "flink-node";
  private static final String JOB_MANAGER =
      "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint";
  private static final String TASK_MANAGER =
      "org.apache.flink.runtime.taskexecutor.TaskManagerRunner";
  private static final String JOB_MANAGER_NAME = "flink-jobmanager";
  private static final String TASK_MANAGER_NAME = "flink-taskmanager";

  private static final int FIRST_METRICS_PORT = 9249;
  private static final int LAST_METRICS_PORT = 9264;

  /** As Flink's distribution passes them. */
  private static final List<String> OPENED_PACKAGES =
      List.of(
          "java.lang",
          "java.net",
          "java.io",
          "java.nio",
          "sun.nio.ch",
          "java.lang.reflect",
          "java.text",
          "java.time",
          "java.util",
          "java.util.concurrent",
          "java.util.concurrent.atomic",
          "java.util.concurrent.locks");

  private final HarnessLayout layout;
  private final NodeDirectories directories;
  private final int slots;
  private final int initialTaskManagers;
  private final int jobManagerHeap;
  private final TaskManagerMemory memory;
  private final Map<String, String> configuration;
  private final List<JobManager> jobManagers = new ArrayList<>();
  private final List<ManagedProcess> taskManagers = new ArrayList<>();
  private final Map<String, Integer> metricsPorts = new LinkedHashMap<>();

  private FlinkCluster(Builder builder) {
    this.layout = builder.layout == null ? HarnessLayout.find() : builder.layout;
    this.directories = builder.directories;
    this.slots = builder.slots;
    this.initialTaskManagers = builder.taskManagers;
    this.jobManagerHeap = builder.jobManagerHeap;
    this.memory = builder.memory;
    this.configuration = configuration(builder);
    this.jobManagers.add(
        newJobManager(JOB_MANAGER_NAME, builder.restPort == 0 ? Ports.free() : builder.restPort));
  }

  private JobManager newJobManager(String name, int restPort) {
    FlinkRest rest = new FlinkRest(restUri(restPort));
    ManagedProcess process =
        directories
            .process(name)
            .readiness(rest.answers())
            .advice(
                "if it cannot reach ZooKeeper, see zookeeper.log; unreadable job metadata after an"
                    + " upgrade: bin/up --fresh")
            .command(() -> jobManagerCommand(name, restPort))
            .build();
    return new JobManager(process, rest, restPort);
  }

  public static Builder builder(NodeDirectories directories) {
    return new Builder(directories);
  }

  /** Starts the JobManager and the first TaskManagers and returns at once. */
  public synchronized void start() {
    jobManager().start();
    for (int i = 0; i < initialTaskManagers; i++) {
      startTaskManager();
    }
  }

  /**
   * Waits until the JobManager leads and every TaskManager that was not stopped or killed on
   * purpose offers its slots.
   */
  public void awaitReady() {
    jobManager().awaitReady();
    for (ManagedProcess taskManager : taskManagers()) {
      if (!taskManager.isEndExpected()) {
        taskManager.awaitReady();
      }
    }
  }

  /** Stops TaskManagers and JobManagers. Jobs stay in the high availability store. */
  @Override
  public synchronized void close() {
    for (ManagedProcess taskManager : taskManagers) {
      taskManager.stop();
    }
    for (JobManager jobManager : jobManagers) {
      jobManager.process().stop();
    }
  }

  /** Where the first JobManager answers. */
  public URI restUri() {
    return restUri(jobManagers().get(0).restPort());
  }

  private static URI restUri(int restPort) {
    return URI.create("http://127.0.0.1:" + restPort + "/");
  }

  /**
   * Jobs, checkpoints, savepoints, by way of the first JobManager that runs: any of them asks the
   * one that leads.
   */
  public FlinkRest rest() {
    List<JobManager> all = jobManagers();
    return all.stream()
        .filter(jobManager -> jobManager.process().isRunning())
        .findFirst()
        .orElse(all.get(0))
        .rest();
  }

  /**
   * The first JobManager, for {@link ManagedProcess#kill()} and {@link ManagedProcess#restart()}.
   */
  public ManagedProcess jobManager() {
    return jobManagers().get(0).process();
  }

  /**
   * Starts one more JobManager, which takes over when the one that leads is gone, and returns at
   * once. Needs high availability.
   */
  public synchronized ManagedProcess startStandby() {
    String name = JOB_MANAGER_NAME + "-" + (jobManagers.size() + 1);
    JobManager standby = newJobManager(name, Ports.free());
    jobManagers.add(standby);
    return standby.process().start();
  }

  /** Stops a JobManager of {@link #startStandby()} and forgets it. */
  public synchronized void removeStandby(ManagedProcess standby) {
    jobManagers.removeIf(jobManager -> jobManager.process() == standby);
    standby.stop();
  }

  private synchronized List<JobManager> jobManagers() {
    return List.copyOf(jobManagers);
  }

  /** The TaskManagers started so far, dead ones included; an index stays the same for ever. */
  public synchronized List<ManagedProcess> taskManagers() {
    return List.copyOf(taskManagers);
  }

  /** Starts one more TaskManager and returns at once. */
  public synchronized ManagedProcess startTaskManager() {
    int number = taskManagers.size() + 1;
    String name = number == 1 ? TASK_MANAGER_NAME : TASK_MANAGER_NAME + "-" + number;
    AtomicInteger starts = new AtomicInteger();
    ManagedProcess taskManager =
        directories
            .process(name)
            .readiness(() -> rest().whatRegistrationLacks(resourceId(name, starts.get())))
            .advice("if it finds no JobManager, see " + JOB_MANAGER_NAME + ".log")
            .command(() -> taskManagerCommand(name, resourceId(name, starts.incrementAndGet())))
            .build();
    taskManagers.add(taskManager);
    return taskManager.start();
  }

  /** JobManagers and TaskManagers. */
  public List<ManagedProcess> processes() {
    List<ManagedProcess> processes = new ArrayList<>();
    jobManagers().forEach(jobManager -> processes.add(jobManager.process()));
    processes.addAll(taskManagers());
    return processes;
  }

  /** URI of the folder with checkpoints, one subfolder per job. */
  public URI checkpointDirectory() {
    return URI.create(configuration.get("execution.checkpointing.dir"));
  }

  /** URI of the folder for savepoints. */
  public URI savepointDirectory() {
    return URI.create(configuration.get("execution.checkpointing.savepoint-dir"));
  }

  /** Another one for each start, or the JobManager would take a new process for the one it lost. */
  private static String resourceId(String name, int start) {
    return name + "-run-" + start + "-" + ProcessHandle.current().pid();
  }

  private Map<String, String> configuration(Builder builder) {
    Path home = directories.dataOf("flink");
    Map<String, String> keys = new LinkedHashMap<>();
    keys.putAll(FlinkYaml.read(layout.flinkConf().resolve("local.yaml")));
    // Each process has its own port out of that range.
    keys.remove("metrics.reporter.prom.port");
    keys.put("taskmanager.numberOfTaskSlots", Integer.toString(slots));
    keys.put("execution.checkpointing.dir", home.resolve("checkpoints").toUri().toString());
    keys.put(
        "execution.checkpointing.savepoint-dir", home.resolve("savepoints").toUri().toString());
    keys.put("high-availability.storageDir", home.resolve("ha").toUri().toString());
    keys.put("io.tmp.dirs", home.resolve("tmp").toString());
    keys.put("web.upload.dir", home.resolve("upload").toString());
    if (builder.zooKeeper == null) {
      keys.keySet().removeIf(key -> key.startsWith("high-availability."));
      keys.put("jobmanager.rpc.port", Integer.toString(Ports.free()));
    } else {
      keys.put("high-availability.zookeeper.quorum", builder.zooKeeper);
    }
    keys.putAll(builder.configuration);
    return keys;
  }

  /**
   * Where the processes show their metrics to Prometheus: port by name of process. A process keeps
   * its port when it is restarted.
   */
  public synchronized Map<String, Integer> metricsPorts() {
    return Map.copyOf(metricsPorts);
  }

  private synchronized int metricsPort(String process) {
    return metricsPorts.computeIfAbsent(process, name -> freeMetricsPort());
  }

  /** One of the range in local.yaml, which a firewall may close, while there is one. */
  private int freeMetricsPort() {
    for (int port = FIRST_METRICS_PORT; port <= LAST_METRICS_PORT; port++) {
      if (!metricsPorts.containsValue(port) && !Ports.isOpen(port)) {
        return port;
      }
    }
    return Ports.free();
  }

  private JavaCommand jobManagerCommand(String name, int restPort) {
    return flink(name, JOB_MANAGER)
        .heapMegabytes(jobManagerHeap)
        // It only coordinates: quick to start matters more than peak speed.
        .jvm("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
        .arguments(dynamicProperties(configuration))
        // Behind what local.yaml says: the last one counts.
        .arguments(dynamicProperties(Map.of("rest.port", Integer.toString(restPort))));
  }

  private JavaCommand taskManagerCommand(String name, String resourceId) {
    Map<String, String> all = new LinkedHashMap<>(configuration);
    all.putAll(memory.configuration());
    all.put("taskmanager.cpu.cores", Integer.toString(slots));
    all.put("taskmanager.resource-id", resourceId);
    return flink(name, TASK_MANAGER)
        .heapMegabytes(memory.heapMegabytes())
        .jvm("-XX:+UseG1GC")
        .jvm("-XX:MaxDirectMemorySize=" + memory.directMegabytes() + "m")
        .jvm("-XX:MaxMetaspaceSize=" + memory.metaspace() + "m")
        .arguments(dynamicProperties(all));
  }

  private JavaCommand flink(String name, String mainClass) {
    NodeFiles.createFolder(directories.dataOf("flink").resolve("tmp"));
    NodeFiles.createFolder(directories.dataOf("flink").resolve("upload"));
    Path conf = layout.flinkConf();
    JavaCommand command =
        new JavaCommand(layout.tetherJar(), mainClass)
            // One port, not the range in local.yaml, or nobody would know which process took
            // which.
            .arguments(
                dynamicProperties(
                    Map.of("metrics.reporter.prom.port", Integer.toString(metricsPort(name)))))
            .classPath(layout.classPath(MODULE))
            .systemProperty(
                "log4j2.configurationFile", conf.resolve("log4j2.properties").toUri().toString())
            // Where the web interface finds what it shows as the log.
            .systemProperty("log.file", directories.logOf(name).toString())
            .environment("FLINK_PLUGINS_DIR", layout.target(MODULE, "plugins").toString())
            .environment("FLINK_CONF_DIR", conf.toString())
            .arguments("--configDir", conf.toString());
    return command.jvm(addOpens().toArray(String[]::new));
  }

  /** What a JVM needs to run Flink, or a client of it. */
  public static List<String> addOpens() {
    return OPENED_PACKAGES.stream()
        .map(opened -> "--add-opens=java.base/" + opened + "=ALL-UNNAMED")
        .toList();
  }

  private static List<String> dynamicProperties(Map<String, String> keys) {
    List<String> arguments = new ArrayList<>();
    keys.forEach(
        (key, value) -> {
          arguments.add("-D");
          arguments.add(key + "=" + value);
        });
    return arguments;
  }

  private record JobManager(ManagedProcess process, FlinkRest rest, int restPort) {}

  /** Where, how large, with which high availability store. */
  public static final class Builder {
    private final NodeDirectories directories;
    private final Map<String, String> configuration = new TreeMap<>();
    private HarnessLayout layout;
    private int restPort;
    private int taskManagers = 1;
    private int slots = 4;
    private int jobManagerHeap = 320;
    private TaskManagerMemory memory = TaskManagerMemory.SMALL;
    private String zooKeeper;

    private Builder(NodeDirectories directories) {
      this.directories = Objects.requireNonNull(directories, "directories");
    }

    public Builder layout(HarnessLayout value) {
      layout = value;
      return this;
    }

    /** Default: a free port. */
    public Builder restPort(int value) {
      restPort = value;
      return this;
    }

    /** How many TaskManagers are started with the cluster. Default: 1. */
    public Builder taskManagers(int value) {
      taskManagers = value;
      return this;
    }

    /** Slots of each TaskManager. Default: 4. */
    public Builder slots(int value) {
      slots = value;
      return this;
    }

    public Builder jobManagerHeapMegabytes(int value) {
      jobManagerHeap = value;
      return this;
    }

    /** Memory of each TaskManager. */
    public Builder memory(TaskManagerMemory value) {
      memory = Objects.requireNonNull(value);
      return this;
    }

    /** Turns high availability on: a killed JobManager that is restarted recovers its jobs. */
    public Builder highAvailability(ZooKeeperNode value) {
      zooKeeper = value.connectString();
      return this;
    }

    /** Lets {@code s3a://} paths lead to this store. */
    public Builder objectStore(ObjectStore value) {
      return configure("s3.endpoint", value.endpoint().toString())
          .configure("s3.access-key", ObjectStore.ACCESS_KEY)
          .configure("s3.secret-key", ObjectStore.SECRET_KEY);
    }

    /** Overrides one key of {@code flink-conf/}. */
    public Builder configure(String key, String value) {
      configuration.put(key, value);
      return this;
    }

    public FlinkCluster build() {
      return new FlinkCluster(this);
    }
  }
}
