package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.Quoted;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// An `ssh` section, of the cluster or of hosts, whose fields win one by one.
final class SshSection {
    static final String CREDENTIAL_FORM =
            "the name of a credential: 1 to 63 lower-case letters, digits and inner hyphens";

    private static final int MOST_HOPS = 8;

    /// Before the key of an authority that certifies hosts, as in known_hosts.
    private static final String AUTHORITY = "@cert-authority";

    private final Optional<String> user;
    private final OptionalInt port;
    private final Optional<String> credential;
    private final Optional<String> sudoCredential;
    private final List<String> hostKeys;
    private final Optional<List<Hop>> jump;

    /// A jump host as far as its entry says.
    private record Hop(SshUserAtHost at, Optional<String> credential, List<String> hostKeys) {
        Jump jump(Optional<String> inherited) {
            return new Jump(
                    at.address(),
                    at.user(),
                    credential.or(() -> inherited).orElse("none"),
                    hostKeys);
        }
    }

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
                "certificate",
                "encrypted",
                "jump");
        boolean secret = secret(map, policy);
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
        hostKeys = hostKeys(map);
        jump = map.has("jump") ? Optional.of(hops(map, policy)) : Optional.empty();
    }

    /// Whether a secret stands there that is still to be sent.
    private static boolean secret(YamlMap map, SecretPolicy policy) {
        boolean secret = false;
        for (String key : SecretFields.FIELDS) {
            if (map.has(key)) {
                secret |= !key.equals("pkPasswd");
                if (policy == SecretPolicy.REFUSED) {
                    map.place()
                            .secret(
                                    map.key(key),
                                    map.child(key),
                                    key.equals(SecretFields.CERTIFICATE)
                                            ? "a credential is to be made here: store one of the kind certificate and say ssh.credential"
                                            : "a secret, or the path of one, stands here: send it as a credential and say ssh.credential");
                }
            }
        }
        map.map(SecretFields.CERTIFICATE).ifPresent(YamlMap::allow);
        return secret;
    }

    private static List<Hop> hops(YamlMap map, SecretPolicy policy) {
        List<YamlMap> entries = map.maps("jump");
        if (entries.size() > MOST_HOPS) {
            map.place()
                    .invalid(
                            map.key("jump"),
                            map.child("jump"),
                            "%d jump hosts in a row: expected at most %d"
                                    .formatted(entries.size(), MOST_HOPS));
        }
        return entries.stream().flatMap(entry -> hop(entry, policy).stream()).toList();
    }

    private static Optional<Hop> hop(YamlMap entry, SecretPolicy policy) {
        entry.allow("host", "credential", "hostKeys", "passwd", "pk", "pkPasswd", "certificate");
        boolean secret = secret(entry, policy);
        Optional<String> credential =
                entry.parsed("credential", CREDENTIAL_FORM, SshSection::label)
                        .or(secret ? () -> Optional.of("pending") : Optional::empty);
        List<String> keys = hostKeys(entry);
        if (!entry.has("hostKeys")) {
            entry.place()
                    .invalid(
                            entry.node(),
                            entry.child("hostKeys"),
                            "no host key is pinned for the jump host: add hostKeys, from ssh-keyscan");
        }
        return entry.need("host")
                .flatMap(text -> entry.parse(text, SshUserAtHost.EXPECTED, SshUserAtHost::parse))
                .map(at -> new Hop(at, credential, keys));
    }

    private static List<String> hostKeys(YamlMap map) {
        return map.texts("hostKeys").stream().flatMap(t -> hostKey(map, t).stream()).toList();
    }

    /// How hosts are entered, as far as the file says.
    ///
    /// @param credential absent if none is named
    record Access(
            String user,
            int port,
            Optional<String> credential,
            Optional<String> sudoCredential,
            List<String> hostKeys,
            List<Jump> jump) {
        static final Access NONE =
                new Access("root", 22, Optional.empty(), Optional.empty(), List.of(), List.of());

        SshAccess ssh() {
            return new SshAccess(user, credential.orElse("none"), sudoCredential, hostKeys, jump);
        }
    }

    /// This section's fields, then those of `other`, then user root and port 22. A section with a
    /// credential of its own does not inherit another's sudo password.
    Access over(Optional<SshSection> other) {
        Optional<String> own = credential.or(() -> other.flatMap(o -> o.credential));
        return new Access(
                user.or(() -> other.flatMap(o -> o.user)).orElse("root"),
                port.orElse(other.map(o -> o.port).orElse(OptionalInt.empty()).orElse(22)),
                own,
                sudoCredential.or(() ->
                        credential.isPresent()
                                ? Optional.empty()
                                : other.flatMap(o -> o.sudoCredential)),
                hostKeys.isEmpty() ? other.map(o -> o.hostKeys).orElse(List.of()) : hostKeys,
                jump.map(hops -> jumps(hops, own))
                        .or(() -> other.flatMap(o -> o.jumpsOr(own)))
                        .orElse(List.of()));
    }

    private Optional<List<Jump>> jumpsOr(Optional<String> inherited) {
        return jump.map(hops -> jumps(hops, credential.or(() -> inherited)));
    }

    /// A jump host without a credential is entered with that of the section it stands in.
    private static List<Jump> jumps(List<Hop> hops, Optional<String> credential) {
        return hops.stream().map(hop -> hop.jump(credential)).toList();
    }

    private static void notServed(YamlMap map) {
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
        String[] all = text.value().strip().split("\\s+");
        boolean authority = all[0].equals(AUTHORITY);
        String[] words = authority ? Arrays.copyOfRange(all, 1, all.length) : all;
        boolean formed =
                words.length >= 2
                        && words[0].matches("[a-z0-9@.-]{3,64}")
                        && words[1].matches("[A-Za-z0-9+/]{40,2000}={0,2}");
        if (!formed) {
            map.place()
                    .invalid(
                            text.node(),
                            text.path(),
                            "%s is no host key: expected \"ssh-ed25519 AAAA…\", as ssh-keyscan prints it without the address, or \"@cert-authority ssh-ed25519 AAAA…\""
                                    .formatted(Quoted.of(text.value())));
            return Optional.empty();
        }
        return Optional.of((authority ? AUTHORITY + " " : "") + words[0] + " " + words[1]);
    }
}
