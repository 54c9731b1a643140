package dev.slipway.planner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.KubeRequest;
import dev.slipway.planner.clusterfile.ClusterfileReader;
import dev.slipway.planner.clusterfile.ClusterfileResult;
import dev.slipway.planner.clusterfile.HostsFile;
import dev.slipway.planner.clusterfile.SecretPolicy;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ViewPhaseTest {
    private static HostsFile controlPlane() {
        String source =
                """
                apiVersion: slipway.dev/v1
                kind: Hosts
                metadata: {name: demo}
                spec:
                  ssh: {credential: ops}
                  hosts:
                    - ips: ["10.0.0.1"]
                """;
        return switch (ClusterfileReader.read(source, SecretPolicy.REFUSED)) {
            case ClusterfileResult.HostsOnly(var hosts) -> hosts;
            case ClusterfileResult other -> throw new AssertionError(other.toString());
        };
    }

    @Test
    void asksOneQuestionOfOneServer() throws IOException {
        Plan plan =
                ViewPhase.plan(
                        controlPlane(),
                        3,
                        new HostAddress("10.0.0.1", 6443),
                        new KubeRequest.Items(KubeRequest.Kind.PODS, Optional.of("kube-system")));

        GoldenPlan.matches("view-pods", plan);
        assertThat(plan.summaries().getFirst().mutating()).isFalse();
        assertThat(plan.generation()).isEqualTo(3);
    }
}
