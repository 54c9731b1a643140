package dev.slipway.executor.task;

import dev.slipway.contracts.order.HostTarget;
import dev.slipway.contracts.order.KubeCredential;
import dev.slipway.contracts.order.Step;
import dev.slipway.executor.kube.KubeApi;
import dev.slipway.executor.ssh.HostAccess;
import dev.slipway.executor.ssh.SshFailure;

/// The way to the API servers behind hosts.
interface ApiLine {
    /// For executors whose orders have no step for an API server.
    ApiLine NONE =
            (_, _, step, _) -> {
                throw new IllegalStateException(
                        "step \"%s\": there is no way to an API server".formatted(step.name()));
            };

    /// Has the host connect to the server of the step. Blocks; for virtual threads.
    ///
    /// @throws SshFailure if the host can't be entered or does not connect
    /// @throws IllegalArgumentException if the credential is none
    KubeApi open(HostTarget host, HostAccess access, Step.Kube step, KubeCredential credential);
}
