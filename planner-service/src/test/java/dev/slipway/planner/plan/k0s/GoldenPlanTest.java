package dev.slipway.planner.plan.k0s;

import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.plan.GoldenPlan;
import dev.slipway.planner.plan.Operation;
import dev.slipway.planner.plan.PlanFixture;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What k0s clusters are installed and changed with, as readable text.
class GoldenPlanTest {
    private static final String PROGRAM =
            """
              artifacts:
                k0s: {url: 'https://x.example/k0s', sha256: %s}
            """
                    .formatted("ab".repeat(32));

    private static Clusterfile cluster(int controllers, int workers, String more) {
        return RunningK0s.cluster(RunningK0s.RELEASE, controllers, workers, more);
    }

    @Test
    void installsThreeControllersAndFiveWorkers() throws IOException {
        GoldenPlan.matches(
                "k0s-apply-3-5", PlanFixture.plan(RunningK0s.install(cluster(3, 5, PROGRAM))));
    }

    @Test
    void installsAThousandWorkers() throws IOException {
        GoldenPlan.matchesInShort(
                "k0s-apply-3-1000",
                PlanFixture.plan(RunningK0s.install(cluster(3, 1000, PROGRAM))));
    }

    /// With all that a host may be told.
    @Test
    void installsAControllerThatWorksAndAWorkerWithACertificate() throws IOException {
        Clusterfile clusterfile =
                PlanFixture.read(
                        """
                        apiVersion: slipway.dev/v1
                        kind: Cluster
                        metadata: {name: demo}
                        spec:
                          runtime: {type: k0s, version: v1.35.4+k0s.0, dynamicConfig: true}
                          join: certificate
                          ssh: {credential: team}
                          env: ['HTTPS_PROXY=http://proxy.example:3128', 'NOTE=5%% of "all"']
                          hosts:
                            - ips: [10.0.0.1]
                              names: [cp-1]
                              roles: [control-plane, worker]
                              k0s: {installFlags: [--debug], dataDir: /data/k0s, noTaints: true}
                            - ips: [10.0.1.1]
                              roles: [worker]
                              k0s:
                                profile: gpu
                                privateAddress: 192.168.0.1
                                installFlags: ['--kubelet-extra-args="--v=4 --max-pods=50"']
                          artifacts:
                            k0s: {content: %1$s, size: 262144000}
                          images:
                            - {name: bundle, content: %1$s, size: 314572800}
                            - {name: more, url: 'https://x.example/more.tar', sha256: %1$s}
                          registries:
                            - {host: registry.example.org, credential: team}
                          files:
                            - {path: /etc/it's.yaml, text: "a: 'b'", roles: [worker]}
                        ---
                        apiVersion: k0s.k0sproject.io/v1beta1
                        kind: ClusterConfig
                        spec:
                          api: {sans: [k0s.example.org]}
                          workerProfiles: [{name: gpu, values: {maxPods: 40}}]
                        """
                                .formatted("cd".repeat(32)));

        GoldenPlan.matches("k0s-apply-whole", PlanFixture.plan(RunningK0s.install(clusterfile)));
    }

    @Test
    void addsAWorker() throws IOException {
        GoldenPlan.matches(
                "k0s-add-worker",
                PlanFixture.plan(RunningK0s.change(cluster(3, 2, ""), cluster(3, 3, ""))));
    }

    /// The workers that are there learn of the others.
    @Test
    void addsTwoControllersToOne() throws IOException {
        GoldenPlan.matches(
                "k0s-add-controllers",
                PlanFixture.plan(RunningK0s.change(cluster(1, 2, ""), cluster(3, 2, ""))));
    }

    @Test
    void replacesTheFirstController() throws IOException {
        GoldenPlan.matches(
                "k0s-replace-first",
                PlanFixture.plan(
                        RunningK0s.change(
                                cluster(3, 1, ""),
                                RunningK0s.cluster(
                                        RunningK0s.RELEASE,
                                        "",
                                        List.of(2, 3, 4),
                                        List.of(1),
                                        ""))));
    }

    @Test
    void installsOnAlpine() throws IOException {
        Clusterfile clusterfile = cluster(1, 1, PROGRAM);
        GoldenPlan.matches(
                "k0s-apply-alpine",
                PlanFixture.plan(
                        RunningK0s.input(
                                Operation.APPLY,
                                clusterfile,
                                PlanFixture.fresh(
                                        clusterfile, "os=alpine\nopenrc=yes\nsystemd=no\n"),
                                Optional.empty(),
                                "")));
    }
}
