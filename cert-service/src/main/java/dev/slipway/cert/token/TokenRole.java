package dev.slipway.cert.token;

import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.Materials;

/// What a bootstrap token lets its bearer become.
public enum TokenRole {
    /// A node: with kubeadm any, with k0s a worker.
    NODE("node"),
    /// A controller of k0s. Whoever holds such a token can read the cluster CA's key.
    CONTROLLER("controller");

    private final String word;

    TokenRole(String word) {
        this.word = word;
    }

    /// As the table has it.
    String word() {
        return word;
    }

    /// Under whose name the token is sealed, which is `id.secret` in either role.
    MaterialName material() {
        return switch (this) {
            case NODE -> Materials.BOOTSTRAP_TOKEN;
            case CONTROLLER -> Materials.K0S_CONTROLLER_TOKEN;
        };
    }
}
