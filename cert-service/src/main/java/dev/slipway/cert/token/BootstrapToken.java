package dev.slipway.cert.token;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.regex.Pattern;

/// A bootstrap token (kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens). Secret:
/// `toString` shows the id, which is public.
///
/// @param id six of `[a-z0-9]`, public
/// @param secret sixteen of `[a-z0-9]`: 82 bits
public record BootstrapToken(String id, String secret) {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final Pattern ID = Pattern.compile("[a-z0-9]{6}");
    private static final Pattern SECRET = Pattern.compile("[a-z0-9]{16}");

    public BootstrapToken {
        if (!ID.matcher(id).matches() || !SECRET.matcher(secret).matches()) {
            throw new IllegalArgumentException(
                    "a bootstrap token needs an id of 6 and a secret of 16 of [a-z0-9]");
        }
    }

    /// @param content `id.secret`
    public static BootstrapToken of(byte[] content) {
        String[] halves = new String(content, StandardCharsets.US_ASCII).split("\\.", 2);
        return new BootstrapToken(halves[0], halves.length == 2 ? halves[1] : "");
    }

    static BootstrapToken random(SecureRandom random) {
        return new BootstrapToken(letters(random, 6), letters(random, 16));
    }

    /// `id.secret`, as kubeadm takes it.
    public byte[] content() {
        return (id + "." + secret).getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return "BootstrapToken[%s, secret hidden]".formatted(id);
    }

    private static String letters(SecureRandom random, int length) {
        var text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }
}
