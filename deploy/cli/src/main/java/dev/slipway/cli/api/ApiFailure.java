package dev.slipway.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.ExitCode;
import dev.slipway.contracts.outcome.ReasonCode;
import java.io.Serial;
import java.util.Set;

/// A service's answer that is no success: its problem details (RFC 9457).
public final class ApiFailure extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    private static final Set<String> USAGE =
            Set.of(
                    ReasonCode.CLUSTERFILE_INVALID.name(),
                    ReasonCode.INLINE_SECRET.name(),
                    ReasonCode.NOT_SERVED_YET.name(),
                    ReasonCode.INVALID_REQUEST.name());

    private final int status;
    private final transient JsonNode problem;

    ApiFailure(int status, JsonNode problem) {
        super(problem.path("detail").asText(problem.path("title").asText("HTTP status " + status)));
        this.status = status;
        this.problem = problem;
    }

    public int status() {
        return status;
    }

    public boolean is(ReasonCode code) {
        return code.name().equals(code());
    }

    public String code() {
        return problem.path("code").asText("HTTP_" + status);
    }

    public JsonNode problem() {
        return problem;
    }

    /// Code, what happened, each single problem with its place, and what to do.
    public String report() {
        var text = new StringBuilder(code()).append(": ").append(getMessage());
        for (JsonNode p : problem.path("problems")) {
            text.append("\n  ").append(line(p));
        }
        if (problem.hasNonNull("advice")) {
            text.append("\n  → ").append(problem.path("advice").asText());
        }
        return text.toString();
    }

    public int exitCode() {
        return USAGE.contains(code()) ? ExitCode.USAGE : ExitCode.FAILED;
    }

    private static String line(JsonNode p) {
        String place = p.hasNonNull("line") ? "line %d: ".formatted(p.path("line").asInt()) : "";
        String path = p.hasNonNull("path") ? p.path("path").asText() + ": " : "";
        String suggestion =
                p.hasNonNull("suggestion")
                        ? " (did you mean \"%s\"?)".formatted(p.path("suggestion").asText())
                        : "";
        return place + path + p.path("message").asText() + suggestion;
    }
}
