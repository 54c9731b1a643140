package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `ClusterConfiguration.networking`: kubeadm would say the same of these mistakes, but on a host,
/// and of some of them only when a pod has no address.
final class NetworkSection {
    // kubeadm: "specified service subnet is too large": at most 20 bits of addresses.
    private static final int SERVICE_BITS = 20;

    private NetworkSection() {}

    static void check(YamlMap cluster) {
        cluster.map("networking")
                .ifPresent(networking -> {
                    List<Cidr> pods = networks(networking, "podSubnet");
                    List<Cidr> services = networks(networking, "serviceSubnet");
                    for (Cidr service : services) {
                        if (service.bits() - service.prefix() > SERVICE_BITS) {
                            invalid(
                                    networking,
                                    "serviceSubnet",
                                    "%s is too large: expected /%d or smaller"
                                            .formatted(
                                                    service.text(), service.bits() - SERVICE_BITS));
                        }
                    }
                    sameFamilies(networking, pods, services);
                });
    }

    private static void sameFamilies(YamlMap networking, List<Cidr> pods, List<Cidr> services) {
        if (!pods.isEmpty() && !services.isEmpty() && !families(pods).equals(families(services))) {
            invalid(
                    networking,
                    "serviceSubnet",
                    "pods have %s, services %s: say networks of the same families, in the same order"
                            .formatted(words(pods), words(services)));
        }
    }

    private static List<Cidr> networks(YamlMap networking, String field) {
        Optional<YamlMap.Text> text = networking.text(field);
        if (text.isEmpty()) {
            return List.of();
        }
        var found = new ArrayList<Cidr>();
        for (String part : text.get().value().split(",", -1)) {
            Optional<Cidr> network = Cidr.of(part.strip()).filter(_ -> part.contains("/"));
            if (network.isEmpty()) {
                invalid(
                        networking,
                        field,
                        "%s is no network: expected one such as 10.96.0.0/12, or one of each family with a comma"
                                .formatted(Quoted.of(part.strip())));
                return List.of();
            }
            found.add(network.get());
        }
        if (found.size() > 2 || families(found).size() < found.size()) {
            invalid(
                    networking,
                    field,
                    "%s names %d networks of %s: expected one, or one of each family"
                            .formatted(text.get().value(), found.size(), words(found)));
            return List.of();
        }
        return found;
    }

    private static List<IpFamily> families(List<Cidr> networks) {
        return networks.stream().map(Cidr::family).distinct().toList();
    }

    private static String words(List<Cidr> networks) {
        return String.join(" and ", families(networks).stream().map(IpFamily::word).toList());
    }

    private static void invalid(YamlMap networking, String field, String message) {
        networking.place().invalid(networking.key(field), networking.child(field), message);
    }
}
