package dev.slipway.simulator.ssh;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/// Who may log in to a host. All of them may use the simulator's client key; only
/// [Login#SUDO_WITH_PASSWORD] has a password.
///
/// @param logins those that exist; at least one
/// @param password of the user `ops`, for SSH and for sudo
public record SshAccess(Set<Login> logins, String password) {

    /// A way in. The first of an access is the one that is announced.
    public enum Login {
        ROOT("root", 0),
        SUDO_WITH_PASSWORD("ops", 1000),
        SUDO_WITHOUT_PASSWORD("deploy", 1001);

        private final String user;
        private final int uid;

        Login(String user, int uid) {
            this.user = user;
            this.uid = uid;
        }

        public String user() {
            return user;
        }

        int uid() {
            return uid;
        }

        String homeDirectory() {
            return this == ROOT ? "/root" : "/home/" + user;
        }
    }

    public SshAccess {
        logins = Set.copyOf(logins);
        if (logins.isEmpty()) {
            throw new IllegalArgumentException("nobody may log in: name at least one login");
        }
        if (password.isBlank() || password.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "the password must not be blank or hold control characters");
        }
    }

    public static SshAccess everyLogin(String password) {
        return new SshAccess(EnumSet.allOf(Login.class), password);
    }

    /// The login of a user, if it is one of these.
    Login login(String user) {
        return Objects.requireNonNull(
                logins.stream().filter(l -> l.user().equals(user)).findFirst().orElse(null));
    }

    boolean allows(String user) {
        return logins.stream().anyMatch(l -> l.user().equals(user));
    }

    @Override
    public String toString() {
        return "SshAccess[logins=" + logins + ", password=***]";
    }
}
