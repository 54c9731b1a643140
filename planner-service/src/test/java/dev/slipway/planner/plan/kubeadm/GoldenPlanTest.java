package dev.slipway.planner.plan.kubeadm;

import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.plan.GoldenPlan;
import dev.slipway.planner.plan.PlanFixture;
import dev.slipway.planner.plan.RecordedState;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What kubeadm clusters are installed and reset with, as readable text.
class GoldenPlanTest {
    @Test
    void installsOneControlPlane() throws IOException {
        GoldenPlan.matches(
                "apply-1-0", PlanFixture.plan(PlanFixture.install(PlanFixture.clusterfile(0))));
    }

    @Test
    void installsAControlPlaneAndTwoWorkers() throws IOException {
        GoldenPlan.matches(
                "apply-1-2", PlanFixture.plan(PlanFixture.install(PlanFixture.clusterfile(2))));
    }

    @Test
    void installsAControlPlaneAndAHundredWorkers() throws IOException {
        GoldenPlan.matches(
                "apply-1-100", PlanFixture.plan(PlanFixture.install(PlanFixture.clusterfile(100))));
    }

    @Test
    void installsAnOlderRelease() throws IOException {
        GoldenPlan.matches(
                "apply-v1beta3",
                PlanFixture.plan(
                        PlanFixture.install(
                                PlanFixture.clusterfile(
                                        1,
                                        "v1.28.4",
                                        """
                                        ---
                                        apiVersion: kubeadm.k8s.io/v1beta3
                                        kind: ClusterConfiguration
                                        apiServer: {extraArgs: {v: 2}}
                                        """))));
    }

    @Test
    void installsWithFilesOfTheContentStore() throws IOException {
        GoldenPlan.matches(
                "apply-contents",
                PlanFixture.plan(
                        PlanFixture.install(
                                PlanFixture.clusterfile(
                                        2,
                                        "v1.36.2",
                                        """
                                          artifacts:
                                            cni: {content: %s, size: 52428800}
                                          files:
                                            - {path: /opt/model.bin, content: %s, size: 5, mode: "0600", roles: [worker]}
                                        """
                                                .formatted("ab".repeat(32), "cd".repeat(32))))));
    }

    @Test
    void addsOneWorkerWithoutTouchingTheOthers() throws IOException {
        Clusterfile before = PlanFixture.clusterfile(2);
        Clusterfile now = PlanFixture.clusterfile(3);
        var facts = PlanFixture.fresh(now);
        facts.putAll(PlanFixture.installed(before));

        GoldenPlan.matches(
                "apply-scale-up",
                PlanFixture.plan(
                        PlanFixture.apply(now, facts, new RecordedState(Optional.of(before)))));
    }

    @Test
    void installsWithHooks() throws IOException {
        GoldenPlan.matches(
                "apply-hooks", PlanFixture.plan(PlanFixture.install(HookPhaseTest.CLUSTERFILE)));
    }

    @Test
    void resetsWithHooks() throws IOException {
        GoldenPlan.matches(
                "reset-hooks", PlanFixture.plan(PlanFixture.reset(HookPhaseTest.CLUSTERFILE)));
    }

    @Test
    void resetsOneControlPlane() throws IOException {
        GoldenPlan.matches(
                "reset-1-0", PlanFixture.plan(PlanFixture.reset(PlanFixture.clusterfile(0))));
    }

    @Test
    void resetsAControlPlaneAndTwoWorkers() throws IOException {
        GoldenPlan.matches(
                "reset-1-2", PlanFixture.plan(PlanFixture.reset(PlanFixture.clusterfile(2))));
    }

    @Test
    void resetsAControlPlaneAndAHundredWorkers() throws IOException {
        GoldenPlan.matches(
                "reset-1-100", PlanFixture.plan(PlanFixture.reset(PlanFixture.clusterfile(100))));
    }
}
