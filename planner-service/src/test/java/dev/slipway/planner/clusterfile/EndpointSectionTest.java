package dev.slipway.planner.clusterfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointSectionTest {
    private static final String HAPROXY = "docker.io/library/haproxy:3.0-alpine";

    @Test
    void oneControlPlaneIsReachedAtItsOwnAddressAndSeveralThroughAProxy() {
        assertThat(accepted(1, "").endpoint()).isEqualTo(new Endpoint.ControlPlane(6443));
        assertThat(accepted(3, "").endpoint())
                .isEqualTo(
                        new Endpoint.LocalProxy(
                                Endpoint.Proxy.HAPROXY, "127.0.0.1", 7443, HAPROXY));
        assertThat(accepted(3, "  apiPort: 7443\n").endpoint().port()).isEqualTo(7444);
    }

    @Test
    void readsEveryMode() {
        assertThat(accepted(3, "  endpoint: lb.example\n").endpoint())
                .isEqualTo(new Endpoint.External("lb.example", 6443));
        assertThat(
                        accepted(
                                        3,
                                        "  endpoint: {mode: external, address: lb.example, port: 443}\n")
                                .endpoint())
                .isEqualTo(new Endpoint.External("lb.example", 443));
        assertThat(
                        accepted(
                                        3,
                                        "  endpoint: {mode: local-proxy, proxy: nginx, port: 9443, image: r.example:5000/nginx@sha256:%s}\n"
                                                .formatted("ab".repeat(32)))
                                .endpoint())
                .isEqualTo(
                        new Endpoint.LocalProxy(
                                Endpoint.Proxy.NGINX,
                                "127.0.0.1",
                                9443,
                                "r.example:5000/nginx@sha256:" + "ab".repeat(32)));
        assertThat(accepted(3, "  endpoint: {mode: local-vip}\n").endpoint().host())
                .contains("169.254.97.2");
        assertThat(
                        accepted(
                                        3,
                                        "  endpoint: {mode: kube-vip, address: 10.0.0.100, interface: eth0}\n")
                                .endpoint())
                .isInstanceOfSatisfying(
                        Endpoint.KubeVip.class,
                        vip -> {
                            assertThat(vip.port()).isEqualTo(6443);
                            assertThat(vip.networkInterface()).isEqualTo(Optional.of("eth0"));
                        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{mode: proxy}|unknown endpoint mode \"proxy\"",
                "{address: 10.0.0.9}|mode is missing",
                "{mode: external}|address is missing",
                "{mode: external, address: 10.0.0.2}|10.0.0.2 is the address of host 10.0.0.2:22",
                "10.0.0.1|10.0.0.1 is the address of host 10.0.0.1:22",
                "{mode: external, address: lb.example, image: a/b}|unknown field \"image\"",
                "{mode: local-proxy, port: 6443}|port 6443 is taken on control planes",
                "{mode: local-proxy, port: 10250}|port 10250 is taken on control planes",
                "{mode: local-proxy, proxy: envoy}|\"envoy\" is not as expected: haproxy or nginx",
                "{mode: local-proxy, image: haproxy}|an image with its registry",
                "{mode: local-vip, address: 10.103.97.2}|10.103.97.2 lies in the cluster's serviceSubnet 10.96.0.0/12",
                "{mode: local-vip, address: 10.244.3.4}|10.244.3.4 lies in the cluster's podSubnet 10.244.0.0/16",
                "{mode: local-vip, address: 10.0.1.1}|10.0.1.1 is the address of host 10.0.1.1:22",
                "{mode: external, address: 'fd00::9'}|fd00::9 is an address of IPv6, the cluster's networks are of IPv4",
                "{mode: local-vip, address: 127.0.0.9}|\"127.0.0.9\" is not as expected: an IP address",
                "{mode: local-vip, address: 'fd00::9'}|fd00::9 is of another IP family than control plane 10.0.0.1:22",
                "{mode: kube-vip}|address is missing",
                "{mode: kube-vip, address: vip.example}|\"vip.example\" is not as expected: an IP address",
                "{mode: kube-vip, address: 10.0.0.3}|10.0.0.3 is the address of host 10.0.0.3:22",
                "{mode: kube-vip, address: 10.0.0.9, interface: 'a b'}|the name of a network interface"
            })
    void saysWhatIsWrongWithAnEndpoint(String endpoint, String message) {
        assertThat(problems(3, "  endpoint: " + endpoint + "\n"))
                .anySatisfy(p -> {
                    assertThat(p.message()).contains(message);
                    assertThat(p.path()).startsWith("spec.endpoint");
                });
    }

    @Test
    void looksAtTheNetworksThatTheFileSays() {
        String networks =
                "---\napiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nnetworking: {podSubnet: \"172.16.0.0/12,fd01::/48\", serviceSubnet: \"192.168.0.0/17,fd00::/112\"}\n";

        assertThat(
                        accepted(
                                        3,
                                        "  endpoint: {mode: local-vip, address: 10.103.97.2}\n"
                                                + networks)
                                .endpoint()
                                .host())
                .contains("10.103.97.2");
        assertThat(
                        problems(
                                3,
                                "  endpoint: {mode: local-vip, address: 192.168.127.1}\n"
                                        + networks))
                .anySatisfy(p -> assertThat(p.message()).contains("serviceSubnet 192.168.0.0/17"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5, 7})
    void acceptsAnOddNumberOfControlPlanes(int count) {
        assertThat(accepted(count, "").controlPlanes()).hasSize(count);
    }

    @ParameterizedTest
    @CsvSource({"2,no more of them than 1 do", "4,no more of them than 3 do", "9,more than 7"})
    void refusesAnEvenNumberAndTooMany(int count, String message) {
        assertThat(problems(count, "")).anySatisfy(p -> assertThat(p.message()).contains(message));
    }

    @Test
    void anAbsentControlPlaneCountsWhileItIsReplaced() {
        String lost = "    - {ips: [10.0.0.9], roles: [control-plane], absent: true}\n";

        Clusterfile two = accepted(text(2, lost, ""));
        Clusterfile replaced = accepted(text(3, lost, ""));

        assertThat(two.controlPlanes()).hasSize(2);
        assertThat(two.absent()).hasSize(1);
        assertThat(two.hostsFile().hosts()).hasSize(3);
        assertThat(replaced.controlPlanes()).hasSize(3);
        assertThat(
                        ClusterfileReader.read(
                                text(4, lost + lost.replace(".9", ".8"), ""), SecretPolicy.REFUSED))
                .isInstanceOf(ClusterfileResult.Rejected.class);
    }

    @Test
    void onlyOneControlPlaneAtATimeJoins() {
        assertThat(problems(3, "  limits: {phases: {join-control-planes: {window: 2}}}\n"))
                .anySatisfy(p -> assertThat(p.message()).contains("from 1 to 1"));
    }

    private static String text(int controlPlanes, String hosts, String more) {
        var text =
                new StringBuilder(
                        """
                        apiVersion: slipway.dev/v1
                        kind: Cluster
                        metadata: {name: demo}
                        spec:
                          runtime: {version: v1.36.2}
                          ssh: {credential: team}
                          hosts:
                            - {ips: [10.0.1.1], roles: [worker]}
                        """);
        for (int i = 1; i <= controlPlanes; i++) {
            text.append("    - {ips: [10.0.0.%d], roles: [control-plane]}\n".formatted(i));
        }
        return text + hosts + more;
    }

    private static Clusterfile accepted(int controlPlanes, String more) {
        return accepted(text(controlPlanes, "", more));
    }

    private static Clusterfile accepted(String text) {
        return switch (ClusterfileReader.read(text, SecretPolicy.REFUSED)) {
            case ClusterfileResult.Accepted(var clusterfile) -> clusterfile;
            case ClusterfileResult other -> throw new AssertionError(other.toString());
        };
    }

    private static List<Problem> problems(int controlPlanes, String more) {
        return switch (ClusterfileReader.read(
                text(controlPlanes, "", more), SecretPolicy.REFUSED)) {
            case ClusterfileResult.Rejected(var problems) -> problems;
            case ClusterfileResult other -> throw new AssertionError(other.toString());
        };
    }
}
