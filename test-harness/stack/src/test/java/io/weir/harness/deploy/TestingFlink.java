package io.weir.harness.deploy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Answers as Flink's REST API does about the jobs that a test describes, and disturbs answers as
 * the test says. What is submitted becomes the next of the prepared jobs.
 */
final class TestingFlink implements AutoCloseable {
  private static final Pattern TEXT = Pattern.compile("\"(\\w+)\":\"([^\"]*)\"");
  private static final Pattern JOB = Pattern.compile("/jobs/([0-9a-z]+)(/.*)?");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Job> jobs = new LinkedHashMap<>();
  private final Deque<Job> prepared = new ArrayDeque<>();
  private final List<Disturbance> disturbances = new ArrayList<>();
  private final List<String> calls = new ArrayList<>();
  private Duration checkpointTimeout = Duration.ZERO;
  private Duration refreshInterval = Duration.ZERO;
  private long clock;

  TestingFlink() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  /** A job of the cluster. */
  static final class Job {
    private final String name;
    private String state = "RUNNING";
    private boolean allTasks = true;
    private int checkpoints = 1;
    private int growth;
    private String latest = "";
    private String restored = "";
    private String restoredSince = "";
    private boolean vanishes;
    private String mainClass = "Old";
    private int restarts;
    private String failure = "";
    private String endOfCancelling = "CANCELED";
    private int looksBeforeStopped = 1;
    private String stopFailure = "";
    private String stateAfterStop = "FINISHED";
    private String stop = "";
    private int stops;
    private String lastMoment = "";
    private String fetchedCheckpoints = "";
    private long fetchedNanos;

    private Job(String name) {
      this.name = name;
    }

    /** A job that works. */
    static Job working() {
      return new Job("weir-logs");
    }

    Job state(String value) {
      state = value;
      return this;
    }

    Job notAllTasks() {
      allTasks = false;
      return this;
    }

    Job checkpoints(int value, String latestPath) {
      checkpoints = value;
      latest = latestPath;
      return this;
    }

    Job failing(String value, int howOften) {
      failure = value;
      restarts = howOften;
      return this;
    }

    Job endsCancellingAs(String value) {
      endOfCancelling = value;
      return this;
    }

    /** It completes a checkpoint each time somebody looks. */
    Job completingCheckpoints() {
      growth = 1;
      return this;
    }

    /** It completes a checkpoint just before it is cancelled. */
    Job checkpointsBeforeItIsCancelled(String path) {
      lastMoment = path;
      return this;
    }

    /** How often its stop is asked about before it is done. */
    Job stopsAfter(int looks) {
      looksBeforeStopped = looks;
      return this;
    }

    Job failsToStop(String why, String stateThen) {
      stopFailure = why;
      stateAfterStop = stateThen;
      return this;
    }

    /** Another JobManager has restored it from a checkpoint of its own. */
    Job takenOverFrom(String path) {
      restoredSince = path;
      return this;
    }

    /** The cluster forgets it as soon as it has taken it. */
    Job vanishing() {
      vanishes = true;
      return this;
    }

    /** What it was started from. */
    String startedFrom() {
      return restored;
    }

    String mainClass() {
      return mainClass;
    }

    int stops() {
      return stops;
    }
  }

  /** How an answer is disturbed. */
  enum Kind {
    /** 502 of a proxy; Flink has not seen the request. */
    NOT_FORWARDED,
    /** Flink has done it, and the connection breaks. */
    ANSWER_LOST,
    /** Flink refuses it with words of its own. */
    REFUSED,
    /** Flink does not know what it is asked about. */
    NOT_FOUND,
    /** A proxy answers in Flink's stead, with its own page and 200. */
    PAGE
  }

  private static final class Disturbance {
    private final Pattern call;
    private final Kind kind;
    private int after;
    private int times;
    private boolean happened;

    Disturbance(String call, Kind kind, int after, int times) {
      this.call = Pattern.compile(call);
      this.kind = kind;
      this.after = after;
      this.times = times;
    }
  }

  /** Adds a job that is there from the beginning. */
  synchronized TestingFlink runs(String id, Job job) {
    jobs.put(id, job);
    return this;
  }

  /** Says what becomes of the next submission that has no answer yet. */
  synchronized TestingFlink next(Job job) {
    prepared.add(job);
    return this;
  }

  synchronized TestingFlink checkpointTimeout(Duration value) {
    checkpointTimeout = value;
    return this;
  }

