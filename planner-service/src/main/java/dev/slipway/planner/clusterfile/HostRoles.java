package dev.slipway.planner.clusterfile;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What the roles of an entry come to.
///
/// @param role of the host
/// @param working whether a control plane is a worker too
/// @param single whether it is to be the cluster's only host
record HostRoles(Role role, boolean working, boolean single) {
    /// Both roles in one word, as k0sctl has it.
    private static final String BOTH = "controller+worker";

    private static final String SINGLE = "single";

    /// What may stand among the roles.
    static final List<String> WORDS =
            List.of("control-plane", "worker", "master", "node", "controller", BOTH, SINGLE);

    /// Of words that are roles; others are passed over.
    static Optional<HostRoles> of(List<String> words) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        words.forEach(w -> roles.addAll(of(w)));
        return roles.stream()
                .findFirst()
                .map(first -> new HostRoles(first, roles.size() > 1, words.contains(SINGLE)));
    }

    /// None of a word that is no role.
    static List<Role> of(String word) {
        return switch (word) {
            case BOTH, SINGLE -> List.of(Role.values());
            default -> Role.of(word).stream().toList();
        };
    }

    /// Whether Kubernetes of k0s knows such a host as a node.
    boolean isNode() {
        return role == Role.WORKER || working;
    }
}
