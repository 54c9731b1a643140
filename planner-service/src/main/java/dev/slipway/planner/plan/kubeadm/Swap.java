package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.KubeadmKind;
import dev.slipway.planner.plan.node.Script;
import dev.slipway.planner.plan.node.Steps;

/// Swap, which the kubelet refuses unless its `failSwapOn` is false.
final class Swap {
    private static final String MARK = "#slipway# ";

    private Swap() {}

    static boolean mustBeOff(Clusterfile clusterfile) {
        Object failSwapOn = clusterfile.document(KubeadmKind.KUBELET).get("failSwapOn");
        return !Boolean.FALSE.equals(failSwapOn);
    }

    /// Now, and after the next boot: lines of /etc/fstab are commented out, not deleted.
    static Step off() {
        return Steps.rerunnable(
                "swap-off",
                Script.fill(
                        """
                        swapoff -a
                        if [ -f /etc/fstab ] && grep -Eq '^[^#[:space:]][^[:space:]]*[[:space:]]+[^[:space:]]+[[:space:]]+swap[[:space:]]' /etc/fstab; then
                            sed -E 's/^([^#[:space:]][^[:space:]]*[[:space:]]+[^[:space:]]+[[:space:]]+swap[[:space:]].*)$/@MARK@\\1/' /etc/fstab > /etc/fstab.slipway
                            cat /etc/fstab.slipway > /etc/fstab
                            rm -f /etc/fstab.slipway
                        fi
                        """,
                        "MARK",
                        MARK));
    }

    /// What was commented out comes back; swap itself returns with the next boot.
    static Step restore() {
        return Steps.rerunnable(
                "restore-fstab",
                Script.fill(
                        """
                        if [ -f /etc/fstab ] && grep -q '^@MARK@' /etc/fstab; then
                            sed 's/^@MARK@//' /etc/fstab > /etc/fstab.slipway
                            cat /etc/fstab.slipway > /etc/fstab
                            rm -f /etc/fstab.slipway
                        fi
                        """,
                        "MARK",
                        MARK));
    }
}
