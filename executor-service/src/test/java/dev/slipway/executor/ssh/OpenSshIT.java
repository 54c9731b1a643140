package dev.slipway.executor.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.HostTarget;
import dev.slipway.contracts.order.SshCredential;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.executor.ExecutorConfig;
import dev.slipway.executor.TestConfig;
import dev.slipway.executor.journal.Orders;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.client.session.ClientSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OpenSshIT {
    private static final MaterialName SUDO = MaterialName.of("sudo-password/default");
    private static final String USER = "slipwayit";
    private static final String PASSWORD = "it's a \"secret\" \\ pässword";

    private final ExecutorConfig config = TestConfig.defaults();
    private final MinaRemoteShell shell = new MinaRemoteShell(config, new SimpleMeterRegistry());
    private Optional<OpenSshServer> server = Optional.empty();
    private boolean userMade;

    @BeforeAll
    void start(@TempDir Path folder) {
        OpenSshServer.missing().ifPresent(why -> assumeTrue(false, why));
        assumeTrue(Path.of("/usr/bin/sudo").toFile().canExecute(), "skipped: no sudo here");
        server = Optional.of(OpenSshServer.start(folder, "127.0.21.7"));
        userMade = true;
        OpenSshServer.run(
                "sh",
                "-c",
                "id %s >/dev/null 2>&1 || useradd -m -s /bin/bash %s".formatted(USER, USER));
        OpenSshServer.run("sh", "-c", "printf '%s:%s\\n' \"$0\" \"$1\" | chpasswd", USER, PASSWORD);
        OpenSshServer.run(
                "sh",
                "-c",
                "echo 'echo noise from bashrc; echo more >&2' >/home/%s/.bashrc".formatted(USER));
        sudoers("ALL=(ALL:ALL) ALL");
    }

    @AfterAll
    void stop() {
        shell.close();
        server.ifPresent(OpenSshServer::close);
        if (userMade) {
            OpenSshServer.run(
                    "sh",
                    "-c",
                    "rm -f /etc/sudoers.d/%s; userdel -r %s 2>/dev/null || true"
                            .formatted(USER, USER));
        }
    }

    private static void sudoers(String rule) {
        OpenSshServer.run(
                "sh",
                "-c",
                "rm -f /etc/sudoers.d/%1$s; [ -z \"$0\" ] || { echo \"%1$s $0\" >/etc/sudoers.d/%1$s && chmod 0440 /etc/sudoers.d/%1$s; }; rm -rf /run/sudo/ts/%1$s /var/lib/sudo/ts/%1$s"
                        .formatted(USER),
                rule);
    }

    private OpenSshServer server() {
        return server.orElseThrow();
    }

    private HostAccess key(Optional<String> sudoPassword) {
        return new HostAccess(server().credential(), sudoPassword);
    }

    /// What a program prints that is sent to the root shell.
    private String ask(HostTarget target, HostAccess access) throws IOException {
        try (RootChannel channel = shell.open(target, access)) {
            byte[] program = "echo \"uid=$(id -u)\"; cat".getBytes(UTF_8);
            channel.input().write((program.length + "\n").getBytes(UTF_8));
            channel.input().write(program);
            channel.input().write(new byte[] {0, 1, 2, '\n', (byte) 0xff});
            channel.input().close();
            return new String(
                    channel.output().readAllBytes(), java.nio.charset.StandardCharsets.ISO_8859_1);
        }
    }

    private static final String ROOT_AND_BYTES = "uid=0\n\0\1\2\n\u00ff";

    @Test
    void entersAsRootWithAKey() throws IOException {
        assertThat(ask(server().target("root", Optional.empty()), key(Optional.empty())))
                .isEqualTo(ROOT_AND_BYTES);
    }

    @Test
    void takesASessionThatEndsJustNowForBroken() {
        HostTarget target = server().target("root", Optional.empty());
        var sessions = new Sessions(config.ssh());
        try {
            ClientSession session = sessions.connect(target, server().credential());
            session.close(true);
            assertThatThrownBy(() ->
                            new RootShells(config.ssh()).open(session, target, Optional.empty()))
                    .isInstanceOf(IOException.class);
        } finally {
            sessions.close();
        }
    }

    @Test
    void becomesRootWithAndWithoutASudoPassword() throws IOException {
        sudoers("ALL=(ALL:ALL) ALL");
        HostTarget target = server().target(USER, Optional.of(SUDO));
        assertThat(ask(target, key(Optional.of(PASSWORD)))).isEqualTo(ROOT_AND_BYTES);
        // sudo remembers the password for a while or does not: both must work.
        assertThat(ask(target, key(Optional.of(PASSWORD)))).isEqualTo(ROOT_AND_BYTES);
        sudoers("ALL=(ALL:ALL) NOPASSWD: ALL");
        assertThat(ask(target, key(Optional.empty()))).isEqualTo(ROOT_AND_BYTES);
    }

    @Test
    void signsInWithAPassword() throws IOException {
        sudoers("ALL=(ALL:ALL) NOPASSWD: ALL");
        var access = new HostAccess(new SshCredential.Password(PASSWORD), Optional.empty());
        assertThat(ask(server().target(USER, Optional.empty()), access)).isEqualTo(ROOT_AND_BYTES);
    }

    @Test
    void tellsTheFailuresOfSudoApart() {
        HostTarget target = server().target(USER, Optional.of(SUDO));
        sudoers("ALL=(ALL:ALL) ALL");
        assertThat(failure(target, key(Optional.of("wrong"))).reason())
                .isEqualTo(ReasonCode.SUDO_PASSWORD_WRONG);
        assertThat(failure(target, key(Optional.empty())).reason())
                .isEqualTo(ReasonCode.SUDO_PASSWORD_MISSING);
        sudoers("");
        assertThat(failure(target, key(Optional.of(PASSWORD))).reason())
                .isEqualTo(ReasonCode.SUDO_REFUSED);
    }

    @Test
    void refusesAWrongCredentialWithoutSayingIt() {
        var access = new HostAccess(new SshCredential.Password("not-it-4711"), Optional.empty());
        SshFailure failure = failure(server().target(USER, Optional.empty()), access);
        assertThat(failure.reason()).isEqualTo(ReasonCode.AUTHENTICATION_FAILED);
        assertThat(failure.getMessage()).contains("\"" + USER + "\"").doesNotContain("4711");
        var garbage =
                new HostAccess(
                        new SshCredential.Key("garbage-4711", Optional.empty()), Optional.empty());
        assertThat(failure(server().target("root", Optional.empty()), garbage))
                .satisfies(f -> assertThat(f.reason()).isEqualTo(ReasonCode.AUTHENTICATION_FAILED))
                .satisfies(f -> assertThat(f.getMessage()).doesNotContain("4711"));
    }

    @Test
    void looksAtTheHostKeyBeforeAnythingElse() throws IOException {
        HostTarget known = server().target("root", Optional.empty());
        HostTarget unknown =
                Orders.host(
                        known.address().address(),
                        known.address().port(),
                        "root",
                        List.of(),
                        Optional.empty());
        SshFailure refused = failure(unknown, key(Optional.empty()));
        assertThat(refused.reason()).isEqualTo(ReasonCode.HOST_KEY_UNKNOWN);
        assertThat(refused.presentedHostKey()).hasValue(server().hostKey());
        HostTarget changed =
                Orders.host(
                        known.address().address(),
                        known.address().port(),
                        "root",
                        List.of(
                                "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"),
                        Optional.empty());
        SshFailure other = failure(changed, key(Optional.empty()));
        assertThat(other.reason()).isEqualTo(ReasonCode.HOST_KEY_CHANGED);
        assertThat(other.presentedHostKey()).isPresent();
        HostTarget byRsa =
                Orders.host(
                        known.address().address(),
                        known.address().port(),
                        "root",
                        List.of(server().rsaHostKey()),
                        Optional.empty());
        assertThat(ask(byRsa, key(Optional.empty()))).isEqualTo(ROOT_AND_BYTES);
    }

    @Test
    void namesAnUnreachableHost() {
        HostTarget nobody =
                Orders.host("127.0.21.7", 1, "root", List.of(server().hostKey()), Optional.empty());
        assertThat(failure(nobody, key(Optional.empty())))
                .satisfies(f -> assertThat(f.reason()).isEqualTo(ReasonCode.HOST_UNREACHABLE))
                .satisfies(f ->
                        assertThat(f.getMessage()).contains("127.0.21.7:1").contains("refused"));
    }

    @Test
    void comesBackOnANewSessionWhenTheWarmOneIsBroken() throws IOException {
        HostTarget target = server().target("root", Optional.empty());
        assertThat(ask(target, key(Optional.empty()))).isEqualTo(ROOT_AND_BYTES);
        server().cutConnections();
        assertThat(ask(target, key(Optional.empty()))).isEqualTo(ROOT_AND_BYTES);
    }

    private SshFailure failure(HostTarget target, HostAccess access) {
        SshFailure failure = catchThrowableOfType(SshFailure.class, () -> ask(target, access));
        assertThat(failure).as("the host was entered").isNotNull();
        return failure;
    }
}
