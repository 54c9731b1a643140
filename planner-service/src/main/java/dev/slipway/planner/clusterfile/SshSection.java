package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.Quoted;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// An `ssh` section, of the cluster or of hosts, whose fields win one by one.
final class SshSection {
    private static final String CREDENTIAL_FORM =
            "the name of a credential: 1 to 63 lower-case letters, digits and inner hyphens";

    private final Optional<String> user;
    private final OptionalInt port;
    private final Optional<String> credential;
    private final Optional<String> sudoCredential;
    private final List<String> hostKeys;

    SshSection(YamlMap map, SecretPolicy policy) {
        map.allow(
                "user",
                "port",
                "credential",
                "sudoCredential",
                "hostKeys",
                "passwd",
                "pk",
                "pkPasswd",
                "sudoPassword",
                "encrypted",
                "jump");
        boolean secret = false;
        for (String key : SecretFields.FIELDS) {
            if (map.has(key)) {
                secret |= !key.equals("pkPasswd");
                if (policy == SecretPolicy.REFUSED) {
                    map.place()
                            .secret(
                                    map.key(key),
                                    map.child(key),
                                    "a secret, or the path of one, stands here: send it as a credential and say ssh.credential");
                }
            }
        }
        notServed(map);
        user =
                map.parsed(
                        "user",
                        "a user's name",
                        t ->
                                Optional.of(t)
                                        .filter(u -> u.matches("[A-Za-z_][A-Za-z0-9._-]{0,63}")));
        port = map.integer("port", 1, 65535);
        credential =
                map.parsed("credential", CREDENTIAL_FORM, SshSection::label)
                        .or(secret ? () -> Optional.of("pending") : Optional::empty);
        sudoCredential = map.parsed("sudoCredential", CREDENTIAL_FORM, SshSection::label);
        hostKeys = map.texts("hostKeys").stream().flatMap(t -> hostKey(map, t).stream()).toList();
    }

    /// How hosts are entered, as far as the file says.
    ///
    /// @param credential absent if none is named
    record Access(
            String user,
            int port,
            Optional<String> credential,
            Optional<String> sudoCredential,
            List<String> hostKeys) {
        static final Access NONE =
                new Access("root", 22, Optional.empty(), Optional.empty(), List.of());

        SshAccess ssh() {
            return new SshAccess(user, credential.orElse("none"), sudoCredential, hostKeys);
        }
    }

    /// This section's fields, then those of `other`, then user root and port 22. A section with a
    /// credential of its own does not inherit another's sudo password.
    Access over(Optional<SshSection> other) {
        return new Access(
                user.or(() -> other.flatMap(o -> o.user)).orElse("root"),
                port.orElse(other.map(o -> o.port).orElse(OptionalInt.empty()).orElse(22)),
                credential.or(() -> other.flatMap(o -> o.credential)),
                sudoCredential.or(() ->
                        credential.isPresent()
                                ? Optional.empty()
                                : other.flatMap(o -> o.sudoCredential)),
                hostKeys.isEmpty() ? other.map(o -> o.hostKeys).orElse(List.of()) : hostKeys);
    }

    private static void notServed(YamlMap map) {
        if (map.has("jump")) {
            map.place()
                    .notServed(map.key("jump"), map.child("jump"), "jump hosts are not served yet");
        }
        map.text("encrypted")
                .filter(t -> !t.value().equals("false"))
                .ifPresent(t ->
                        map.place()
                                .notServed(
                                        t.node(),
                                        t.path(),
                                        "encrypted passwords are not served: give the password to the command line, which sends it to the certificate service"));
    }

    private static Optional<String> label(String text) {
        return Optional.of(text).filter(KubernetesNames::isLabel);
    }

    private static Optional<String> hostKey(YamlMap map, YamlMap.Text text) {
        String[] words = text.value().strip().split("\\s+");
        boolean formed =
                words.length >= 2
                        && words[0].matches("[a-z0-9@.-]{3,64}")
                        && words[1].matches("[A-Za-z0-9+/]{40,2000}={0,2}");
        if (!formed) {
            map.place()
                    .invalid(
                            text.node(),
                            text.path(),
                            "%s is no host key: expected \"ssh-ed25519 AAAA…\", as ssh-keyscan prints it without the address"
                                    .formatted(Quoted.of(text.value())));
            return Optional.empty();
        }
        return Optional.of(words[0] + " " + words[1]);
    }
}
