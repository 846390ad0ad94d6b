package io.weir.gateway.http;

import io.vertx.core.json.JsonArray;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.validation.RequestParameter;
import io.vertx.openapi.validation.ValidatedRequest;
import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.auth.ServiceAccess;
import io.weir.gateway.search.LogFilter;
import io.weir.model.log.LevelWords;
import io.weir.model.log.LogLevel;
import io.weir.model.query.Query;
import io.weir.model.query.QueryParser;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The query parameters of a request that the contract has let pass. */
final class Parameters {
  private final Map<String, RequestParameter> query;
  private final ServiceAccess access;

  private Parameters(Map<String, RequestParameter> query, ServiceAccess access) {
    this.query = query;
    this.access = access;
  }

  static Parameters of(RoutingContext ctx) {
    ValidatedRequest request = ctx.get(RouterBuilder.KEY_META_DATA_VALIDATED_REQUEST);
    return new Parameters(request.getQuery(), Callers.services(ctx));
  }

  Optional<String> text(String name) {
    return value(name).map(RequestParameter::getString);
  }

  int integer(String name, int defaultValue) {
    return value(name).map(RequestParameter::getInteger).orElse(defaultValue);
  }

  OptionalLong number(String name) {
    return value(name).map(value -> OptionalLong.of(value.getLong())).orElse(OptionalLong.empty());
  }

  boolean flag(String name) {
    return value(name).map(RequestParameter::getBoolean).orElse(Boolean.FALSE);
  }

  Set<String> list(String name) {
    Set<String> values = new LinkedHashSet<>();
    JsonArray array = value(name).map(RequestParameter::getJsonArray).orElse(new JsonArray());
    for (int i = 0; i < array.size(); i++) {
      values.add(array.getString(i));
    }
    return values;
  }

  /** The conditions that all calls over logs share, on what the caller may see. */
  LogFilter filter() {
    Query q = text("q").map(QueryParser::parse).orElse(new Query.MatchAll());
    return new LogFilter(list("service"), list("host"), levels(), q).narrowedTo(access);
  }

  private Set<LogLevel> levels() {
    Set<LogLevel> levels = EnumSet.noneOf(LogLevel.class);
    for (String names : list("level")) {
      for (String name : names.split(",", -1)) {
        LogLevel level = LevelWords.parse(name);
        if (level == null) {
          throw new InvalidRequestException(
              "level", "'" + name + "' is no level (TRACE, DEBUG, INFO, WARN, ERROR, FATAL)");
        }
        levels.add(level);
      }
    }
    return levels;
  }

  private Optional<RequestParameter> value(String name) {
    return Optional.ofNullable(query.get(name)).filter(value -> !value.isNull());
  }
}
