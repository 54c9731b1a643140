package dev.slipway.chassis.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.outcome.ReasonCode;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/// The body of an error answer, `application/problem+json` (RFC 9457).
///
/// @param type `https://slipway.dev/problems/CODE`
/// @param title the reason code's summary
/// @param status the HTTP status, 400 to 599
/// @param detail one sentence with the values of this case; never a secret
/// @param code why
/// @param advice what to do
/// @param problems the single findings where there are several, such as those in a Clusterfile
/// @param run the run that stands in the way (RUN_IN_PROGRESS)
/// @param correlation what to look for in the service's log (INTERNAL)
public record Problem(
        URI type,
        String title,
        int status,
        String detail,
        ReasonCode code,
        String advice,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Finding> problems,
        Optional<RunId> run,
        Optional<String> correlation) {

    public static final String MEDIA_TYPE = "application/problem+json";

    /// @param document which one of a multi-document file, 1 and up
    /// @param line 1 and up
    /// @param column 1 and up
    /// @param path of the field, such as `spec.hosts[0].ips`
    /// @param message what is wrong there, one sentence
    /// @param suggestion the nearest thing that would be right
    public record Finding(
            Optional<Integer> document,
            Optional<Integer> line,
            Optional<Integer> column,
            Optional<String> path,
            String message,
            Optional<String> suggestion) {

        /// A finding in a field of a JSON body.
        public static Finding at(String path, String message) {
            return new Finding(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(path),
                    message,
                    Optional.empty());
        }
    }

    // A peer may leave the list out.
    @SuppressWarnings("ConstantValue")
    public Problem {
        problems = problems == null ? List.of() : List.copyOf(problems);
    }

    public static Problem of(ReasonCode code, int status, String detail) {
        return new Problem(
                URI.create("https://slipway.dev/problems/" + code),
                code.summary(),
                status,
                detail,
                code,
                code.advice(),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    public Problem withProblems(List<Finding> findings) {
        return new Problem(type, title, status, detail, code, advice, findings, run, correlation);
    }

    public Problem withRun(RunId other) {
        return new Problem(
                type,
                title,
                status,
                detail,
                code,
                advice,
                problems,
                Optional.of(other),
                correlation);
    }

    Problem withCorrelation(String id) {
        return new Problem(
                type, title, status, detail, code, advice, problems, run, Optional.of(id));
    }
}
