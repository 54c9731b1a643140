package dev.slipway.planner.operation;

import dev.slipway.contracts.id.Quoted;
import dev.slipway.contracts.order.KubeRequest;
import jakarta.validation.constraints.NotNull;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// What a user wants to know of a cluster.
///
/// @param cluster its name
/// @param what `nodes`, `namespaces`, `pods`, `services` or `usage`
/// @param namespace only its pods or services; absent: all namespaces'
/// @param host the control plane that is asked, by name, address, or address and port; the first of
///   the Clusterfile if absent
record ViewRequest(
        @NotNull String cluster,
        @NotNull String what,
        Optional<String> namespace,
        Optional<String> host) {
    private static final String USAGE = "usage";

    KubeRequest question() {
        if (what.equals(USAGE)) {
            namespace.ifPresent(n -> {
                throw Refusal.invalid("field \"namespace\": usage is of the whole cluster");
            });
            return new KubeRequest.Usage();
        }
        KubeRequest.Kind kind =
                Arrays.stream(KubeRequest.Kind.values())
                        .filter(k -> word(k).equals(what))
                        .findFirst()
                        .orElseThrow(() ->
                                Refusal.invalid(
                                        "field \"what\": %s is nothing to ask for: expected %s or %s"
                                                .formatted(
                                                        Quoted.of(what),
                                                        Arrays.stream(KubeRequest.Kind.values())
                                                                .map(ViewRequest::word)
                                                                .collect(Collectors.joining(", ")),
                                                        USAGE)));
        try {
            return new KubeRequest.Items(kind, namespace);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid("field \"namespace\": " + e.getMessage());
        }
    }

    private static String word(KubeRequest.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
