package dev.slipway.planner.content;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/// The server's own limit of a request's body is that of contents. All other requests keep the
/// suite's, and have to say how long they are.
@ApplicationScoped
class BodyLimit {
    private static final long MAX_BYTES = 16L * 1024 * 1024;

    void register(@Observes Filters filters) {
        filters.register(BodyLimit::check, 900);
    }

    private static void check(RoutingContext request) {
        if (request.normalizedPath().startsWith("/v1/contents/")) {
            request.next();
            return;
        }
        String length = request.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null && request.request().getHeader(HttpHeaders.TRANSFER_ENCODING) != null) {
            request.fail(411);
        } else if (length != null && tooLong(length)) {
            request.fail(413);
        } else {
            request.next();
        }
    }

    private static boolean tooLong(String length) {
        return length.length() > 15 || Long.parseLong(length) > MAX_BYTES;
    }
}
