package dev.slipway.cert.registry;

import dev.slipway.cert.vault.Sealed;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.Materials;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/// The login of a registry credential, by which a registry lets in who has it.
///
/// @param credential its name
/// @param login sealed, as tasks get it: base64 of `username:password`
record RegistryUsers(String credential, Sealed login) {
    /// The form that registries read (Distribution's documentation, "htpasswd": bcrypt alone).
    private static final String VERSION = "2y";

    private static final int COST = 10;
    private static final int SALT_BYTES = 16;

    MaterialName material() {
        return Materials.registryUsers(credential);
    }

    MaterialName kept() {
        return Materials.registryLogin(credential);
    }

    /// A line of htpasswd. bcrypt looks at the first 72 bytes of a password. Takes some CPU: not
    /// for event loops.
    ///
    /// @param basic the login, unsealed
    static byte[] line(byte[] basic, SecureRandom random) {
        byte[] login = Base64.getDecoder().decode(basic);
        int colon = 0;
        while (login[colon] != ':') {
            colon++;
        }
        var salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        String hash =
                OpenBSDBCrypt.generate(
                        VERSION, Arrays.copyOfRange(login, colon + 1, login.length), salt, COST);
        return "%s:%s\n"
                .formatted(new String(login, 0, colon, StandardCharsets.UTF_8), hash)
                .getBytes(StandardCharsets.UTF_8);
    }
}
