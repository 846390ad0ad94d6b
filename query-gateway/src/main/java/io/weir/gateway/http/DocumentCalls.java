package io.weir.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import io.weir.gateway.documents.DocumentService;
import io.weir.gateway.documents.DocumentService.Written;
import io.weir.gateway.documents.Precondition;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Translates the calls over documents of one kind between HTTP and their service. */
final class DocumentCalls {
  private static final String ID = "id";
  private static final String ETAG = "ETag";

  private final DocumentService<?> service;
  private final SmallBody.Limits bodies;
  private final PooledCalls calls;
  private final String plural;

  DocumentCalls(DocumentService<?> service, SmallBody.Limits bodies, PooledCalls calls) {
    this.service = Objects.requireNonNull(service, "service");
    this.bodies = Objects.requireNonNull(bodies, "bodies");
    this.calls = Objects.requireNonNull(calls, "calls");
    this.plural = service.name() + "s";
  }

  void create(RoutingContext ctx) {
    JsonBody.read(
        ctx,
        bodies,
        body ->
            calls.answer(
                ctx,
                "create_" + service.name(),
                () -> cancellation -> written(201, service.create(body, Callers.services(ctx)))));
  }

  void list(RoutingContext ctx) {
    calls.answer(
        ctx,
        "list_" + plural,
        () ->
            cancellation -> {
              DocumentService.Listing listing = service.list(Callers.services(ctx));
              ObjectNode json = JsonNodeFactory.instance.objectNode();
              ArrayNode list = json.putArray(plural);
              listing.documents().forEach(document -> list.add(document.json()));
              if (!listing.unreadable().isEmpty()) {
                ArrayNode unreadable = json.putArray("unreadable");
                listing.unreadable().forEach(unreadable::add);
              }
              return Reply.ok(json);
            });
  }

  void get(RoutingContext ctx) {
    String id = ctx.pathParam(ID);
    calls.answer(
        ctx,
        "get_" + service.name(),
        () ->
            cancellation -> {
              DocumentService.Shown document = service.find(id, Callers.services(ctx));
              return Reply.of(
                  200, document.json(), Map.of(ETAG, EntityTags.of(document.version())));
            });
  }

  void replace(RoutingContext ctx) {
    String id = ctx.pathParam(ID);
    JsonBody.read(
        ctx,
        bodies,
        body ->
            calls.answer(
                ctx,
                "replace_" + service.name(),
                () -> {
                  Optional<Precondition> ifMatch = ifMatch(ctx);
                  return cancellation ->
                      written(200, service.replace(id, body, ifMatch, Callers.services(ctx)));
                }));
  }

  void delete(RoutingContext ctx) {
    String id = ctx.pathParam(ID);
    calls.answer(
        ctx,
        "delete_" + service.name(),
        () -> {
          Optional<Precondition> ifMatch = ifMatch(ctx);
          return cancellation -> {
            service.delete(id, ifMatch, Callers.services(ctx));
            return Reply.noContent();
          };
        });
  }

  private static Optional<Precondition> ifMatch(RoutingContext ctx) {
    return EntityTags.ifMatch(ctx.request().getHeader(HttpHeaders.IF_MATCH));
  }

  private Reply written(int status, Written written) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put(service.name() + "_id", written.id())
            .put("version", written.version());
    return Reply.of(
        status,
        json,
        Map.of(
            ETAG, EntityTags.of(written.version()), "Location", "/" + plural + "/" + written.id()));
  }
}
