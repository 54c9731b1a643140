package dev.slipway.planner.clusterfile;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.regex.Pattern;

/// A Kubernetes release, compared as numbers.
///
/// @param suffix a pre-release without the hyphen, empty for a release
public record KubernetesVersion(int major, int minor, int patch, String suffix)
        implements Comparable<KubernetesVersion> {
    private static final Pattern FORM =
            Pattern.compile("v?(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,4})(?:-([0-9A-Za-z.-]+))?");

    /// @param text `v1.36.2`, the `v` may be missing
    public static Optional<KubernetesVersion> parse(String text) {
        var match = FORM.matcher(text);
        return match.matches()
                ? Optional.of(
                        new KubernetesVersion(
                                Integer.parseInt(match.group(1)),
                                Integer.parseInt(match.group(2)),
                                Integer.parseInt(match.group(3)),
                                Optional.ofNullable(match.group(4)).orElse("")))
                : Optional.empty();
    }

    public boolean isAtLeast(int major, int minor) {
        return this.major > major || (this.major == major && this.minor >= minor);
    }

    /// A pre-release sorts before its release.
    @Override
    public int compareTo(KubernetesVersion other) {
        int numbers =
                Integer.compare(
                        major * 10_000_000 + minor * 10_000 + patch,
                        other.major * 10_000_000 + other.minor * 10_000 + other.patch);
        if (numbers != 0) {
            return numbers;
        }
        if (suffix.isEmpty() || other.suffix.isEmpty()) {
            return Boolean.compare(suffix.isEmpty(), other.suffix.isEmpty());
        }
        return suffix.compareTo(other.suffix);
    }

    /// `v1.36.2`.
    @JsonValue
    @Override
    public String toString() {
        return "v%d.%d.%d%s".formatted(major, minor, patch, suffix.isEmpty() ? "" : "-" + suffix);
    }
}
