package io.weir.harness.e2e.logs;

import static org.awaitility.Awaitility.await;

import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.SubmittedJob;
import io.weir.harness.e2e.delivery.DeliveryOracle;
import io.weir.harness.e2e.delivery.KafkaTopic;
import io.weir.harness.node.FlinkRest;
import io.weir.harness.node.FlinkYaml;
import io.weir.harness.node.HarnessLayout;
import io.weir.harness.node.JobSubmission;
import io.weir.harness.stack.JobsTasks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The logs job on the real cluster between real stores, submitted as a user does: the fat jar
 * through Flink's REST API with the job's Flink configuration. Topic, dead letters and bucket are
 * its own; closing it cancels the job.
 */
public final class LogsPipeline implements AutoCloseable {
  private final PipelineNodes nodes;
  private final String name;
  private final Map<String, String> options = new LinkedHashMap<>();
  private final Map<String, String> flink = new LinkedHashMap<>();
  private final KafkaTopic topic;
  private final KafkaTopic deadLetters;
  private Duration hotRetention = Duration.ofDays(30);
  private String bucket;
  private String archiveFolder = "logs";
  private boolean installTemplates = true;
  private SubmittedJob job;

  /**
   * Describes a pipeline.
   *
   * @param name of topic, bucket and job: 3 to 40 lower-case letters, digits and hyphens
   */
  public LogsPipeline(SharedNodes nodes, String name) {
    this(PipelineNodes.of(nodes), name);
  }

  /** Describes a pipeline on other nodes than the shared ones, with a name like that. */
  public LogsPipeline(PipelineNodes nodes, String name) {
    this.nodes = nodes;
    this.name = name;
    this.bucket = name;
    this.topic = new KafkaTopic(nodes.kafka(), name);
    this.deadLetters = new KafkaTopic(nodes.kafka(), name + "-dead-letters");
    HarnessLayout layout = HarnessLayout.find();
    flink.putAll(FlinkYaml.read(layout.flinkConf().resolve("logs-job.yaml")));
    flink.put("pipeline.name", name);
    flink.put("execution.checkpointing.interval", "5 s");
    flink.put("execution.checkpointing.min-pause", "500 ms");
    flink.put("restart-strategy.exponential-delay.initial-backoff", "200 ms");
    flink.put("restart-strategy.exponential-delay.max-backoff", "2 s");
  }

  /** Sets an option of the job. */
  public LogsPipeline option(String key, String value) {
    options.put(key, value);
    return this;
  }

  /** Sets a Flink key of the job. */
  public LogsPipeline flink(String key, String value) {
    flink.put(key, value);
    return this;
  }

  /**
   * Shares a bucket with other pipelines. Flink keeps a client with threads for each bucket that it
   * has ever seen; a TaskManager that saw a new one with each job ran out of metaspace.
   */
  public LogsPipeline sharedBucket(String shared) {
    bucket = shared;
    archiveFolder = name;
    return this;
  }

  /** Relies on templates that are installed already. */
  public LogsPipeline withTemplatesInstalled() {
    installTemplates = false;
    return this;
  }

  /** Sets how old an event may be to go to Elasticsearch. */
  public LogsPipeline hotRetention(Duration age) {
    hotRetention = age;
    return option("retention.hot", age.toDays() + " d");
  }

  /** Creates topics and bucket, installs the templates, submits the job and waits until it runs. */
  public LogsPipeline start() {
    topic.create(4);
    deadLetters.create(1);
    nodes.objectStore().createBucket(bucket);
    if (installTemplates) {
      new JobsTasks(HarnessLayout.find(), nodes.directories())
          .run(
              "InstallTemplates",
              List.of("--elasticsearch.hosts", nodes.elasticsearch().uri().toString()));
    }
    options.put("kafka.bootstrap-servers", nodes.kafkaOfJob());
    options.put("kafka.topics", topic.name());
    options.put("kafka.group-id", name);
    options.put("dead-letters.topic", deadLetters.name());
    options.put("elasticsearch.hosts", nodes.elasticsearchOfJob().toString());
    options.put("archive.path", "s3a://" + bucket + "/" + archiveFolder);
    List<String> arguments = new ArrayList<>();
    options.forEach(
        (key, value) -> {
          arguments.add("--" + key);
          arguments.add(value);
        });
    FlinkRest rest = nodes.flink().rest();
    job =
        SubmittedJob.submit(
            nodes.flink(),
            JobSubmission.of(HarnessLayout.find().jobsJar(), "io.weir.jobs.LogsJob", arguments)
                .withFlinkConfiguration(flink));
    await("job " + name + " runs")
        .atMost(Duration.ofSeconds(60))
        .until(() -> rest.allTasksRunning(job.id()));
    return this;
  }

  /** Returns the topic that the job reads. */
  public KafkaTopic topic() {
    return topic;
  }

  /** Returns the topic of dead letters. */
  public KafkaTopic deadLetters() {
    return deadLetters;
  }

  /** Returns the folder with the archive's files. */
  public Path archive() {
    return nodes.objectStore().bucketFolder(bucket).resolve(archiveFolder);
  }

  /** Returns the job. */
  public SubmittedJob job() {
    return job;
  }

  /** Returns Flink's id of the job. */
  public String jobId() {
    return job.id();
  }

  /** Returns why the job failed last, in Flink's words; empty if it never did. */
  public Optional<String> failure() {
    // Not the metric numRestarts: the JobManager shows it with a delay of one call and 10 s.
    return nodes.flink().rest().lastFailure(job.id());
  }

  /** Returns an oracle over this pipeline. */
  public DeliveryOracle oracle() {
    return new DeliveryOracle(topic, deadLetters, nodes.elasticsearch(), archive(), hotRetention);
  }

  @Override
  public void close() {
    if (job != null) {
      job.close();
    }
  }
}
