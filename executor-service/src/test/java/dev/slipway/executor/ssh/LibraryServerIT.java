package dev.slipway.executor.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.HostTarget;
import dev.slipway.contracts.order.SshCredential;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.executor.TestConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.sshd.certificate.OpenSshCertificateBuilder;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.keyprovider.HostKeyCertificateProvider;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.keyboard.InteractiveChallenge;
import org.apache.sshd.server.auth.keyboard.KeyboardInteractiveAuthenticator;
import org.apache.sshd.server.auth.keyboard.UserAuthKeyboardInteractiveFactory;
import org.apache.sshd.server.auth.password.UserAuthPasswordFactory;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.session.ServerSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What OpenSSH does not do as a test wants it: servers that ask odd questions or show forged
/// certificates.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LibraryServerIT {
    private static final String PASSWORD = "hunter2-secret";

    private final Sessions sessions = new Sessions(TestConfig.defaults().ssh());
    private final SshServer server = SshServer.setUpDefaultServer();
    private final KeyPair hostKey = key();
    private final List<String> seen = new CopyOnWriteArrayList<>();

    private static KeyPair key() {
        try {
            return KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256);
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void prepare() {
        server.setHost("127.0.21.20");
        server.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
        server.setUserAuthFactories(List.of(UserAuthKeyboardInteractiveFactory.INSTANCE));
        server.setPasswordAuthenticator((_, password, _) -> {
            seen.add("password " + password);
            return password.equals(PASSWORD);
        });
    }

    @AfterEach
    void stop() throws IOException {
        sessions.close();
        server.stop(true);
    }

    /// Asks the rounds of prompts one after the other.
    private void asking(boolean echo, List<List<String>> rounds) {
        server.setKeyboardInteractiveAuthenticator(
                new KeyboardInteractiveAuthenticator() {
                    private int round;

                    @Override
                    public @Nullable InteractiveChallenge generateChallenge(
                            ServerSession session,
                            String username,
                            String lang,
                            String subMethods) {
                        if (round == rounds.size()) {
                            return null;
                        }
                        var challenge = new InteractiveChallenge();
                        challenge.setInteractionName("");
                        challenge.setInteractionInstruction("");
                        challenge.setLanguageTag("");
                        rounds.get(round++).forEach(prompt -> challenge.addPrompt(prompt, echo));
                        return challenge;
                    }

                    @Override
                    public boolean authenticate(
                            ServerSession session, String username, List<String> responses) {
                        seen.addAll(responses);
                        return round == rounds.size() && responses.equals(List.of(PASSWORD));
                    }
                });
    }

    private Stop stop(String password, String... hostKeys) throws IOException {
        if (!server.isStarted()) {
            server.start();
        }
        return new Stop(
                new HostAddress("127.0.21.20", server.getPort()),
                "ops",
                MaterialName.of("credential/default"),
                new SshCredential.Password(password),
                hostKeys.length == 0
                        ? List.of(PublicKeyEntry.toString(hostKey.getPublic()))
                        : List.of(hostKeys),
                false,
                false);
    }

    private SshFailure failure(Stop stop) {
        SshFailure failure =
                catchThrowableOfType(
                        SshFailure.class, () -> sessions.connect(stop, Optional.empty()));
        assertThat(failure).as("was let in").isNotNull();
        assertThat(failure.getMessage()).doesNotContain(PASSWORD);
        return failure;
    }

    @ParameterizedTest
    @CsvSource({"Password:", "Passcode for ops", "''"})
    void answersTheSingleHiddenPromptWithThePassword(String prompt) throws IOException {
        asking(false, List.of(List.of(prompt)));

        assertThat(sessions.connect(stop(PASSWORD), Optional.empty()).isAuthenticated()).isTrue();
        assertThat(seen).containsExactly(PASSWORD);
    }

    @Test
    void answersNoPromptThatWouldShowThePassword() throws IOException {
        asking(true, List.of(List.of("Password:")));

        SshFailure failure = failure(stop(PASSWORD));

        assertThat(failure.reason()).isEqualTo(ReasonCode.AUTHENTICATION_FAILED);
        assertThat(failure.getMessage()).contains("asked for more than the password");
        assertThat(seen).isEmpty();
    }

    @Test
    void answersNeitherSeveralPromptsNorASecondRound() throws IOException {
        asking(false, List.of(List.of("Password:", "Token:")));
        assertThat(failure(stop(PASSWORD)).getMessage())
                .contains("asked for more than the password");
        assertThat(seen).isEmpty();

        asking(false, List.of(List.of("Password:"), List.of("Password:")));
        assertThat(failure(stop("wrong")).reason()).isEqualTo(ReasonCode.AUTHENTICATION_FAILED);
        assertThat(seen).containsExactly("wrong");
    }

    @Test
    void offersARefusedPasswordNotOnceMoreByAnotherMethod() throws IOException {
        server.setUserAuthFactories(
                List.of(
                        UserAuthPasswordFactory.INSTANCE,
                        UserAuthKeyboardInteractiveFactory.INSTANCE));
        asking(false, List.of(List.of("Password:")));

        failure(stop("wrong"));

        assertThat(seen).containsExactly("password wrong");
    }

    @Test
    void givesUpOnAServerThatClosesEverySessionAtOnce() throws IOException {
        asking(false, List.of(List.of("Password:")));
        server.addSessionListener(
                new SessionListener() {
                    @Override
                    public void sessionEvent(Session session, Event event) {
                        if (event == Event.Authenticated) {
                            seen.add("closed");
                            session.close(true);
                        }
                    }
                });
        SshFailure failure = failureOfShell();

        assertThat(failure).isNotNull();
        assertThat(seen.stream().filter("closed"::equals).count()).isBetween(1L, 2L);
    }

    /// As from a host that goes down for a reboot: it is tried again, and no word on the host.
    @Test
    void takesAShellThatEndsWithoutAWordForABrokenSession() throws IOException {
        asking(false, List.of(List.of("Password:")));
        server.setCommandFactory((_, _) -> new Ending(OptionalInt.empty()));

        assertThat(failureOfShell())
                .satisfies(failure -> {
                    assertThat(failure.reason()).isEqualTo(ReasonCode.SESSION_LOST);
                    assertThat(failure.passing()).isTrue();
                });
    }

    @Test
    void takesAShellThatEndsWithACodeAtItsWord() throws IOException {
        asking(false, List.of(List.of("Password:")));
        server.setCommandFactory((_, _) -> new Ending(OptionalInt.of(1)));

        assertThat(failureOfShell())
                .satisfies(failure -> {
                    assertThat(failure.reason()).isEqualTo(ReasonCode.SUDO_REFUSED);
                    assertThat(failure.passing()).isFalse();
                });
    }

    /// Says nothing and ends at once; without an exit code its channel just closes.
    private static final class Ending implements Command {
        private final OptionalInt code;
        private @Nullable ExitCallback callback;

        Ending(OptionalInt code) {
            this.code = code;
        }

        @Override
        public void start(ChannelSession channel, Environment environment) {
            if (code.isPresent()) {
                Objects.requireNonNull(callback).onExit(code.getAsInt());
            } else {
                channel.close(true);
            }
        }

        @Override
        public void setExitCallback(ExitCallback callback) {
            this.callback = callback;
        }

        @Override
        public void setInputStream(InputStream in) {}

        @Override
        public void setOutputStream(OutputStream out) {}

        @Override
        public void setErrorStream(OutputStream err) {}

        @Override
        public void destroy(ChannelSession channel) {}
    }

    private SshFailure failureOfShell() throws IOException {
        Stop stop = stop(PASSWORD);
        var target =
                new HostTarget(
                        "cp-1",
                        stop.address(),
                        stop.user(),
                        stop.credentialName(),
                        Optional.empty(),
                        stop.hostKeys(),
                        false);
        var shell = new MinaRemoteShell(TestConfig.defaults(), new SimpleMeterRegistry());
        try {
            SshFailure failure =
                    catchThrowableOfType(
                            SshFailure.class,
                            () ->
                                    shell.open(
                                                    target,
                                                    new HostAccess(
                                                            stop.credential(), Optional.empty()))
                                            .close());
            assertThat(failure).as("was let in").isNotNull();
            return failure;
        } finally {
            shell.close();
        }
    }

    private OpenSshCertificateBuilder certificate() {
        return OpenSshCertificateBuilder.hostCertificate()
                .publicKey(hostKey.getPublic())
                .id("test")
                .principals(List.of("127.0.21.20"))
                .validBefore(Instant.now().plus(Duration.ofHours(1)));
    }

    private Stop showing(OpenSshCertificate certificate, KeyPair authority) throws IOException {
        server.setHostKeyCertificateProvider(certificates(certificate));
        asking(false, List.of(List.of("Password:")));
        return stop(PASSWORD, "@cert-authority " + PublicKeyEntry.toString(authority.getPublic()));
    }

    private static HostKeyCertificateProvider certificates(OpenSshCertificate certificate) {
        return _ -> List.of(certificate);
    }

    @Test
    void refusesACertificateWhoseSignatureIsForged() throws Exception {
        KeyPair authority = key();
        var forger = new KeyPair(authority.getPublic(), key().getPrivate());

        SshFailure failure = failure(showing(certificate().sign(forger), authority));

        assertThat(failure.reason()).isEqualTo(ReasonCode.HOST_CERTIFICATE_REFUSED);
        assertThat(failure.getMessage()).contains("has a signature that is wrong");
        assertThat(seen).isEmpty();
    }

    @Test
    void trustsACertificateWhoseSignatureIsRight() throws Exception {
        KeyPair authority = key();

        Stop stop = showing(certificate().sign(authority), authority);

        assertThat(sessions.connect(stop, Optional.empty()).isAuthenticated()).isTrue();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "user, is a user's",
        "future, is not valid before 2",
        "past, expired at 2",
        "nameless, is for no host by name",
        "elsewhere, 'is for \"10.0.0.1\", not for \"127.0.21.20\"'",
        "critical, 'critical options that mean nothing for a host (\"force-command\")'",
        "foreign, is signed by SHA256:"
    })
    void saysWhatIsWrongWithACertificate(String kind, String expected) throws Exception {
        KeyPair authority = key();
        OpenSshCertificateBuilder certificate = certificate();
        switch (kind) {
            case "user" ->
                    certificate =
                            OpenSshCertificateBuilder.userCertificate()
                                    .publicKey(hostKey.getPublic())
                                    .id("test")
                                    .principals(List.of("127.0.21.20"));
            case "future" -> certificate.validAfter(Instant.now().plus(Duration.ofHours(1)));
            case "past" -> certificate.validBefore(Instant.now().minus(Duration.ofHours(1)));
            case "nameless" -> certificate.principals(new ArrayList<>());
            case "elsewhere" -> certificate.principals(List.of("10.0.0.1"));
            case "critical" -> certificate.criticalOption("force-command", "id");
            default -> {}
        }
        KeyPair signer = kind.equals("foreign") ? key() : authority;
        // Judged alone: not every server shows one that is so wrong.
        var keys = new HostKeys(showing(certificate().sign(authority), authority));

        assertThat(keys.problem(certificate.sign(signer)).orElseThrow()).contains(expected);
        assertThat(keys.failure().orElseThrow().reason())
                .isEqualTo(ReasonCode.HOST_CERTIFICATE_REFUSED);
        assertThat(keys.accepts(certificate.sign(signer), true)).isFalse();
        assertThat(keys.accepts(certificate().sign(authority), false))
                .as("a good one whose signature nobody has looked at")
                .isFalse();
        assertThat(keys.accepts(certificate().sign(authority), true)).isTrue();
    }
}
