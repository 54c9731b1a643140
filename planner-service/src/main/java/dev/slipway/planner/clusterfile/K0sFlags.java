package dev.slipway.planner.clusterfile;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Flags of `k0s install` that a host may have of its own (k0s documentation, "k0s install
/// controller" and "k0s install worker"). What Slipway says itself, or what has a field, is none of
/// them.
public final class K0sFlags {
    static final String EXPECTED =
            "a flag of k0s install as one word, such as --debug or --iptables-mode=nft";

    private static final Pattern FORM =
            Pattern.compile("--?([A-Za-z][A-Za-z0-9-]*)(?:=([^\\x00-\\x1f\\x7f]*))?");

    /// What is secret wherever it stands: a password in a URL, a bootstrap token.
    private static final Pattern SECRET =
            Pattern.compile(
                    "[a-z][a-z0-9+.-]*://[^/@\\s]*:[^/@\\s]*@|\\b[a-z0-9]{6}\\.[a-z0-9]{16}\\b");

    private static final String OF_KUBELET = "kubelet-extra-args";

    /// Slipway's, with what to say in their place.
    private static final Map<String, String> OWN =
            Map.ofEntries(
                    Map.entry("config", "say the document of kind ClusterConfig"),
                    Map.entry("c", "say the document of kind ClusterConfig"),
                    Map.entry("data-dir", "say k0s.dataDir of the host"),
                    Map.entry("token-file", "take it out, Slipway makes the tokens"),
                    Map.entry("enable-worker", "say roles: [control-plane, worker]"),
                    Map.entry("single", "say roles: [control-plane, worker]"),
                    Map.entry("no-taints", "say k0s.noTaints of the host"),
                    Map.entry("kubelet-root-dir", "say k0s.kubeletRootDir of the host"),
                    Map.entry("profile", "say k0s.profile of the host"),
                    Map.entry("labels", "say labels of the host"),
                    Map.entry("taints", "say taints of the host"),
                    Map.entry("enable-dynamic-config", "say spec.runtime.dynamicConfig"),
                    Map.entry("env", "say env of the host"),
                    Map.entry("e", "say env of the host"),
                    Map.entry("force", "take it out"),
                    Map.entry("start", "take it out"),
                    Map.entry("init-only", "take it out, the service would end at once"),
                    Map.entry("status-socket", "take it out, k0s is asked at its usual socket"));

    /// Those of the kubelet, with what to say in their place.
    private static final Map<String, String> OWN_OF_KUBELET =
            Map.of(
                    "hostname-override", "say names of the host",
                    "node-ip", "say k0s.privateAddress of the host",
                    "root-dir", "say k0s.kubeletRootDir of the host",
                    "node-labels", "say labels of the host",
                    "register-with-taints", "say taints of the host");

    /// `k0s worker` knows none of them.
    private static final Set<String> OF_CONTROLLERS =
            Set.of(
                    "disable-components",
                    "enable-metrics-scraper",
                    "enable-k0s-cloud-provider",
                    "k0s-cloud-provider-port",
                    "k0s-cloud-provider-update-frequency",
                    "kube-controller-manager-extra-args",
                    "feature-gates",
                    "api-server-stop-timeout");

    /// They mean nothing to a controller that does not work.
    private static final Set<String> OF_WORKERS =
            Set.of(
                    OF_KUBELET,
                    "cri-socket",
                    "enable-cloud-provider",
                    "iptables-mode",
                    "ignore-pre-flight-checks");

    private K0sFlags() {}

    /// The flag's name without hyphens; empty if it is none.
    static Optional<String> name(String flag) {
        return Optional.of(FORM.matcher(flag)).filter(Matcher::matches).map(m -> m.group(1));
    }

    /// Whether something secret stands in it.
    public static boolean isSecret(String flag) {
        return SECRET.matcher(flag).find();
    }

    /// What to say in the flag's place, if it is none of the user's.
    public static Optional<String> instead(String flag) {
        Optional<String> name = name(flag);
        return name.flatMap(n -> Optional.ofNullable(OWN.get(n)).map(i -> dashed(n) + ": " + i))
                .or(() ->
                        name.filter(OF_KUBELET::equals)
                                .flatMap(_ ->
                                        words(flag).stream()
                                                .flatMap(w -> ofKubelet(w).stream())
                                                .findFirst()));
    }

    private static Optional<String> ofKubelet(String word) {
        return name(word)
                .flatMap(n ->
                        Optional.ofNullable(OWN_OF_KUBELET.get(n)).map(i -> dashed(n) + ": " + i));
    }

    private static List<String> words(String flag) {
        return List.of(
                flag.replaceFirst("^[^=]*=?[\"']?", "")
                        .replaceFirst("[\"']$", "")
                        .strip()
                        .split("\\s+"));
    }

    private static String dashed(String name) {
        return (name.length() == 1 ? "-" : "--") + name;
    }

    /// Why the flag could not have an effect, or would keep k0s from starting.
    ///
    /// @param controller whether the host is one
    /// @param works whether pods run on it
    static Optional<String> misplaced(String name, boolean controller, boolean works) {
        if (OF_CONTROLLERS.contains(name) && !controller) {
            return Optional.of("--%s is a flag of controllers".formatted(name));
        }
        return OF_WORKERS.contains(name) && !works
                ? Optional.of(
                        "--%s is a flag of hosts that work, and this one is a controller alone"
                                .formatted(name))
                : Optional.empty();
    }
}
