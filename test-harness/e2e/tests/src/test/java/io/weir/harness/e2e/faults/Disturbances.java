package io.weir.harness.e2e.faults;

import io.weir.harness.e2e.faults.Disturbance.Begin;
import io.weir.harness.e2e.faults.Disturbance.Mend;
import io.weir.harness.fault.BulkFailures;
import io.weir.harness.fault.HttpAnswer;
import io.weir.harness.fault.HttpCall;
import io.weir.harness.fault.HttpFault;
import io.weir.harness.fault.HttpFaultProxy;
import io.weir.harness.fault.HttpFaults;
import io.weir.harness.fault.TcpFault;
import io.weir.harness.process.ManagedProcess;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/** What can be broken for a while in a {@link FaultStack}. */
final class Disturbances {
  /** How a report names dead letters of documents that Elasticsearch has answered with 400. */
  static final String REJECTED = "elasticsearch mapping_rejected";

  private static final String BUSY =
      "{\"error\":{\"type\":\"es_rejected_execution_exception\",\"reason\":\"injected\"},\"status\":429}";
  private static final String AWAY =
      "{\"error\":{\"type\":\"master_not_discovered_exception\",\"reason\":\"injected\"},\"status\":503}";

  private final FaultStack stack;
  private final SplittableRandom random;

  /**
   * @param random decides which requests are struck
   */
  Disturbances(FaultStack stack, SplittableRandom random) {
    this.stack = stack;
    this.random = random;
  }

  Disturbance elasticsearchKilled() {
    return killed("Elasticsearch", stack.elasticsearch().process());
  }

  Disturbance elasticsearchRefuses(int status) {
    HttpAnswer answer = HttpAnswer.json(status, status == 429 ? BUSY : AWAY);
    return http(
        "Elasticsearch answers every bulk with " + status,
        stack.elasticsearchFront(),
        Disturbances::isBulk,
        HttpFaults.refuse(answer));
  }

  Disturbance elasticsearchTakesSome(BulkFailures failures) {
    return new Disturbance(
        "Elasticsearch takes some documents of each bulk",
        () -> {
          HttpFaultProxy.Injection injection =
              stack.elasticsearchFront().inject(Disturbances::isBulk, failures);
          return new Mend() {
            @Override
            public long mend() {
              injection.close();
              return failures.busy() + failures.malformed();
            }

            @Override
            public boolean hasStruck() {
              return failures.busy() > 0;
            }
          };
        });
  }

  /** Half of the bulks are done and never answered. */
  Disturbance elasticsearchAnswersAreLost() {
    return http(
        "every second answer of Elasticsearch is lost",
        stack.elasticsearchFront(),
        Disturbances::isBulk,
        halfOf(HttpFaults.loseAnswer()));
  }

  Disturbance elasticsearchIsSlow() {
    return http(
        "Elasticsearch answers at 2 bytes a second",
        stack.elasticsearchFront(),
        Disturbances::isBulk,
        halfOf(HttpFaults.slowAnswer(2)));
  }

  /** As Elasticsearch itself does at the flood stage. */
  Disturbance elasticsearchDiskIsFull() {
    return new Disturbance(
        "Elasticsearch's disk is at the flood stage",
        () -> {
          // In this order: a cluster that takes no writes takes no settings of indices either.
          stack.set(
              "/logs-*/_settings?allow_no_indices=true",
              "{\"index.blocks.read_only_allow_delete\":true}");
          stack.set(
              "/_cluster/settings",
              "{\"persistent\":{\"cluster.blocks.read_only_allow_delete\":true}}");
          return () -> {
            stack.liftBlocks();
            return 1;
          };
        });
  }

  Disturbance taskManagerKilled() {
    return killed("the TaskManager", stack.taskManager());
  }

  Disturbance jobManagerKilled() {
    return killed("the JobManager", stack.flink().jobManager());
  }

  Disturbance brokerKilled() {
    return killed("the broker", stack.kafka().process());
  }

