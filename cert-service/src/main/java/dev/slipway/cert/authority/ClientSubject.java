package dev.slipway.cert.authority;

import dev.slipway.contracts.id.Quoted;
import java.io.IOException;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;

/// Who a client certificate speaks for: Kubernetes reads the user from CN and the groups from O.
///
/// @param user not empty, at most 64 characters (RFC 5280 `ub-common-name`), no control characters,
///   not in the `system:` range that Kubernetes keeps for its own components
/// @param groups each at most 64 characters
public record ClientSubject(String user, List<String> groups) {
    private static final int MAX_LENGTH = 64;

    public ClientSubject {
        groups = List.copyOf(groups);
        if (user.isBlank()
                || user.length() > MAX_LENGTH
                || user.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "%s cannot be a certificate's user: expected 1 to %d printable characters"
                            .formatted(Quoted.of(user), MAX_LENGTH));
        }
        if (user.startsWith("system:")) {
            throw new IllegalArgumentException(
                    "%s cannot be a certificate's user: names that start with \"system:\" belong to Kubernetes"
                            .formatted(Quoted.of(user)));
        }
        if (groups.stream().anyMatch(g -> g.isBlank() || g.length() > MAX_LENGTH)) {
            throw new IllegalArgumentException(
                    "a group is empty or longer than %d characters".formatted(MAX_LENGTH));
        }
    }

    /// The distinguished name, RFC 4514.
    public String name() {
        try {
            return new X500Principal(toName().getEncoded()).getName();
        } catch (IOException e) {
            throw new IllegalStateException("every name can be encoded", e);
        }
    }

    public X500Name toName() {
        var name = new X500NameBuilder(BCStyle.INSTANCE);
        groups.forEach(group -> name.addRDN(BCStyle.O, group));
        return name.addRDN(BCStyle.CN, user).build();
    }
}
