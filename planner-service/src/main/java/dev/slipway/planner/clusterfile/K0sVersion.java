package dev.slipway.planner.clusterfile;

import java.util.Optional;
import java.util.regex.Pattern;

/// A release of k0s: that of Kubernetes in it, and k0s's own count.
///
/// @param build from 0
public record K0sVersion(KubernetesVersion kubernetes, int build) {
    static final String EXPECTED = "a k0s release such as v1.36.2+k0s.0";
    private static final Pattern FORM = Pattern.compile("(.+)[+-]k0s\\.([0-9]{1,4})");

    /// @param text `v1.36.2+k0s.0`; the `v` may be missing, and a hyphen stand for the plus sign,
    ///   as in names of images
    public static Optional<K0sVersion> parse(String text) {
        var match = FORM.matcher(text);
        return match.matches()
                ? KubernetesVersion.parse(match.group(1))
                        .map(v -> new K0sVersion(v, Integer.parseInt(match.group(2))))
                : Optional.empty();
    }

    /// `v1.36.2+k0s.0`.
    @Override
    public String toString() {
        return "%s+k0s.%d".formatted(kubernetes, build);
    }
}
