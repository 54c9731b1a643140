package dev.slipway.planner.host;

import dev.slipway.planner.clusterfile.ListedHost;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Keeps the suite from being used as a way into itself: loopback, link-local, multicast and the
/// suite's own networks are no places for hosts, unless the installation says so.
@ApplicationScoped
public class AddressPolicy {
    private final List<IpSubnetFilterRule> allowed;
    private final List<IpSubnetFilterRule> denied;

    @Inject
    AddressPolicy(HostsConfig config) {
        this(config.allowedNetworks().orElse(List.of()), config.deniedNetworks().orElse(List.of()));
    }

    AddressPolicy(List<String> allowed, List<String> denied) {
        this.allowed = allowed.stream().map(AddressPolicy::network).toList();
        this.denied = denied.stream().map(AddressPolicy::network).toList();
    }

    /// Why the address may not be used. Looks names up, so it may block; a name that has no address
    /// yet is let pass, since nothing can be reached by it.
    ///
    /// @param address an IP address or a DNS name
    public Optional<String> refusal(String address) {
        return addresses(address).stream()
                .filter(this::isDenied)
                .findFirst()
                .map(found ->
                        "\"%s\" is in a network that hosts may not be in (%s): expected an address outside of loopback, link-local and the suite's own networks"
                                .formatted(address, found.getHostAddress()));
    }

    /// Why the host may not be entered so: its address, or one on the way. What is reached through
    /// a jump host is resolved there, so no name of it is looked up here.
    public List<String> refusals(ListedHost host) {
        List<String> way =
                Stream.concat(
                                host.ssh().jump().stream().map(jump -> jump.address().address()),
                                Stream.of(host.address().address()))
                        .toList();
        return IntStream.range(0, way.size())
                .filter(i -> i == 0 || way.get(i).matches("[0-9.]+|.*:.*"))
                .mapToObj(way::get)
                .flatMap(address -> refusal(address).stream())
                .toList();
    }

    private boolean isDenied(InetAddress address) {
        if (matches(denied, address)) {
            return true;
        }
        boolean special =
                address.isLoopbackAddress()
                        || address.isLinkLocalAddress()
                        || address.isAnyLocalAddress()
                        || address.isMulticastAddress();
        return special && !matches(allowed, address);
    }

    private static boolean matches(List<IpSubnetFilterRule> networks, InetAddress address) {
        var socket = new InetSocketAddress(address, 0);
        return networks.stream().anyMatch(network -> network.matches(socket));
    }

    private static List<InetAddress> addresses(String address) {
        try {
            return Arrays.asList(InetAddress.getAllByName(address));
        } catch (UnknownHostException _) {
            return List.of();
        }
    }

    private static IpSubnetFilterRule network(String text) {
        try {
            int slash = text.indexOf('/');
            return new IpSubnetFilterRule(
                    InetAddress.ofLiteral(text.substring(0, slash).strip()),
                    Integer.parseInt(text.substring(slash + 1).strip()),
                    IpFilterRuleType.ACCEPT);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "slipway.hosts: \"%s\" is no network: expected ADDRESS/PREFIX, such as 10.0.0.0/8"
                            .formatted(text),
                    e);
        }
    }
}
