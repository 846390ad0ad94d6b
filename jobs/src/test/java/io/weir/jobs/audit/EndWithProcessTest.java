package io.weir.jobs.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.flink.runtime.rest.util.RestClientException;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpResponseStatus;
import org.junit.jupiter.api.Test;

class EndWithProcessTest {
  private static Throwable answer(HttpResponseStatus status) {
    return new ExecutionException(
        new CompletionException(new RestClientException("[Job could not be found.]", status)));
  }

  @Test
  void aJobThatItsClusterHasForgottenNeedsNoCancelling() {
    assertThat(EndWithProcess.isForgotten(answer(HttpResponseStatus.NOT_FOUND))).isTrue();
    assertThat(EndWithProcess.isForgotten(answer(HttpResponseStatus.SERVICE_UNAVAILABLE)))
        .isFalse();
    assertThat(EndWithProcess.isForgotten(new ExecutionException(new ConnectException())))
        .isFalse();
  }
}
