package io.weir.gateway.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.gateway.ui.UiFile;
import io.weir.gateway.ui.UiFiles;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Serves the web interface. It is static: it asks the gateway what any other client may ask. */
final class UiCalls {
  private static final String ROOT = "/ui/";
  private static final String LASTING = "public, max-age=31536000, immutable";
  private static final String ASK_FIRST = "no-cache";

  private final UiFiles files;
  private final Map<String, String> security;

  UiCalls(UiFiles files) {
    this.files = Objects.requireNonNull(files, "files");
    this.security =
        Map.of(
            "Content-Security-Policy", files.policy(),
            "Cross-Origin-Opener-Policy", "same-origin",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Permissions-Policy", "camera=(), geolocation=(), microphone=()",
            "X-Frame-Options", "DENY");
  }

  /** Adds the paths of the interface. */
  void bind(Router router) {
    router.get("/").handler(UiCalls::redirect);
    // A path is also that with a slash behind it, which is the page itself.
    router
        .get("/ui")
        .handler(
            ctx -> {
              if (ctx.request().path().endsWith("/")) {
                ctx.next();
              } else {
                redirect(ctx);
              }
            });
    router.route(ROOT + "*").method(HttpMethod.GET).method(HttpMethod.HEAD).handler(this::file);
  }

  /** Relative, so that it is right behind a proxy that puts a path in front. */
  private static void redirect(RoutingContext ctx) {
    ctx.response().setStatusCode(302).putHeader(HttpHeaders.LOCATION, "ui/").end();
  }

  private void file(RoutingContext ctx) {
    String path = ctx.normalizedPath();
    Optional<UiFile> found =
        path.startsWith(ROOT) ? files.find(path.substring(ROOT.length())) : Optional.empty();
    if (found.isEmpty()) {
      Answers.send(ctx.response(), Problems.ofStatus(404));
    } else {
      send(ctx.request(), found.get());
    }
  }

  private void send(HttpServerRequest request, UiFile file) {
    HttpServerResponse response = request.response();
    security.forEach(response::putHeader);
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, file.type())
        .putHeader(HttpHeaders.ETAG, file.etag())
        .putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING)
        .putHeader(HttpHeaders.CACHE_CONTROL, file.lasting() ? LASTING : ASK_FIRST);
    if (matches(request.getHeader(HttpHeaders.IF_NONE_MATCH), file.etag())) {
      response.setStatusCode(304).end();
      return;
    }
    boolean gzip =
        Objects.requireNonNullElse(request.getHeader(HttpHeaders.ACCEPT_ENCODING), "")
            .contains("gzip");
    if (gzip) {
      response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
    }
    Buffer body = Buffer.buffer(gzip ? file.gzip() : file.plain());
    if (request.method() == HttpMethod.HEAD) {
      response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length())).end();
    } else {
      response.end(body);
    }
  }

  /** A proxy that compresses may have weakened the tag. */
  private static boolean matches(String header, String etag) {
    if (header == null) {
      return false;
    }
    for (String tag : header.split(",", -1)) {
      String one = tag.strip();
      if (one.equals(etag) || one.equals("W/" + etag) || one.equals("*")) {
        return true;
      }
    }
    return false;
  }
}
