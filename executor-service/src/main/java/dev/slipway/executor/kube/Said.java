package dev.slipway.executor.kube;

import dev.slipway.contracts.id.Quoted;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a refusal says, quoted, since part of it is the server's words.
final class Said {
    private Said() {}

    /// The message and its causes: of an eviction that is refused they name the disruption budget.
    static String by(KubernetesClientException e) {
        Status status = e.getStatus();
        if (status != null && status.getMessage() != null) {
            return Stream.concat(Stream.of(status.getMessage()), causes(status))
                    .distinct()
                    .map(Quoted::of)
                    .collect(Collectors.joining(", "));
        }
        Throwable deepest = e;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return Quoted.of(String.valueOf(deepest.getMessage()));
    }

    private static Stream<String> causes(Status status) {
        return status.getDetails() == null || status.getDetails().getCauses() == null
                ? Stream.empty()
                : status.getDetails().getCauses().stream()
                        .map(StatusCause::getMessage)
                        .filter(Objects::nonNull);
    }
}
