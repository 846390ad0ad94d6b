package io.weir.jobs.bench;

import io.weir.operators.alerts.Control;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.core.io.InputStatus;

/** Says which rules there are, once, and ends; all in one JVM. */
final class GivenRules extends BenchSource<Control> {
  private static final long serialVersionUID = 1;

  private static volatile Control given;

  GivenRules(Control snapshot) {
    given = snapshot;
  }

  @Override
  public SourceReader<Control, NoSplit> createReader(SourceReaderContext context) {
    return new Reader<>() {
      private boolean said;

      @Override
      public InputStatus pollNext(ReaderOutput<Control> out) {
        if (said) {
          return InputStatus.END_OF_INPUT;
        }
        said = true;
        out.collect(given);
        return InputStatus.MORE_AVAILABLE;
      }

      @Override
      public CompletableFuture<Void> isAvailable() {
        return CompletableFuture.completedFuture(null);
      }
    };
  }

  @Override
  public TypeInformation<Control> getProducedType() {
    return TypeInformation.of(Control.class);
  }
}
