package dev.slipway.scenarios;

import static dev.slipway.scenarios.Story.calls;
import static dev.slipway.scenarios.Story.json;
import static dev.slipway.scenarios.Story.reason;
import static dev.slipway.scenarios.Story.runOf;
import static dev.slipway.scenarios.Story.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.simulator.Fault;
import dev.slipway.simulator.RunningHost;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Nodes leave a cluster whose pods do not want to go, and one never comes.
@ExtendWith(Platform.Lifetime.class)
class DrainScenarioTest {
    private static final String KUBECTL = "kubectl --kubeconfig /etc/kubernetes/admin.conf ";

    private final Cli cli = Platform.get().cli();

    /// Has a pod run on the node that a ReplicaSet keeps, under a budget that lets none of its kind
    /// go; whatever control plane `host` is.
    static void holdAPod(RunningHost host, String node) {
        host.run(
                """
                %sapply -f - <<'EOF'
                apiVersion: v1
                kind: Pod
                metadata:
                  name: web-0
                  namespace: default
                  labels: {app: web}
                  ownerReferences:
                    - {apiVersion: apps/v1, kind: ReplicaSet, name: web, uid: web, controller: true}
                spec:
                  nodeName: %s
                  containers: [{name: main, image: registry.example/web:1}]
                ---
                apiVersion: policy/v1
                kind: PodDisruptionBudget
                metadata: {name: web, namespace: default}
                spec:
                  minAvailable: 1
                  selector:
                    matchLabels: {app: web}
                EOF
                """
                        .formatted(KUBECTL, node));
    }

    static void letThePodGo(RunningHost host) {
        host.run(KUBECTL + "delete poddisruptionbudget web");
    }

    @Test
    void aBudgetHoldsAPodAndTheUserReadsWhichAndWhatNext() {
        try (var fleet = new Fleet(91, 3)) {
            fleet.trust(cli);
            String drain = "  drain: {timeout: 8s}\n";
            succeeded(
                    cli.run(
                            "apply",
                            "-f",
                            fleet.several("held", List.of(1), List.of(2, 3), drain).toString(),
                            "--watch"));
            holdAPod(fleet.host(1), "node-3");
            var fewer = fleet.several("held", List.of(1), List.of(2), drain);

            Cli.Result failed = cli.run("apply", "-f", fewer.toString(), "--watch");

            assertThat(failed.code()).as(failed.all()).isIn(1, 3);
            String run = runOf(failed);
            Cli.Result described = cli.run("describe", "run", run, "-o", "json");
            assertThat(reason(json(described), fleet.host(1))).isEqualTo("DRAIN_FAILED");
            assertThat(json(described).toString())
                    .contains(
                            "pod default/web-0 did not leave within 8 s",
                            "The disruption budget web needs 1 healthy pods and has 1 currently",
                            "spec.drain.timeout");
            assertThat(succeeded(cli.run("get", "nodes", "--cluster", "held")).out())
                    .as("goes on as before")
                    .contains("node-3")
                    .doesNotContain("SchedulingDisabled");
            assertThat(
                            succeeded(cli.run("get", "pods", "--cluster", "held", "-n", "default"))
                                    .out())
                    .contains("web-0");

            letThePodGo(fleet.host(1));
            succeeded(cli.run("retry", run, "--watch"));

            assertThat(succeeded(cli.run("get", "nodes", "--cluster", "held", "-o", "name")).out())
                    .contains("node-1", "node-2")
                    .doesNotContain("node-3");
            assertThat(
                            succeeded(cli.run("get", "pods", "--cluster", "held", "-n", "default"))
                                    .out())
                    .doesNotContain("web-0");
            assertThat(fleet.host(3).root().resolve("var/lib/slipway/owner")).doesNotExist();
            assertThat(calls(fleet.host(1), "kubectl drain")).isZero();
            assertThat(calls(fleet.host(1), "kubectl label")).isZero();
        }
    }

    @Test
    void aNodeWhoseHostFailedIsNotWaitedFor() throws IOException {
        try (var fleet = new Fleet(92, 3)) {
            fleet.trust(cli);
            var file = fleet.several("short", List.of(1), List.of(2, 3), "");
            fleet.host(3).inject(Fault.fail("kubeadm", "join/preflight", 1, "a simulated failure"));

            Cli.Result failed = cli.run("apply", "-f", file.toString(), "--watch");

            assertThat(failed.code()).as(failed.all()).isIn(1, 3);
            String run = runOf(failed);
            Cli.Result described = cli.run("describe", "run", run, "-o", "json");
            assertThat(reason(json(described), fleet.host(1))).isEqualTo("NODE_MISSING");
            assertThat(json(described).toString())
                    .contains(
                            "node-3 of %s:22022 is not in the cluster"
                                    .formatted(fleet.host(3).address()),
                            "their hosts failed earlier in this run");

            fleet.host(3).clearFaults();
            succeeded(cli.run("retry", run, "--watch"));
            assertThat(succeeded(cli.run("get", "nodes", "--cluster", "short")).out().lines())
                    .filteredOn(line -> line.contains(" Ready "))
                    .hasSize(3);
        }
    }
}
