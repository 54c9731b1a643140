package dev.slipway.executor.ssh;

import dev.slipway.contracts.order.SshCredential;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What opens a host. Secret: `toString` shows none of it.
///
/// @param sudoPassword for users other than root, where sudo asks for one
/// @param jump what opens the jump hosts, in the order of the way
public record HostAccess(
        SshCredential credential, Optional<String> sudoPassword, List<SshCredential> jump) {
    private static final Duration SIGNING_IN = Duration.ofSeconds(30);

    public HostAccess {
        jump = List.copyOf(jump);
        certified(credential, jump).forEach(UserCertificates::read);
    }

    /// Of a host that is reached directly.
    public HostAccess(SshCredential credential, Optional<String> sudoPassword) {
        this(credential, sudoPassword, List.of());
    }

    /// Whether all of it can still sign in; certificates can't for ever.
    public boolean validAt(Instant time) {
        return certified(credential, jump)
                .map(UserCertificates::end)
                .allMatch(end -> end.isAfter(time.plus(SIGNING_IN)));
    }

    private static Stream<SshCredential.Certified> certified(
            SshCredential credential, List<SshCredential> jump) {
        return Stream.concat(Stream.of(credential), jump.stream())
                .filter(SshCredential.Certified.class::isInstance)
                .map(SshCredential.Certified.class::cast);
    }

    @Override
    public String toString() {
        return "HostAccess[hidden]";
    }
}
