package io.weir.harness.e2e.ui;

import io.weir.harness.e2e.SharedNodes;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One {@link UiStack} and one {@link WebBrowser} for all test classes that look at the interface.
 * Pages of a test that fails are kept.
 */
final class UiResources implements ParameterResolver, AfterTestExecutionCallback {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == UiStack.class || type == WebBrowser.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    SharedNodes shared = SharedNodes.of(context);
    Held held = shared.guest(Held.class, Held::open);
    return parameter.getParameter().getType() == UiStack.class ? held.stack() : held.browser();
  }

  @Override
  public void afterTestExecution(ExtensionContext context) {
    if (context.getExecutionException().isPresent()) {
      SharedNodes.of(context)
          .guest(Held.class, Held::open)
          .browser()
          .keepAll(
              context.getRequiredTestClass().getSimpleName()
                  + "-"
                  + context.getRequiredTestMethod().getName());
    }
  }

  /** Closed before the nodes that it stands on, which were there first. */
  private record Held(UiStack stack, WebBrowser browser) implements AutoCloseable {
    static Held open(SharedNodes nodes) {
      try {
        UiStack stack = new UiStack(nodes);
        return new Held(stack, new WebBrowser(stack.uri()));
      } catch (Exception e) {
        throw new IllegalStateException("what the interface is looked at with does not start", e);
      }
    }

    @Override
    public void close() {
      browser.close();
      stack.close();
    }
  }
}
