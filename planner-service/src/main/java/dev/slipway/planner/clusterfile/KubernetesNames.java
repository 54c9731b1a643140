package dev.slipway.planner.clusterfile;

import java.util.regex.Pattern;

/// The forms of Kubernetes' names (Kubernetes documentation, "Object Names and IDs" and "Labels and
/// Selectors").
final class KubernetesNames {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern NAME =
            Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");

    private KubernetesNames() {}

    /// RFC 1123 label, at most 63 characters.
    static boolean isLabel(String text) {
        return LABEL.matcher(text).matches();
    }

    /// RFC 1123 subdomain, at most 253 characters: the form of node names.
    static boolean isSubdomain(String text) {
        if (text.isEmpty() || text.length() > 253) {
            return false;
        }
        for (String part : text.split("\\.", -1)) {
            if (!isLabel(part)) {
                return false;
            }
        }
        return true;
    }

    /// `[prefix/]name`: the key of a label or taint.
    static boolean isQualifiedName(String text) {
        int slash = text.indexOf('/');
        return slash < 0
                ? NAME.matcher(text).matches()
                : isSubdomain(text.substring(0, slash))
                        && NAME.matcher(text.substring(slash + 1)).matches();
    }

    static boolean isLabelValue(String text) {
        return text.isEmpty() || NAME.matcher(text).matches();
    }
}
