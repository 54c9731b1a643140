package dev.slipway.chassis.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.slipway.chassis.problem.Problem.Finding;
import dev.slipway.chassis.telemetry.MetricNames;
import dev.slipway.contracts.outcome.ReasonCode;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// Every exception that leaves a route becomes a [Problem]. What nobody foresaw is logged here,
/// once, with its stack and a correlation id, of which the caller learns the id alone.
///
/// Public, methods too: Quarkus generates the callers in a class loader of the service.
@ApplicationScoped
public class ProblemMappers {
    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

    private final MeterRegistry meters;

    @Inject
    ProblemMappers(MeterRegistry meters) {
        this.meters = meters;
    }

    @ServerExceptionMapper
    public Response of(ProblemFailure failure) {
        if (failure.problem().status() >= 500) {
            // The cause says which of the ways to be away it was; the caller is not told.
            LOG.warnf(failure.getCause(), "%s", failure.getMessage());
        }
        return answer(failure.problem());
    }

    @ServerExceptionMapper({UnauthorizedException.class, AuthenticationFailedException.class})
    public Response notSignedIn(SecurityException failure) {
        String detail =
                failure instanceof AuthenticationFailedException
                        ? "the token or certificate was refused: it is expired, foreign or malformed"
                        : "neither a token nor a client certificate came with the request";
        return Response.fromResponse(answer(Problem.of(ReasonCode.NOT_SIGNED_IN, 401, detail)))
                .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
                .build();
    }

    @ServerExceptionMapper
    public Response notPermitted(ForbiddenException failure, ResourceInfo route) {
        return answer(Problem.of(ReasonCode.NOT_PERMITTED, 403, RequiredRoles.of(route)));
    }

    @ServerExceptionMapper
    public Response invalid(ConstraintViolationException failure, ResourceInfo route) {
        if (failure.getConstraintViolations().stream().anyMatch(ProblemMappers::isOurFault)) {
            return unexpected(failure);
        }
        List<Finding> findings =
                failure.getConstraintViolations().stream().map(ProblemMappers::finding).toList();
        return answer(
                Problem.of(
                                ReasonCode.INVALID_REQUEST,
                                400,
                                "the request has %d invalid values".formatted(findings.size()))
                        .withProblems(findings));
    }

    // The second is named because Quarkus has a mapper of its own for it.
    @ServerExceptionMapper({JsonProcessingException.class, MismatchedInputException.class})
    public Response notJson(JsonProcessingException failure) {
        return answer(JsonProblem.of(failure));
    }

    @ServerExceptionMapper
    public Response refused(WebApplicationException failure, UriInfo uri) {
        if (failure.getCause() instanceof JsonProcessingException json) {
            return notJson(json);
        }
        int status = failure.getResponse().getStatus();
        if (status >= 500) {
            return unexpected(failure);
        }
        if (status < 400) {
            return failure.getResponse();
        }
        return answer(Problem.of(ReasonCode.INVALID_REQUEST, status, detail(status, uri)));
    }

    @ServerExceptionMapper
    public Response unexpected(Throwable failure) {
        String correlation = UUID.randomUUID().toString();
        LOG.errorf(failure, "a request failed unexpectedly (correlation id \"%s\")", correlation);
        return answer(
                Problem.of(
                                ReasonCode.INTERNAL,
                                500,
                                "the request failed; the service's log has more under correlation id \"%s\""
                                        .formatted(correlation))
                        .withCorrelation(correlation));
    }

    private Response answer(Problem problem) {
        meters.counter(
                        MetricNames.PROBLEMS,
                        "code",
                        problem.code().name(),
                        "status",
                        Integer.toString(problem.status()))
                .increment();
        return Response.status(problem.status()).type(Problem.MEDIA_TYPE).entity(problem).build();
    }

    private static String detail(int status, UriInfo uri) {
        String path = "/" + uri.getPath().replaceFirst("^/", "");
        return switch (status) {
            case 404 -> "there is nothing at \"%s\"".formatted(path);
            case 405 -> "\"%s\" does not have this method".formatted(path);
            case 406 -> "\"%s\" has no answer of an accepted media type".formatted(path);
            case 415 -> "\"%s\" does not take a body of this media type".formatted(path);
            default -> "\"%s\" refused the request (status %d)".formatted(path, status);
        };
    }

    /// A path that begins at a return value is a fault of the answer, not of the request.
    private static boolean isOurFault(ConstraintViolation<?> violation) {
        return violation.getPropertyPath().toString().contains("<return value>");
    }

    private static Finding finding(ConstraintViolation<?> violation) {
        String path = violation.getPropertyPath().toString();
        // "method.parameter.field": callers know neither the method nor the parameter's name.
        String[] parts = path.split("\\.", 3);
        return Finding.at(parts[parts.length - 1], violation.getMessage());
    }
}
