package dev.slipway.planner.clusterfile;

import java.util.regex.Pattern;

/// Forms of texts in the configuration of Kubernetes programs.
enum Form {
    IP("an IP address other than 0.0.0.0 and ::"),
    HOST("an IP address or a DNS name"),
    /// Go's `host:port`, the port optional, an IPv6 address in brackets if one follows.
    HOST_PORT("an IP address or a DNS name, with or without a port"),
    BIND("an address and a port such as 0.0.0.0:10249"),
    CIDR("a network such as 10.244.0.0/16"),
    DNS_NAME("a DNS name such as cluster.local"),
    LABEL("1 to 63 lower-case letters, digits and inner hyphens"),
    /// Helm's names of releases.
    RELEASE("a release's name: at most 53 lower-case letters, digits, inner hyphens and dots"),
    DURATION("a duration such as 30s, 1m30s or 87600h"),
    /// As Helm charts of k0s have it: a bare number counts nanoseconds.
    DURATION_OR_NANOSECONDS("a duration such as 10m, or a number of nanoseconds"),
    IMAGE("the name of an image without blanks"),
    /// A tag, with or without a digest (distribution reference, "tag" and "digest").
    IMAGE_VERSION("an image's tag such as v1.2.3, with or without @sha256:…"),
    /// VRRP takes no more (RFC 2338 §5.3.6.1).
    PASSPHRASE("1 to 8 characters"),
    ANY("a text that is not empty");

    private static final Pattern VERSION =
            Pattern.compile(
                    "\\w[\\w.-]{0,127}(@[A-Za-z][A-Za-z0-9]*([-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9A-Fa-f]{32,})?");

    private final String expected;

    Form(String expected) {
        this.expected = expected;
    }

    /// In words.
    String expected() {
        return expected;
    }

    boolean matches(String text) {
        return switch (this) {
            case IP -> isAddress(text);
            case HOST -> isHost(text);
            case HOST_PORT -> isHostAndPort(text);
            case BIND -> isBindAddress(text);
            case CIDR -> text.contains("/") && Cidr.of(text).isPresent();
            case DNS_NAME -> KubernetesNames.isSubdomain(text);
            case LABEL -> KubernetesNames.isLabel(text);
            case RELEASE -> text.length() <= 53 && KubernetesNames.isSubdomain(text);
            case DURATION -> GoDurations.isDuration(text);
            case DURATION_OR_NANOSECONDS ->
                    GoDurations.isDuration(text) || text.matches("[0-9]{1,18}");
            case IMAGE -> text.matches("\\S{1,500}");
            case IMAGE_VERSION -> VERSION.matcher(text).matches();
            case PASSPHRASE -> !text.isEmpty() && text.length() <= 8;
            case ANY -> !text.isBlank();
        };
    }

    private static boolean isAddress(String text) {
        return AddressRanges.address(text).filter(a -> !a.isAnyLocalAddress()).isPresent();
    }

    private static boolean isHost(String text) {
        boolean name = KubernetesNames.isSubdomain(text) && !text.matches("[0-9.]+");
        return isAddress(text) || name;
    }

    private static boolean isHostAndPort(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0 || isAddress(text)) {
            return isHost(text);
        }
        String host = text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        return isPort(text.substring(colon + 1))
                && (bracketed
                        ? isAddress(host.substring(1, host.length() - 1))
                        : !host.contains(":") && isHost(host));
    }

    private static boolean isBindAddress(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon).replaceAll("^\\[(.*)]$", "$1");
        return AddressRanges.isIp(host) && isPort(text.substring(colon + 1));
    }

    private static boolean isPort(String text) {
        return text.matches("[0-9]{1,5}")
                && Integer.parseInt(text) > 0
                && Integer.parseInt(text) <= 65535;
    }
}
