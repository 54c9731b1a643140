package dev.slipway.planner.plan.kubeadm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.slipway.contracts.order.Part;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.inspect.HostFacts;
import dev.slipway.planner.plan.Compilation;
import dev.slipway.planner.plan.PlanCompiler;
import dev.slipway.planner.plan.PlanFixture;
import dev.slipway.planner.plan.node.HostFile;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DockerConfigTest {
    private static final String DOCKER = "  containerRuntime: {type: docker}\n";

    @Test
    void isJsonThatSuitsTheHost() throws Exception {
        var plain = JsonMapper.builder().build().readTree(settings("", ""));

        assertThat(plain.at("/exec-opts/0").textValue()).isEqualTo("native.cgroupdriver=systemd");
        assertThat(plain.at("/live-restore").booleanValue()).isTrue();
        assertThat(plain.at("/registry-mirrors").isEmpty()).isTrue();
        assertThat(plain.has("selinux-enabled")).isFalse();
        assertThat(settings("openrc=yes\n", "")).contains("native.cgroupdriver=cgroupfs");
        assertThat(settings("selinux=enforcing\ncontainer-policy=yes\n", ""))
                .contains("\"selinux-enabled\": true");
    }

    /// One that is there may say where Docker has its data.
    @Test
    void isTheHostsOwnWhereItHasOne() {
        assertThat(files("", "docker-config=foreign\n")).isEmpty();
        assertThat(files("", "docker-config=ours\n")).hasSize(1);
    }

    @Test
    void isAnotherContainerRuntimeThanARunningClusterMayGet() {
        Clusterfile before = PlanFixture.clusterfile(1);
        Clusterfile now = PlanFixture.clusterfile(1, "v1.36.2", DOCKER);

        assertThat(PlanCompiler.compile(PlanFixture.change(before, now)))
                .isInstanceOfSatisfying(
                        Compilation.Refused.class,
                        r ->
                                assertThat(r.message())
                                        .contains(
                                                "spec.containerRuntime.type from containerd to docker")
                                        .doesNotContain("documents"));
    }

    private static String settings(String system, String node) {
        return files(system, node).stream()
                .flatMap(f -> f.content().stream())
                .map(part -> ((Part.Literal) part).text())
                .collect(Collectors.joining());
    }

    private static List<HostFile> files(String system, String node) {
        Clusterfile clusterfile = PlanFixture.clusterfile(0, "v1.36.2", DOCKER);
        HostFacts facts =
                Objects.requireNonNull(
                        PlanFixture.freshWithDocker(clusterfile, system, node, "")
                                .get(clusterfile.controlPlane().address()));
        return DockerConfig.files(clusterfile, facts);
    }
}
