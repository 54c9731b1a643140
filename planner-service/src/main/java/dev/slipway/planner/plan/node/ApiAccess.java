package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.KubeIdentity;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PlanInput;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// What executors may do at the cluster's API: a role for each [KubeIdentity], bound to the group
/// that its certificates name. Least privilege, and no cluster-admin among them.
public final class ApiAccess {
    private ApiAccess() {}

    /// @param host a control plane, on which they are run
    public static List<Step> steps(PlanInput input, ClusterHost host) {
        return List.of(
                Steps.text("put-access", NodePaths.ACCESS, manifest(), 0600),
                Step.Command.of(
                                "apply-access",
                                "%s apply --server-side --force-conflicts -f %s"
                                        .formatted(
                                                Steps.kubectl(input, host),
                                                ShellQuote.quote(NodePaths.ACCESS.value())),
                                Duration.ofMinutes(1))
                        .withRerun()
                        .failingAs(Failures.KUBECTL));
    }

    private static String manifest() {
        return Arrays.stream(KubeIdentity.values())
                .map(ApiAccess::manifest)
                .collect(Collectors.joining("---\n"));
    }

    private static String manifest(KubeIdentity identity) {
        return """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata:
          name: "%1$s"
        rules:
        %2$s---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata:
          name: "%1$s"
        roleRef:
          apiGroup: rbac.authorization.k8s.io
          kind: ClusterRole
          name: "%1$s"
        subjects:
          - apiGroup: rbac.authorization.k8s.io
            kind: Group
            name: "%1$s"
        """
                .formatted(identity.group(), rules(identity));
    }

    private static String rules(KubeIdentity identity) {
        return switch (identity) {
            case VIEW ->
                    """
                      - apiGroups: [""]
                        resources: ["nodes", "namespaces", "pods", "services"]
                        verbs: ["get", "list"]
                      - apiGroups: [""]
                        resources: ["nodes"]
                        verbs: ["watch"]
                    """;
            case MAINTENANCE ->
                    """
                      - apiGroups: [""]
                        resources: ["nodes"]
                        verbs: ["get", "list", "patch"]
                      - apiGroups: [""]
                        resources: ["pods"]
                        verbs: ["get", "list", "delete"]
                      - apiGroups: [""]
                        resources: ["pods/eviction"]
                        verbs: ["create"]
                      - apiGroups: ["apps"]
                        resources: ["daemonsets"]
                        verbs: ["get"]
                    """;
            case NODES ->
                    """
                      - apiGroups: [""]
                        resources: ["nodes"]
                        verbs: ["get", "list", "patch", "delete"]
                      - apiGroups: [""]
                        resources: ["pods"]
                        verbs: ["list", "delete"]
                      - apiGroups: [""]
                        resources: ["pods/eviction"]
                        verbs: ["create"]
                    """;
        };
    }
}