  Disturbance kafkaIsCutOff() {
    return new Disturbance(
        "the line between the job and Kafka is cut",
        () -> {
          stack.kafkaLine().set(TcpFault.CUT);
          return () -> {
            // What is left of connections after a cut is reset by either end sooner or later.
            stack.kafkaLine().reset();
            stack.kafkaLine().set(TcpFault.NONE);
            return 1;
          };
        });
  }

  Disturbance objectStoreKilled() {
    return killed("the object store", stack.objectStore().process());
  }

  /** Parts and commits of the archive; checkpoints are somebody else's. */
  Disturbance uploadsFail() {
    return http(
        "half of the requests of multipart uploads are answered 503",
        stack.objectStoreFront(),
        call -> isUpload(call) && !isCheckpoint(call),
        halfOf(HttpFaults.refuse(HttpAnswer.s3Error(503, "SlowDown"))));
  }

  Disturbance commitAnswersAreLost() {
    return http(
        "half of the answers to CompleteMultipartUpload are lost",
        stack.objectStoreFront(),
        Disturbances::isCommit,
        halfOf(HttpFaults.loseAnswer()));
  }

  Disturbance checkpointStorageAway() {
    return http(
        "the storage of checkpoints answers 503",
        stack.objectStoreFront(),
        Disturbances::isCheckpoint,
        HttpFaults.refuse(HttpAnswer.s3Error(503, "ServiceUnavailable")));
  }

  private HttpFault halfOf(HttpFault fault) {
    return HttpFaults.share(0.5, random::nextDouble, fault);
  }

  /** A server answers every request with a status. */
  Disturbance refuses(String who, HttpFaultProxy front, int status) {
    return http(
        who + " answers " + status,
        front,
        call -> true,
        HttpFaults.refuse(HttpAnswer.json(status, "{}")));
  }

  /** A server does what it is asked, and half of its answers never come. */
  Disturbance answersAreLost(String who, HttpFaultProxy front) {
    return http(
        "half of the answers of " + who + " are lost",
        front,
        call -> true,
        halfOf(HttpFaults.loseAnswer()));
  }

  /** A process is killed, and started again in the end. */
  Disturbance killed(String what, ManagedProcess process) {
    Begin begin =
        () -> {
          process.kill();
          return () -> {
            process.start().awaitReady();
            return 1;
          };
        };
    return new Disturbance(what + " is killed", begin);
  }

  /** The same for one behind a proxy, and it is missed: somebody asks for it while it is away. */
  Disturbance killed(String what, ManagedProcess process, HttpFaultProxy front) {
    return new Disturbance(
        what + " is killed",
        () -> {
          process.kill();
          Mend asked = http(what, front, call -> true, HttpFaults.hangUp()).begin().begin();
          return new Mend() {
            @Override
            public long mend() throws Exception {
              process.start().awaitReady();
              long unused = asked.mend();
              return 1;
            }

            @Override
            public boolean hasStruck() {
              return asked.hasStruck();
            }
          };
        });
  }

  private static Disturbance http(
      String name, HttpFaultProxy front, Predicate<HttpCall> calls, HttpFault fault) {
    return new Disturbance(
        name,
        () -> {
          Struck struck = new Struck(fault);
          HttpFaultProxy.Injection injection = front.inject(calls, struck);
          return new Mend() {
            @Override
            public long mend() {
              injection.close();
              return struck.count();
            }

            @Override
            public boolean hasStruck() {
              return struck.count() > 0;
            }
          };
        });
  }

  static boolean isBulk(HttpCall call) {
    return call.target().startsWith("/_bulk");
  }

  /** CompleteMultipartUpload: from then on the object is there. */
  static boolean isCommit(HttpCall call) {
    return call.method().equals("POST") && call.target().contains("?uploadId=");
  }

  /** A part of a file. */
  static boolean isPart(HttpCall call) {
    return call.method().equals("PUT") && call.target().contains("partNumber=");
  }

  static boolean isUpload(HttpCall call) {
    return isPart(call) || isCommit(call) || call.target().contains("?uploads");
  }

  static boolean isCheckpoint(HttpCall call) {
    return call.target().startsWith("/" + FaultStack.CHECKPOINTS);
  }
}
