package io.weir.harness.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.weir.harness.node.JobSubmission;
import io.weir.harness.node.NodeFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * A job of a cluster as it is deployed, in a YAML file: all that is needed to deploy it again. The
 * local stack writes one for each job; for other clusters a person writes it once.
 *
 * <pre>
 * cluster: http://flink.example:8081/
 * savepoints: s3://state/savepoints/logs
 * jar: weir-jobs-all.jar              # relative to this file
 * main-class: io.weir.jobs.LogsJob
 * arguments: [--kafka.bootstrap-servers, kafka:9092]
 * parallelism: 4                      # optional: the cluster's default
 * flink-configuration:                # pipeline.name is how the job is found on the cluster
 *   pipeline.name: weir-logs
 * </pre>
 *
 * @param cluster address of Flink's REST API
 * @param savepoints URI of the folder for this job's savepoints, as the cluster sees it
 * @param submission what runs; restores nothing by itself
 */
public record JobFile(URI cluster, String savepoints, JobSubmission submission) {
  static final String NAME_KEY = "pipeline.name";

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final String CLUSTER = "cluster";
  private static final String SAVEPOINTS = "savepoints";
  private static final String JAR = "jar";
  private static final String MAIN_CLASS = "main-class";
  private static final String ARGUMENTS = "arguments";
  private static final String PARALLELISM = "parallelism";
  private static final String FLINK = "flink-configuration";
  private static final Set<String> FIELDS =
      Set.of(CLUSTER, SAVEPOINTS, JAR, MAIN_CLASS, ARGUMENTS, PARALLELISM, FLINK);

  public JobFile {
    Objects.requireNonNull(cluster, CLUSTER);
    Objects.requireNonNull(savepoints, SAVEPOINTS);
    Objects.requireNonNull(submission, "submission");
  }

  /** Name under which the cluster runs the job. */
  public String name() {
    return submission.flinkConfiguration().get(NAME_KEY);
  }

  public JobFile withSubmission(JobSubmission other) {
    return new JobFile(cluster, savepoints, other);
  }

  /**
   * @throws IllegalArgumentException listing every field that is missing, unknown or wrong
   */
  public static JobFile read(Path file) {
    List<String> errors = new ArrayList<>();
    JsonNode root;
    try {
      root = YAML.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(file + " is not YAML: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
    if (!root.isObject()) {
      throw new IllegalArgumentException(file + " is not a map of fields");
    }
    for (Iterator<String> names = root.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!FIELDS.contains(name)) {
        errors.add(name + ": is not a field of a job file");
      }
    }
    URI cluster = uri(text(root, CLUSTER, errors), errors);
    String savepoints = text(root, SAVEPOINTS, errors);
    String jar = text(root, JAR, errors);
    String mainClass = text(root, MAIN_CLASS, errors);
    List<String> arguments = arguments(root.path(ARGUMENTS), errors);
    OptionalInt parallelism = parallelism(root.path(PARALLELISM), errors);
    Map<String, String> flink = flink(root.path(FLINK), errors);
    if (!errors.isEmpty()) {
      throw new IllegalArgumentException(file + ":\n  " + String.join("\n  ", errors));
    }
    Path jarFile = file.toAbsolutePath().getParent().resolve(jar).normalize();
    return new JobFile(
        cluster,
        savepoints,
        new JobSubmission(
            jarFile, mainClass, arguments, flink, parallelism, Optional.empty(), false));
  }

  /** Writes the file so that a reader sees the old one or the new one. */
  public void write(Path file) {
    ObjectNode root = YAML.createObjectNode();
    root.put(CLUSTER, cluster.toString());
    root.put(SAVEPOINTS, savepoints);
    root.put(JAR, submission.jar().toAbsolutePath().normalize().toString());
    root.put(MAIN_CLASS, submission.mainClass());
    ArrayNode arguments = root.putArray(ARGUMENTS);
    submission.arguments().forEach(arguments::add);
    submission.parallelism().ifPresent(value -> root.put(PARALLELISM, value));
    ObjectNode flink = root.putObject(FLINK);
    submission.flinkConfiguration().forEach(flink::put);
    try {
      NodeFiles.write(file, YAML.writeValueAsString(root));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a job file has only texts and numbers", e);
    }
  }

  private static String text(JsonNode root, String field, List<String> errors) {
    JsonNode value = root.path(field);
    if (!value.isTextual() || value.asText().isBlank()) {
      errors.add(field + (value.isMissingNode() ? ": is missing" : ": must be a text"));
      return "";
    }
    return value.asText();
  }

  private static URI uri(String text, List<String> errors) {
    try {
      URI uri = new URI(text.endsWith("/") ? text : text + "/");
      if (!text.isEmpty() && (uri.getHost() == null || !isHttp(uri))) {
        errors.add(CLUSTER + ": '" + text + "' is not an http or https address");
      }
      return uri;
    } catch (java.net.URISyntaxException e) {
      errors.add(CLUSTER + ": '" + text + "' is not an address: " + e.getReason());
      return URI.create("/");
    }
  }

  private static boolean isHttp(URI uri) {
    return "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
  }

  private static List<String> arguments(JsonNode list, List<String> errors) {
    List<String> arguments = new ArrayList<>();
    if (!list.isMissingNode() && !list.isArray()) {
      errors.add(ARGUMENTS + ": must be a list");
    }
    for (JsonNode argument : list) {
      if (!argument.isValueNode()) {
        errors.add(ARGUMENTS + ": item " + arguments.size() + " must be one value");
      }
      arguments.add(argument.asText());
    }
    return arguments;
  }

  private static OptionalInt parallelism(JsonNode value, List<String> errors) {
    if (value.isMissingNode()) {
      return OptionalInt.empty();
    }
    if (!value.isInt() || value.asInt() < 1) {
      errors.add(PARALLELISM + ": must be a whole number of at least 1");
    }
    return OptionalInt.of(value.asInt());
  }

  private static Map<String, String> flink(JsonNode map, List<String> errors) {
    Map<String, String> keys = new TreeMap<>();
    if (!map.isMissingNode() && !map.isObject()) {
      errors.add(FLINK + ": must be a map of Flink keys");
    }
    map.fields()
        .forEachRemaining(
            entry -> {
              if (!entry.getValue().isValueNode()) {
                errors.add(FLINK + ": " + entry.getKey() + " must be one value");
              }
              keys.put(entry.getKey(), entry.getValue().asText());
            });
    if (!keys.containsKey(NAME_KEY)) {
      errors.add(FLINK + ": " + NAME_KEY + " is missing; the job is found by it");
    }
    return keys;
  }
}
