package dev.slipway.simulator.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// What an API server is asked.
///
/// @param method in lower case; `watch` for a list that is followed
/// @param query decoded
/// @param flatBody the body as the stand-ins read it: PATH, tab, VALUE, tab, `null`, `text` or
///   `other`, a line each
record ApiRequest(
        ApiTls.Client client,
        String method,
        String path,
        Map<String, String> query,
        String flatBody) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_SECONDS = 120;

    static ApiRequest of(HttpExchange exchange, ApiTls.Client client, byte[] body)
            throws IOException {
        var query = query(exchange.getRequestURI().getRawQuery());
        boolean watch = query.getOrDefault("watch", "").matches("1|true");
        return new ApiRequest(
                client,
                watch ? "watch" : exchange.getRequestMethod().toLowerCase(Locale.ROOT),
                exchange.getRequestURI().getPath(),
                query,
                flat(body));
    }

    private static Map<String, String> query(@org.jspecify.annotations.Nullable String raw) {
        var query = new HashMap<String, String>();
        if (raw != null) {
            for (String part : raw.split("&")) {
                int equals = part.indexOf('=');
                query.put(
                        equals < 0 ? part : part.substring(0, equals),
                        equals < 0
                                ? ""
                                : URLDecoder.decode(
                                        part.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return query;
    }

    /// A body that is no JSON counts as none: what is asked without one fails or changes nothing.
    private static String flat(byte[] body) throws IOException {
        var lines = new StringBuilder();
        try {
            if (body.length > 0) {
                flat("", JSON.readTree(body), lines);
            }
        } catch (JsonProcessingException e) {
            return "";
        }
        return lines.toString();
    }

    private static void flat(String path, JsonNode value, StringBuilder lines) {
        if (value.isContainerNode() && !value.isEmpty()) {
            if (value.isObject()) {
                value.properties()
                        .forEach(field ->
                                flat(below(path, field.getKey()), field.getValue(), lines));
            } else {
                for (int i = 0; i < value.size(); i++) {
                    flat(below(path, Integer.toString(i)), value.path(i), lines);
                }
            }
            return;
        }
        String text =
                value.isContainerNode()
                        ? value.toString()
                        : value.asText().replace("\t", " ").replace("\n", " ");
        lines.append(path)
                .append('\t')
                .append(text)
                .append('\t')
                .append(value.isNull() ? "null" : value.isTextual() ? "text" : "other")
                .append('\n');
    }

    private static String below(String path, String key) {
        return path.isEmpty() ? key : path + "|" + key;
    }

    boolean isWatch() {
        return method.equals("watch");
    }

    /// The version that a watch begins after; empty: with all that is there.
    String version() {
        String version = query.getOrDefault("resourceVersion", "");
        return version.equals("0") ? "" : version;
    }

    String fields() {
        return query.getOrDefault("fieldSelector", "");
    }

    /// How long a watch is kept, sooner than by real servers: whoever watches has to go on.
    Duration patience() {
        String wanted = query.getOrDefault("timeoutSeconds", "");
        return Duration.ofSeconds(
                wanted.matches("\\d{1,6}")
                        ? Math.min(LONGEST_SECONDS, Integer.parseInt(wanted))
                        : LONGEST_SECONDS);
    }
}
