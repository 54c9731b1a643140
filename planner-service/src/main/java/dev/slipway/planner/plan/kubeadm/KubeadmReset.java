package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.NodePaths;
import java.time.Duration;

/// `kubeadm reset`.
final class KubeadmReset {
    static final String COMMAND =
            "kubeadm reset -f --cri-socket " + ShellQuote.quote(NodePaths.CRI_SOCKET);

    private KubeadmReset() {}

    /// Takes away what a failed `init` or join left, before the next try.
    ///
    /// @param unless where it holds there is nothing to clear
    static Step clear(String step, String unless) {
        return Step.Command.of(step, COMMAND, Duration.ofMinutes(5))
                .withRerun()
                .unless(unless)
                .failingAs(Failures.SYSTEM);
    }

    /// Takes the node off the host, whole or half installed. A host on which kubeadm never came is
    /// left alone.
    static Step node() {
        return Step.Command.of("kubeadm-reset", COMMAND, Duration.ofMinutes(5))
                .withRerun()
                .unless("! command -v kubeadm >/dev/null 2>&1")
                .failingAs(Failures.SYSTEM);
    }
}
