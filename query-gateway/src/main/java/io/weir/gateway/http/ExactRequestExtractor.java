package io.weir.gateway.http;

import io.vertx.core.Future;
import io.vertx.core.json.Json;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.openapi.router.RequestExtractor;
import io.vertx.json.schema.common.dsl.SchemaType;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import io.vertx.openapi.validation.RequestParameter;
import io.vertx.openapi.validation.ValidatableRequest;
import io.vertx.openapi.validation.impl.RequestParameterImpl;
import io.vertx.openapi.validation.impl.ValidatableRequestImpl;
import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.InvalidRequestException.FieldError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Hands parameters to the contract's validation exactly as the client sent them.
 *
 * <p>Vert.x's own extractor decodes a query twice, so that {@code 100%} is an error and {@code +} a
 * blank, and its transformer reads any text as JSON first, so that the phrase {@code "a b"} loses
 * its quotes. Values of type string are therefore handed over as JSON strings, which the
 * transformer turns back into what they were. Parameters that the contract does not know, or that
 * come twice, are errors.
 */
final class ExactRequestExtractor implements RequestExtractor {
  @Override
  public Future<ValidatableRequest> extractValidatableRequest(
      RoutingContext ctx, Operation operation) {
    Map<String, RequestParameter> headers = new HashMap<>();
    Map<String, RequestParameter> path = new HashMap<>();
    Map<String, RequestParameter> query = new HashMap<>();
    List<FieldError> errors = new ArrayList<>(UnknownParameters.of(ctx.queryParams(), operation));
    for (Parameter parameter : operation.getParameters()) {
      String name = parameter.getName();
      switch (parameter.getIn()) {
        case QUERY -> query.put(name, parameter(parameter, ctx.queryParams().getAll(name), errors));
        case HEADER ->
            headers.put(name, parameter(parameter, ctx.request().headers().getAll(name), errors));
        case PATH -> {
          String value = ctx.pathParam(name);
          path.put(name, parameter(parameter, value == null ? List.of() : List.of(value), errors));
        }
        case COOKIE -> throw new IllegalStateException("the contract has no cookies");
      }
    }
    if (!errors.isEmpty()) {
      return Future.failedFuture(new InvalidRequestException(errors));
    }
    return Future.succeededFuture(new ValidatableRequestImpl(Map.of(), headers, path, query));
  }

  private static RequestParameter parameter(
      Parameter parameter, List<String> values, List<FieldError> errors) {
    if (values.isEmpty()) {
      return new RequestParameterImpl(null);
    }
    if (parameter.getSchemaType() == SchemaType.ARRAY) {
      String prefix = parameter.getName() + "=";
      return new RequestParameterImpl(
          values.stream().map(value -> prefix + quoted(value)).collect(Collectors.joining("&")));
    }
    if (values.size() > 1) {
      errors.add(
          FieldError.of(
              parameter.getName(), String.format(Locale.ROOT, "is given %d times", values.size())));
      return new RequestParameterImpl(null);
    }
    String value = values.get(0);
    return new RequestParameterImpl(
        parameter.getSchemaType() == SchemaType.STRING ? quoted(value) : value);
  }

  /** As a JSON string, without the character that separates the elements of an array. */
  private static String quoted(String value) {
    return Json.encode(value).replace("&", "\\u0026");
  }
}
