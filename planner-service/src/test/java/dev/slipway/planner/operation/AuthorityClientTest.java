package dev.slipway.planner.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.operation.AuthorityClient.K0sServers;
import dev.slipway.planner.plan.PlanFixture;
import dev.slipway.planner.plan.PlanInput;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthorityClientTest {
    private static final String CPLB =
            "network: {controlPlaneLoadBalancing: {enabled: true, type: Keepalived, keepalived: {vrrpInstances: [{virtualIPs: [10.0.0.99/24], authPass: a}]}}}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    10.0.0.1           | {}                                                         | https://10.0.0.1:6443      | https://10.0.0.1:9443
                    10.0.0.1 10.0.0.2 10.0.0.3 | {}                                                 | https://10.0.0.1:6443      | https://10.0.0.1:9443
                    10.0.0.1=10.9.0.1  | {}                                                         | https://10.9.0.1:6443      | https://10.9.0.1:9443
                    fd00::11           | {}                                                         | https://[fd00::11]:6443    | https://[fd00::11]:9443
                    10.0.0.1           | api: {port: 7443, k0sApiPort: 7444}                        | https://10.0.0.1:7443      | https://10.0.0.1:7444
                    10.0.0.1           | api: {address: 'fd12::1'}                                  | https://[fd12::1]:6443     | https://[fd12::1]:9443
                    10.0.0.1           | api: {externalAddress: lb.example, address: 10.9.0.1}      | https://lb.example:6443    | https://lb.example:9443
                    10.0.0.1           | api: {externalAddress: '[fd00::99]', port: 443}            | https://[fd00::99]:443     | https://[fd00::99]:9443
                    10.0.0.1 10.0.0.2 10.0.0.3 | CPLB                                               | https://10.0.0.99:6443     | https://10.0.0.99:9443
                    """)
    void namesWhereHostsOfK0sJoin(String controllers, String spec, String api, String join) {
        PlanInput input = PlanFixture.install(k0s(controllers, spec.equals("CPLB") ? CPLB : spec));

        assertThat(AuthorityClient.k0sServers(input)).contains(new K0sServers(api, join));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1 10.0.0.2 10.0.0.3, 10.0.0.4 10.0.0.2 10.0.0.3, 10.0.0.2",
        "10.0.0.1, 10.0.0.3, 10.0.0.1",
        "10.0.0.1, 10.0.0.1 10.0.0.3 10.0.0.4, 10.0.0.1"
    })
    void namesAControllerThatIsAMemberAlready(String before, String now, String named) {
        PlanInput input = PlanFixture.change(k0s(before, "{}"), k0s(now, "{}"));

        assertThat(AuthorityClient.k0sServers(input))
                .contains(
                        new K0sServers(
                                "https://%s:6443".formatted(named),
                                "https://%s:9443".formatted(named)));
    }

    @Test
    void namesNoneWithKubeadm() {
        assertThat(AuthorityClient.k0sServers(PlanFixture.install(PlanFixture.clusterfile(1))))
                .isEmpty();
    }

    /// @param controllers their addresses, each with a private one or without
    /// @param spec of k0s's document, on a line of its own
    private static Clusterfile k0s(String controllers, String spec) {
        return PlanFixture.read(
                """
                apiVersion: slipway.dev/v1
                kind: Cluster
                metadata: {name: demo}
                spec:
                  runtime: {type: k0s, version: v1.36.2+k0s.0}
                  ssh: {credential: team}
                  hosts:
                %s
                ---
                apiVersion: k0s.k0sproject.io/v1beta1
                kind: ClusterConfig
                spec:
                  %s
                """
                        .formatted(
                                Arrays.stream(controllers.split(" "))
                                        .map(AuthorityClientTest::host)
                                        .collect(Collectors.joining("\n")),
                                spec));
    }

    private static String host(String addresses) {
        String[] both = addresses.split("=");
        return "    - {ips: ['%s'], roles: [control-plane]%s}"
                .formatted(
                        both[0],
                        both.length == 1 ? "" : ", k0s: {privateAddress: %s}".formatted(both[1]));
    }
}
