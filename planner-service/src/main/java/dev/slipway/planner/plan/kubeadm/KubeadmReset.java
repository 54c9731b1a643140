package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ContainerRuntime;
import dev.slipway.planner.plan.node.Failures;
import java.time.Duration;

/// `kubeadm reset`.
final class KubeadmReset {
    private KubeadmReset() {}

    static String command(ContainerRuntime runtime) {
        return "kubeadm reset -f --cri-socket " + ShellQuote.quote(runtime.criSocket());
    }

    /// Takes away what a failed `init` or join left, before the next try.
    ///
    /// @param unless where it holds there is nothing to clear
    static Step clear(String step, ContainerRuntime runtime, String unless) {
        return Step.Command.of(step, command(runtime), Duration.ofMinutes(5))
                .withRerun()
                .unless(unless)
                .failingAs(Failures.SYSTEM);
    }

    /// Takes the node off the host, whole or half installed. A host on which kubeadm never came is
    /// left alone.
    static Step node(ContainerRuntime runtime) {
        return Step.Command.of("kubeadm-reset", command(runtime), Duration.ofMinutes(5))
                .withRerun()
                .unless("! command -v kubeadm >/dev/null 2>&1")
                .failingAs(Failures.SYSTEM);
    }
}
