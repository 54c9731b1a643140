package dev.slipway.chassis.problem;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import dev.slipway.chassis.problem.Problem.Finding;
import dev.slipway.contracts.outcome.ReasonCode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// What is wrong with a JSON body: where, and what would be right. Never the value found there,
/// which may be a secret.
final class JsonProblem {
    private JsonProblem() {}

    static Problem of(JsonProcessingException failure) {
        String path = failure instanceof JsonMappingException mapping ? path(mapping) : "";
        String message = message(failure);
        JsonLocation place = failure.getLocation();
        Finding finding =
                new Finding(
                        Optional.empty(),
                        Optional.ofNullable(place).map(JsonLocation::getLineNr).filter(n -> n > 0),
                        Optional.ofNullable(place)
                                .map(JsonLocation::getColumnNr)
                                .filter(n -> n > 0),
                        path.isEmpty() ? Optional.empty() : Optional.of(path),
                        message,
                        Optional.empty());
        String detail = path.isEmpty() ? message : "field \"%s\": %s".formatted(path, message);
        return Problem.of(ReasonCode.INVALID_REQUEST, 400, detail).withProblems(List.of(finding));
    }

    private static String message(JsonProcessingException failure) {
        return switch (failure) {
            case UnrecognizedPropertyException unknown ->
                    "there is no such field; known are "
                            + unknown.getKnownPropertyIds().stream()
                                    .map(Object::toString)
                                    .sorted()
                                    .collect(Collectors.joining(", "));
            case InvalidTypeIdException _ -> "there is no such kind";
            case InvalidFormatException wrong when wrong.getTargetType().isEnum() ->
                    "expected one of "
                            + Arrays.stream(wrong.getTargetType().getEnumConstants())
                                    .map(Object::toString)
                                    .collect(Collectors.joining(", "));
            case ValueInstantiationException refused
                    when refused.getCause() instanceof IllegalArgumentException why
                            && why.getMessage() != null ->
                    why.getMessage();
            case JsonMappingException wrong when wrong.getPath().isEmpty() ->
                    "the body is missing or is no JSON object of the expected form";
            case JsonMappingException _ -> "the value is missing or of the wrong kind";
            default -> "the body is no JSON";
        };
    }

    private static String path(JsonMappingException failure) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference step : failure.getPath()) {
            if (step.getFieldName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        return path.toString();
    }
}
