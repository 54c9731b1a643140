package dev.slipway.planner.clusterfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterNetworksTest {
    @Test
    void takesTheFamilyOfTheControlPlanesWhereTheFileSaysNothing() {
        assertThat(networks("10.0.0.1", "")).isEqualTo("10.244.0.0/16 10.96.0.0/12");
        assertThat(networks("fd12::1", "")).isEqualTo("fd00:10:244::/48 fd00:10:96::/112");
        assertThat(networks("cp.example", "")).isEqualTo("10.244.0.0/16 10.96.0.0/12");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "podSubnet: '10.1.0.0/16,fd01::/48'|10.1.0.0/16,fd01::/48 10.96.0.0/12,fd00:10:96::/112",
                "serviceSubnet: 'fd02::/112'|fd00:10:244::/48 fd02::/112",
                "podSubnet: 'fd01::/48, 10.1.0.0/16', serviceSubnet: 'fd02::/112,10.2.0.0/16'|fd01::/48,10.1.0.0/16 fd02::/112,10.2.0.0/16"
            })
    void whatIsSaidOfOneOfThemDecidesTheFamiliesOfTheOther(String networking, String expected) {
        assertThat(networks("10.0.0.1", networking)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "podSubnet: 10.1.0.0|\"10.1.0.0\" is no network",
                "podSubnet: 10.1.0.0/33|\"10.1.0.0/33\" is no network",
                "podSubnet: '10.1.0.0/16,10.2.0.0/16'|10.1.0.0/16,10.2.0.0/16 names 2 networks of IPv4: expected one, or one of each family",
                "podSubnet: '10.1.0.0/16,fd01::/48,fd02::/48'|names 3 networks of IPv4 and IPv6",
                "podSubnet: 'fd01::/48', serviceSubnet: 10.2.0.0/16|pods have IPv6, services IPv4: say networks of the same families, in the same order",
                "podSubnet: '10.1.0.0/16,fd01::/48', serviceSubnet: 10.2.0.0/16|pods have IPv4 and IPv6, services IPv4",
                "podSubnet: '10.1.0.0/16,fd01::/48', serviceSubnet: 'fd02::/112,10.2.0.0/16'|pods have IPv4 and IPv6, services IPv6 and IPv4",
                "serviceSubnet: 'fd02::/64'|fd02::/64 is too large: expected /108 or smaller",
                "serviceSubnet: 10.0.0.0/8|10.0.0.0/8 is too large: expected /12 or smaller"
            })
    void saysWhatIsWrongWithTheNetworks(String networking, String message) {
        assertThat(problems("10.0.0.1", networking))
                .anySatisfy(problem -> {
                    assertThat(problem.message()).contains(message);
                    assertThat(problem.path()).startsWith("networking.");
                });
    }

    /// k0s's are IPv4 unless it is told otherwise, whatever addresses its controllers have.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.0.0.1|{}|10.244.0.0/16 10.96.0.0/12",
                "fd12::1|{}|10.244.0.0/16 10.96.0.0/12",
                "10.0.0.1|podCIDR: 10.1.0.0/16|10.1.0.0/16 10.96.0.0/12",
                "fd12::1|{podCIDR: 'fd01::/48', serviceCIDR: 'fd02::/108'}|fd01::/48 fd02::/108",
                "10.0.0.1|dualStack: {enabled: true, IPv6podCIDR: 'fd01::/48', IPv6serviceCIDR: 'fd02::/112'}|10.244.0.0/16,fd01::/48 10.96.0.0/12,fd02::/112",
                "fd12::1|dualStack: {enabled: true, IPv6podCIDR: 'fd01::/48', IPv6serviceCIDR: 'fd02::/112'}|fd01::/48,10.244.0.0/16 fd02::/112,10.96.0.0/12",
                "10.0.0.1|{primaryAddressFamily: IPv6, dualStack: {enabled: true, IPv6podCIDR: 'fd01::/48', IPv6serviceCIDR: 'fd02::/112'}}|fd01::/48,10.244.0.0/16 fd02::/112,10.96.0.0/12",
                "10.0.0.1|dualStack: {enabled: false, IPv6podCIDR: 'fd01::/48', IPv6serviceCIDR: 'fd02::/112'}|10.244.0.0/16 10.96.0.0/12"
            })
    void areWhatK0sIsTold(String address, String network, String expected) {
        String text =
                """
                apiVersion: slipway.dev/v1
                kind: Cluster
                metadata: {name: demo}
                spec:
                  runtime: {type: k0s, version: v1.36.2+k0s.0}
                  ssh: {credential: team-a}
                  hosts: [{ips: ["%s"], roles: [control-plane]}]
                ---
                apiVersion: k0s.k0sproject.io/v1beta1
                kind: ClusterConfig
                spec:
                  network:
                    %s
                """
                        .formatted(address, network);
        ClusterNetworks networks = accepted(text).networks();

        assertThat(
                        "%s %s"
                                .formatted(
                                        ClusterNetworks.text(networks.pods()),
                                        ClusterNetworks.text(networks.services())))
                .isEqualTo(expected);
    }

    @Test
    void theProxyOfAnIpv6ClusterIsOnItsOwnLoopbackAddress() {
        assertThat(
                        accepted(text("fd12::1", "", "  endpoint: {mode: local-proxy}\n"))
                                .endpoint()
                                .host())
                .contains("::1");
    }

    private static String networks(String controlPlane, String networking) {
        ClusterNetworks networks = accepted(text(controlPlane, networking, "")).networks();
        return ClusterNetworks.text(networks.pods())
                + " "
                + ClusterNetworks.text(networks.services());
    }

    private static Clusterfile accepted(String text) {
        return switch (ClusterfileReader.read(text, SecretPolicy.REFUSED)) {
            case ClusterfileResult.Accepted(var clusterfile) -> clusterfile;
            case ClusterfileResult other -> throw new AssertionError(other.toString());
        };
    }

    private static List<Problem> problems(String controlPlane, String networking) {
        return switch (ClusterfileReader.read(
                text(controlPlane, networking, ""), SecretPolicy.REFUSED)) {
            case ClusterfileResult.Rejected(var problems) -> problems;
            case ClusterfileResult other -> throw new AssertionError(other.toString());
        };
    }

    private static String text(String controlPlane, String networking, String more) {
        return """
        apiVersion: slipway.dev/v1
        kind: Cluster
        metadata: {name: demo}
        spec:
          runtime: {version: v1.36.2}
          ssh: {credential: team}
          hosts: [{ips: ["%s"], roles: [control-plane]}]
        %s---
        apiVersion: kubeadm.k8s.io/v1beta4
        kind: ClusterConfiguration
        networking: {%s}
        """
                .formatted(controlPlane, more, networking);
    }
}