  /** How long it answers with the checkpoints that it fetched before. */
  synchronized TestingFlink refreshInterval(Duration value) {
    refreshInterval = value;
    return this;
  }

  /**
   * Disturbs the next calls.
   *
   * @param call regular expression of method, blank and path
   */
  TestingFlink disturb(String call, Kind kind, int times) {
    return disturb(call, kind, 0, times);
  }

  /** Disturbs calls after so many undisturbed ones. */
  synchronized TestingFlink disturb(String call, Kind kind, int after, int times) {
    disturbances.add(new Disturbance(call, kind, after, times));
    return this;
  }

  synchronized Job job(String id) {
    return jobs.get(id);
  }

  /** Ids of jobs that have not ended. */
  synchronized List<String> live() {
    return jobs.entrySet().stream()
        .filter(job -> !ended(job.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Disturbances that have not happened once. */
  synchronized List<String> unused() {
    return disturbances.stream()
        .filter(disturbance -> !disturbance.happened)
        .map(disturbance -> disturbance.call.pattern())
        .toList();
  }

  synchronized long calls(String call) {
    return calls.stream().filter(made -> made.matches(call)).count();
  }

  private static boolean ended(Job job) {
    return List.of("FINISHED", "FAILED", "CANCELED").contains(job.state);
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
    String path = exchange.getRequestURI().getPath();
    String call = exchange.getRequestMethod() + " " + path;
    Answer answer;
    synchronized (this) {
      calls.add(call);
      Kind kind = disturbance(call);
      answer = kind == null ? answer(call, path, body) : disturbed(kind, call, path, body);
    }
    if (answer == null) {
      exchange.close();
      return;
    }
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    // On a connection that stays open the body would wait for the head's acknowledgement.
    exchange.getResponseHeaders().set("Connection", "close");
    exchange.sendResponseHeaders(answer.status(), bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private Kind disturbance(String call) {
    for (Disturbance disturbance : disturbances) {
      if (disturbance.times > 0 && disturbance.call.matcher(call).matches()) {
        if (disturbance.after > 0) {
          disturbance.after--;
          return null;
        }
        disturbance.times--;
        disturbance.happened = true;
        return disturbance.kind;
      }
    }
    return null;
  }

  private Answer disturbed(Kind kind, String call, String path, String body) {
    return switch (kind) {
      case NOT_FORWARDED -> new Answer(502, "<html>Bad Gateway</html>");
      case ANSWER_LOST -> {
        answer(call, path, body);
        yield null;
      }
      case REFUSED -> new Answer(500, "{\"errors\":[\"wrong words\"]}");
      case NOT_FOUND -> new Answer(404, "{\"errors\":[\"not found\"]}");
      case PAGE -> new Answer(200, "<html>Please wait</html>");
    };
  }

  private Answer answer(String call, String path, String body) {
    if (call.equals("POST /jars/upload")) {
      return ok("{\"filename\":\"/tmp/flink-web/jar\"}");
    }
    if (call.equals("POST /jars/jar/plan")) {
      return ok("{\"plan\":{\"nodes\":[{},{},{}]}}");
    }
    if (call.equals("POST /jars/jar/run")) {
      return run(body);
    }
    if (call.equals("DELETE /jars/jar")) {
      return ok("{}");
    }
    if (call.equals("GET /overview")) {
      return ok("{\"taskmanagers\":1,\"slots-available\":3}");
    }
    if (call.equals("GET /jobs/overview")) {
      return ok(
          jobs.entrySet().stream()
              .map(
                  job ->
                      "{\"jid\":\"%s\",\"name\":\"%s\",\"state\":\"%s\",\"start-time\":1}"
                          .formatted(job.getKey(), job.getValue().name, job.getValue().state))
              .collect(Collectors.joining(",", "{\"jobs\":[", "]}")));
    }
    if (call.equals("GET /config")) {
      return ok("{\"refresh-interval\":" + refreshInterval.toMillis() + "}");
    }
    if (call.equals("GET /jobmanager/metrics")) {
      clock++;
      return ok("[{\"id\":\"Status.JVM.CPU.Time\",\"value\":\"" + clock + "\"}]");
    }
    Matcher matcher = JOB.matcher(path);
    Job job = matcher.matches() ? jobs.get(matcher.group(1)) : null;
    if (job == null) {
      return new Answer(404, "{\"errors\":[\"not found: " + path + "\"]}");
    }
    String below = matcher.group(2) == null ? "" : matcher.group(2);
    return ofJob(call.substring(0, call.indexOf(' ')) + below, matcher.group(1), job, body);
  }

  private Answer run(String body) {
    Map<String, String> fields = fields(body);
    String id = fields.get("jobId");
    if (jobs.containsKey(id)) {
      return new Answer(500, "{\"errors\":[\"Job has already been submitted.\"]}");
    }
    Job job = prepared.remove();
    job.restored = fields.getOrDefault("savepointPath", "");
    job.mainClass = fields.get("entryClass");
    if (!job.vanishes) {
      jobs.put(id, job);
    }
    return ok("{\"jobid\":\"" + id + "\"}");
  }

  private Answer ofJob(String call, String id, Job job, String body) {
    return switch (call) {
      case "GET" -> {
        yield ok(
            "{\"state\":\"%s\",\"vertices\":[{\"status\":\"%s\",\"parallelism\":1}]}"
                .formatted(job.state, job.allTasks ? job.state : "SCHEDULED"));
      }
      case "PATCH" -> {
        if (ended(job)) {
          yield new Answer(409, "{\"errors\":[\"Job cancellation failed: has ended\"]}");
        }
        job.state = job.endOfCancelling;
        if (!job.lastMoment.isEmpty()) {
          job.checkpoints++;
          job.latest = job.lastMoment;
        }
        yield new Answer(202, "{}");
      }
      case "GET/exceptions" ->
          ok(
              job.failure.isEmpty()
                  ? "{\"exceptionHistory\":{\"entries\":[]}}"
                  : "{\"exceptionHistory\":{\"entries\":[{\"stacktrace\":\"%s\"}]}}"
                      .formatted(job.failure));
      case "GET/metrics" -> ok("[{\"id\":\"numRestarts\",\"value\":\"" + job.restarts + "\"}]");
      case "GET/checkpoints/config" -> ok("{\"timeout\":" + checkpointTimeout.toMillis() + "}");
      case "GET/checkpoints" -> ok(fetchedCheckpoints(job));
      case "POST/stop" -> {
        String trigger = fields(body).get("triggerId");
        if (!trigger.equals(job.stop)) {
          job.stop = trigger;
          job.stops++;
        }
        yield new Answer(202, "{\"request-id\":\"" + trigger + "\"}");
      }
      default ->
          call.equals("GET/savepoints/" + job.stop)
              ? savepoint(id, job)
              : new Answer(404, "{\"errors\":[\"not found: " + call + "\"]}");
    };
  }

  private static Answer savepoint(String id, Job job) {
    if (--job.looksBeforeStopped > 0) {
      return ok("{\"status\":{\"id\":\"IN_PROGRESS\"},\"operation\":null}");
    }
    job.state = job.stateAfterStop;
    return ok(
        job.stopFailure.isEmpty()
            ? "{\"status\":{\"id\":\"COMPLETED\"},\"operation\":{\"location\":\"file:/sp/%s\"}}"
                .formatted(id)
            : ("{\"status\":{\"id\":\"COMPLETED\"},\"operation\":"
                    + "{\"failure-cause\":{\"class\":\"X\",\"stack-trace\":\"%s\"}}}")
                .formatted(job.stopFailure));
  }

  private String fetchedCheckpoints(Job job) {
    long now = System.nanoTime();
    if (job.fetchedCheckpoints.isEmpty() || now - job.fetchedNanos >= refreshInterval.toNanos()) {
      job.fetchedCheckpoints = checkpoints(job);
      job.fetchedNanos = now;
    }
    return job.fetchedCheckpoints;
  }

  private static String checkpoints(Job job) {
    job.checkpoints += job.growth;
    String latest = job.latest.isEmpty() ? "null" : "{\"external_path\":\"" + job.latest + "\"}";
    String from = job.restoredSince.isEmpty() ? job.restored : job.restoredSince;
    String restored = from.isEmpty() ? "null" : "{\"external_path\":\"" + from + "\"}";
    return "{\"counts\":{\"completed\":%d,\"restored\":%d},\"latest\":{\"completed\":%s,\"restored\":%s}}"
        .formatted(job.checkpoints, from.isEmpty() ? 0 : 1, latest, restored);
  }

  private static Map<String, String> fields(String body) {
    Map<String, String> fields = new LinkedHashMap<>();
    Matcher matcher = TEXT.matcher(body);
    while (matcher.find()) {
      fields.put(matcher.group(1), matcher.group(2));
    }
    return fields;
  }

  private static Answer ok(String body) {
    return new Answer(200, body);
  }

  private record Answer(int status, String body) {}

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
