package dev.slipway.planner.clusterfile;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// A package of a distribution that hosts are to have. Name and version reach a shell and a package
/// manager, which take some characters for orders: only those are let through that every one of
/// them takes for a name.
///
/// @param name as the distribution calls it
/// @param version as its package manager tells it, of rpm with or without the release; absent: any
/// @param families of the hosts that have it, without [HostFamily#FLATCAR]; empty: all
/// @param roles likewise
public record HostPackage(
        String name,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> version,
        List<HostFamily> families,
        List<Role> roles) {
    static final String NAME_FORM =
            "a package's name: letters, digits, dots, underscores, hyphens and plus signs, no hyphen at either end, at most 100 characters";
    static final String VERSION_FORM =
            "a package's version, such as 1.2.3-1: it begins with a letter or digit and holds no spaces, at most 100 characters";

    /// A hyphen at the end tells apt to remove it.
    private static final Pattern NAME =
            Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._+-]{0,98}[A-Za-z0-9+])?");

    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.+:~^_-]{0,99}");

    /// By which package managers know a file.
    private static final Pattern FILE = Pattern.compile(".*\\.(rpm|deb|apk)");

    public HostPackage {
        if (!isName(name) || version.filter(v -> !isVersion(v)).isPresent()) {
            throw new IllegalArgumentException(
                    "package \"%s\" or its version is malformed".formatted(name));
        }
        families = List.copyOf(families);
        roles = List.copyOf(roles);
    }

    static boolean isName(String text) {
        return NAME.matcher(text).matches() && !FILE.matcher(text).matches();
    }

    static boolean isVersion(String text) {
        return VERSION.matcher(text).matches();
    }

    /// Whether no families are named, so that a host which cannot have it is one too many.
    public boolean isForAll() {
        return families.isEmpty();
    }

    public boolean isFor(ClusterHost host, HostFamily family) {
        return (isForAll() ? family != HostFamily.FLATCAR : families.contains(family))
                && roles.contains(host.role());
    }
}
