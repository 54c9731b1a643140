package dev.slipway.scenarios;

import static dev.slipway.scenarios.Story.json;
import static dev.slipway.scenarios.Story.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Somebody asks what runs in a cluster.
@ExtendWith(Platform.Lifetime.class)
class ClusterViewScenarioTest {
    private final Platform platform = Platform.get();
    private final Cli cli = platform.cli();

    @Test
    void asksAClusterWhatRunsInIt() {
        try (var fleet = new Fleet(71, 3)) {
            fleet.trust(cli);
            succeeded(cli.run("apply", "-f", fleet.clusterfile("viewed", 3).toString(), "--watch"));

            looks();
            describes();
            refusesWhatIsNotBound(fleet);
            saysThatNobodyAnswers(fleet);
        }
    }

    private void looks() {
        Map<String, String> viewer = platform.as("local", "vera", "viewer");
        Cli.Result nodes = succeeded(cli.run(viewer, "get", "nodes", "--cluster", "viewed"));
        assertThat(nodes.out())
                .contains("NAME", "STATUS", "ROLES", "node-1", "control-plane", "v1.36.2");
        assertThat(nodes.out().lines())
                .hasSize(4)
                .filteredOn(l -> l.contains(" Ready "))
                .hasSize(3);
        JsonNode json = json(cli.run("get", "nodes", "--cluster", "viewed", "-o", "json"));
        assertThat(json.findValuesAsText("name")).containsExactly("node-1", "node-2", "node-3");

        JsonNode pods =
                json(
                        cli.run(
                                "get",
                                "pods",
                                "--cluster",
                                "viewed",
                                "-n",
                                "kube-system",
                                "-o",
                                "json"));
        assertThat(pods.findValuesAsText("name"))
                .contains("kube-apiserver-node-1", "kube-proxy-node-3");
        assertThat(pods.findValuesAsText("status")).containsOnly("Running");
        assertThat(succeeded(cli.run("get", "pods", "--cluster", "viewed", "-n", "default")).out())
                .contains("No pods in namespace default.");
        assertThat(
                        succeeded(cli.run("get", "namespaces", "--cluster", "viewed", "-o", "name"))
                                .out())
                .contains("default", "kube-system");
        assertThat(succeeded(cli.run("get", "services", "--cluster", "viewed")).out())
                .contains("kubernetes", "443/TCP", "kube-dns", "53/UDP");
        assertThat(succeeded(cli.run("get", "runs", "--cluster", "viewed")).out())
                .contains("apply")
                .doesNotContain("view ");
    }

    private void describes() {
        assertThat(succeeded(cli.run("describe", "cluster", "viewed")).out())
                .contains(
                        "Nodes       3 of 3 ready",
                        "Last run    apply, run ",
                        "CPU         0.7 of 6.0 processors requested",
                        "of 12.0 GiB requested");
        assertThat(succeeded(cli.run("describe", "cluster", "viewed", "--recorded")).out())
                .doesNotContain("processors");
    }

    private void refusesWhatIsNotBound(Fleet fleet) {
        String kubectl = "KUBECONFIG=/etc/kubernetes/admin.conf kubectl ";
        fleet.host(1).run(kubectl + "delete clusterrolebinding slipway:executor:view");

        Cli.Result refused = cli.run("get", "pods", "--cluster", "viewed");

        assertThat(refused.code()).as(refused.all()).isEqualTo(1);
        assertThat(refused.err()).contains("API_REFUSED", "pods is forbidden: User");
        Cli.Result described = succeeded(cli.run("describe", "cluster", "viewed"));
        assertThat(described.out())
                .contains("In it       not known: API_REFUSED", "127.78.71.1:22022");
    }

    private void saysThatNobodyAnswers(Fleet fleet) {
        fleet.host(1).run("rm -rf /.simulator/wire/listen/" + fleet.host(1).address() + ":*");

        Cli.Result nobody = cli.run("get", "nodes", "--cluster", "viewed");

        assertThat(nobody.code()).as(nobody.all()).isEqualTo(1);
        assertThat(nobody.err()).contains("API_UNREACHABLE", "127.78.71.1:6443");
        assertThat(List.of(nobody.out().strip())).containsOnly("");
    }
}
