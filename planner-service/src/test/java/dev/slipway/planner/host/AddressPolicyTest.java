package dev.slipway.planner.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.planner.clusterfile.Jump;
import dev.slipway.planner.clusterfile.ListedHost;
import dev.slipway.planner.clusterfile.SshAccess;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPolicyTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.77.0.1",
                "::1",
                "169.254.169.254",
                "fe80::1",
                "0.0.0.0",
                "224.0.0.1",
                "::ffff:127.0.0.1",
                "localhost",
                "10.200.0.7"
            })
    void deniesTheSuiteItself(String address) {
        var policy = new AddressPolicy(List.of(), List.of("10.200.0.0/16"));
        assertThat(policy.refusal(address)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1", "192.168.1.1", "2001:db8::1", "no-such-name.invalid"})
    void allowsOrdinaryAddresses(String address) {
        assertThat(new AddressPolicy(List.of(), List.of()).refusal(address)).isEmpty();
    }

    @Test
    void allowsLoopbackWhereTheInstallationSaysSo() {
        var policy = new AddressPolicy(List.of("127.77.0.0/16", "::1/128"), List.of());
        assertThat(policy.refusal("127.77.0.1")).isEmpty();
        assertThat(policy.refusal("::1")).isEmpty();
        assertThat(policy.refusal("127.0.0.1")).isPresent();
    }

    @Test
    void looksAtTheWholeWay() {
        var policy = new AddressPolicy(List.of(), List.of("10.200.0.0/16"));

        assertThat(policy.refusals(host("10.0.0.1", "10.200.0.1"))).hasSize(1);
        assertThat(policy.refusals(host("10.0.0.1", "10.0.0.2", "169.254.169.254"))).hasSize(1);
        assertThat(policy.refusals(host("10.200.0.7", "10.0.0.2"))).hasSize(1);
        assertThat(policy.refusals(host("127.0.0.1", "::1"))).hasSize(2);
        assertThat(policy.refusals(host("10.0.0.1", "localhost"))).hasSize(1);
        assertThat(policy.refusals(host("localhost", "10.0.0.2")))
                .as("a name is the jump host's to resolve")
                .isEmpty();
        assertThat(policy.refusals(host("10.0.0.1", "10.0.0.2", "10.0.0.3"))).isEmpty();
        assertThat(policy.refusals(host("127.0.0.1"))).hasSize(1);
    }

    private static ListedHost host(String address, String... jumps) {
        var ssh =
                new SshAccess(
                        "root",
                        "team",
                        Optional.empty(),
                        List.of(),
                        Stream.of(jumps)
                                .map(j ->
                                        new Jump(
                                                new HostAddress(j, 22),
                                                "root",
                                                "team",
                                                List.of("ssh-ed25519 AAAA")))
                                .toList());
        return new ListedHost(
                new HostAddress(address, 22), Optional.empty(), List.of(), ssh, new TreeMap<>());
    }

    @Test
    void namesASettingThatIsNoNetwork() {
        assertThatThrownBy(() -> new AddressPolicy(List.of("10.0.0.0"), List.of()))
                .hasMessageContaining("\"10.0.0.0\" is no network");
    }
}
