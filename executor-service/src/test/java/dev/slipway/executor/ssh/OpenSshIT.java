package dev.slipway.executor.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.HostTarget;
import dev.slipway.contracts.order.JumpHost;
import dev.slipway.contracts.order.SshCredential;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.executor.ExecutorConfig;
import dev.slipway.executor.TestConfig;
import dev.slipway.executor.journal.Orders;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.sshd.client.session.ClientSession;
import org.awaitility.Awaitility;
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
    private static final MaterialName BASTION = MaterialName.of("credential/bastion");
    private static final String USER = "slipwayit";
    private static final String PASSWORD = "it's a \"secret\" \\ pässword";

    private final ExecutorConfig config = TestConfig.defaults();
    private final MinaRemoteShell shell = new MinaRemoteShell(config, new SimpleMeterRegistry());
    private Optional<OpenSshServer> server = Optional.empty();
    private boolean userMade;
    private Optional<OpenSshServer> bastion = Optional.empty();
    private Optional<Path> home = Optional.empty();

    @BeforeAll
    void start(@TempDir Path folder) {
        OpenSshServer.missing().ifPresent(why -> assumeTrue(false, why));
        assumeTrue(Path.of("/usr/bin/sudo").toFile().canExecute(), "skipped: no sudo here");
        home = Optional.of(folder);
        server = Optional.of(OpenSshServer.start(folder.resolve("host"), "127.0.21.7"));
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
        bastion.ifPresent(OpenSshServer::close);
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

    /// Another server, with keys of its own.
    private OpenSshServer bastion() {
        OpenSshServer started =
                bastion.orElseGet(() ->
                        OpenSshServer.start(home.orElseThrow().resolve("bastion"), "127.0.21.8"));
        bastion = Optional.of(started);
        return started;
    }

    private HostAccess key(Optional<String> sudoPassword) {
        return new HostAccess(server().credential(), sudoPassword);
    }

    /// What a program prints that is sent to the root shell.
    private String ask(HostTarget target, HostAccess access) throws IOException {
        return ask(shell, target, access);
    }

    private static String ask(RemoteShell shell, HostTarget target, HostAccess access)
            throws IOException {
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
    void opensAnExpectedShellOnAWarmSessionBeforeItIsAskedFor() throws IOException {
        HostTarget target = server().target("root", Optional.empty());
        HostAccess access = key(Optional.empty());
        MinaRemoteShell own = shellWith(Map.of());
        try {
            own.expect(target);
            assertThat(shells()).as("there is no session yet").isEmpty();
            assertThat(ask(own, target, access)).isEqualTo(ROOT_AND_BYTES);
            Awaitility.await().until(() -> shells().isEmpty());

            own.expect(target);
            own.expect(target);
            Awaitility.await().until(() -> shells().size() == 1);
            long expected = shells().getFirst();
            try (RootChannel channel = own.open(target, access)) {
                assertThat(shells()).containsExactly(expected);
                assertThat(answer(channel, "echo $$")).isEqualTo(expected + "\n");
            }
            assertThat(ask(own, target, access)).isEqualTo(ROOT_AND_BYTES);
        } finally {
            own.close();
        }
    }

    @Test
    void givesAnExpectedShellToNobodyWithAnotherCredential() throws IOException {
        HostTarget target = server().target("root", Optional.empty());
        MinaRemoteShell own = shellWith(Map.of());
        try {
            assertThat(ask(own, target, key(Optional.empty()))).isEqualTo(ROOT_AND_BYTES);
            Awaitility.await().until(() -> shells().isEmpty());
            own.expect(target);
            Awaitility.await().until(() -> shells().size() == 1);
            var wrong = new HostAccess(new SshCredential.Password("wrong"), Optional.empty());
            assertThatThrownBy(() -> own.open(target, wrong)).isInstanceOf(SshFailure.class);
            Awaitility.await("closed, since nobody came for it")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> shells().isEmpty());
            assertThat(ask(own, target, key(Optional.empty()))).isEqualTo(ROOT_AND_BYTES);
        } finally {
            own.close();
        }
    }

    /// The root shells that wait on this machine.
    private static List<Long> shells() {
        return ProcessHandle.allProcesses()
                .filter(process ->
                        process.info()
                                .commandLine()
                                .filter(line ->
                                        line.contains(" -c PATH=")
                                                && line.contains(RootCommand.READY))
                                .isPresent())
                .map(ProcessHandle::pid)
                .toList();
    }

    private static String answer(RootChannel channel, String program) throws IOException {
        byte[] bytes = program.getBytes(UTF_8);
        channel.input().write((bytes.length + "\n").getBytes(UTF_8));
        channel.input().write(bytes);
        channel.input().close();
        return new String(channel.output().readAllBytes(), UTF_8);
    }

    @Test
    void takesASessionThatEndsJustNowForBroken() {
        HostTarget target = server().target("root", Optional.empty());
        var sessions = new Sessions(config.ssh());
        try {
            ClientSession session =
                    sessions.connect(
                            Stop.way(target, key(Optional.empty())).getLast(), Optional.empty());
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

    private static JumpHost hop(OpenSshServer bastion, int port, String hostKey) {
        return new JumpHost(
                new HostAddress(bastion.address(), port), "root", BASTION, List.of(hostKey));
    }

    private static HostTarget through(HostTarget target, JumpHost... hops) {
        return new HostTarget(
                target.name(),
                target.address(),
                target.user(),
                target.credential(),
                target.sudoPassword(),
                target.hostKeys(),
                target.acceptNewHostKey(),
                List.of(hops));
    }

    private HostAccess access(Optional<String> sudoPassword, SshCredential... hops) {
        return new HostAccess(server().credential(), sudoPassword, List.of(hops));
    }

    @Test
    void entersThroughJumpHostsAndSharesTheSessionToThem() throws IOException {
        OpenSshServer bastion = bastion();
        MinaRemoteShell own = shellWith(Map.of());
        try (var proxy = new FreezingProxy(bastion.address(), bastion.port())) {
            JumpHost first = hop(bastion, proxy.port(), bastion.hostKey());
            JumpHost second = hop(server(), server().port(), server().hostKey());
            HostTarget asRoot = server().target("root", Optional.empty());
            HostTarget asUser = server().target(USER, Optional.of(SUDO));
            assertThat(
                            ask(
                                    own,
                                    through(asRoot, first),
                                    access(Optional.empty(), bastion.credential())))
                    .isEqualTo(ROOT_AND_BYTES);
            sudoers("ALL=(ALL:ALL) ALL");
            assertThat(
                            ask(
                                    own,
                                    through(asUser, first),
                                    access(Optional.of(PASSWORD), bastion.credential())))
                    .isEqualTo(ROOT_AND_BYTES);
            assertThat(
                            ask(
                                    own,
                                    through(asRoot, first, second),
                                    access(
                                            Optional.empty(),
                                            bastion.credential(),
                                            server().credential())))
                    .isEqualTo(ROOT_AND_BYTES);
            assertThat(proxy.connections()).isEqualTo(1);
            assertThat(own.size()).as("two jump hosts and three hosts").isEqualTo(5);
            proxy.freeze();
            Awaitility.await().pollDelay(Duration.ofMillis(1100)).until(() -> true);
            assertThat(
                            ask(
                                    own,
                                    through(asRoot, first),
                                    access(Optional.empty(), bastion.credential())))
                    .isEqualTo(ROOT_AND_BYTES);
            assertThat(proxy.connections()).isEqualTo(2);
        } finally {
            own.close();
        }
    }

    @Test
    void namesTheJumpHostThatFails() {
        OpenSshServer bastion = bastion();
        HostTarget target = server().target("root", Optional.empty());
        String at = bastion.address() + ":" + bastion.port();
        HostAccess access = access(Optional.empty(), bastion.credential());

        SshFailure away = failure(through(target, hop(bastion, 1, bastion.hostKey())), access);
        assertThat(away.reason()).isEqualTo(ReasonCode.HOST_UNREACHABLE);
        assertThat(away.getMessage())
                .contains("cannot reach jump host " + bastion.address() + ":1");

        SshFailure foreign =
                failure(through(target, hop(bastion, bastion.port(), server().hostKey())), access);
        assertThat(foreign.reason()).isEqualTo(ReasonCode.HOST_KEY_CHANGED);
        assertThat(foreign.getMessage()).contains("cannot trust jump host " + at);
        assertThat(foreign.presentedHostKey()).as("is no key of the host").isEmpty();

        SshFailure refused =
                failure(
                        through(target, hop(bastion, bastion.port(), bastion.hostKey())),
                        access(Optional.empty(), new SshCredential.Password("not-it-4711")));
        assertThat(refused.reason()).isEqualTo(ReasonCode.AUTHENTICATION_FAILED);
        assertThat(refused.getMessage())
                .contains("cannot sign in to jump host " + at, "\"" + BASTION + "\"")
                .doesNotContain("4711");

        HostTarget unknown =
                Orders.host(
                        "no-such-host.invalid", 22, "root", target.hostKeys(), Optional.empty());
        SshFailure behind =
                failure(through(unknown, hop(bastion, bastion.port(), bastion.hostKey())), access);
        assertThat(behind.reason()).isEqualTo(ReasonCode.HOST_UNREACHABLE);
        assertThat(behind.getMessage())
                .contains("cannot reach no-such-host.invalid:22")
                .contains("jump host " + at + " says: ");
    }

    @Test
    void letsGoOfASessionThatSomebodyFoundBrokenWhenItsLastUserDoes() {
        var cache = new SessionCache(config.ssh(), new Sessions(config.ssh()));
        try {
            HostTarget target = server().target("root", Optional.empty());
            SessionCache.Lease first = cache.lease(target, key(Optional.empty()));
            SessionCache.Lease second = cache.lease(target, key(Optional.empty()));
            assertThat(first.reused()).isFalse();
            assertThat(second.reused()).isTrue();
            assertThat(second.session()).isSameAs(first.session());
            first.discard();
            assertThat(second.session().isOpen()).as("the other one still uses it").isTrue();
            assertThat(cache.size()).as("nobody gets it again").isZero();
            second.release();
            Awaitility.await().until(() -> !second.session().isOpen());
        } finally {
            cache.close();
        }
    }

    /// A target behind a proxy.
    private HostTarget behind(FreezingProxy proxy) {
        HostTarget target = server().target("root", Optional.empty());
        return Orders.host(
                target.address().address(),
                proxy.port(),
                "root",
                target.hostKeys(),
                Optional.empty());
    }

    private FreezingProxy proxy() {
        HostAddress address = server().target("root", Optional.empty()).address();
        return new FreezingProxy(address.address(), address.port());
    }

    private static MinaRemoteShell shellWith(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>();
        settings.forEach((key, value) -> all.put("slipway.executor.ssh." + key, value));
        return new MinaRemoteShell(TestConfig.with(all), new SimpleMeterRegistry());
    }

    @Test
    void noticesWithinTheBoundThatPacketsOfASessionInUseVanish() throws IOException {
        MinaRemoteShell strict =
                shellWith(
                        Map.of(
                                "keep-alive",
                                "PT0.4S",
                                "keep-alive-missed",
                                "3",
                                "silence",
                                "PT5M"));
        try (var proxy = proxy();
                RootChannel channel = strict.open(behind(proxy), key(Optional.empty()))) {
            byte[] program = "echo begun; exec sleep 80".getBytes(UTF_8);
            channel.input().write((program.length + "\n").getBytes(UTF_8));
            channel.input().write(program);
            channel.input().flush();
            assertThat(channel.output().readNBytes(6)).asString().isEqualTo("begun\n");
            proxy.freeze();
            long since = System.nanoTime();
            assertThat(rest(channel)).isEmpty();
            assertThat(Duration.ofNanos(System.nanoTime() - since))
                    // A request may just have been answered.
                    .isBetween(Duration.ofMillis(700), Duration.ofMillis(1200 + 1500));
        } finally {
            strict.close();
        }
    }

    /// What comes until the channel ends or breaks.
    private static byte[] rest(RootChannel channel) {
        try {
            return channel.output().readAllBytes();
        } catch (IOException e) {
            return new byte[0];
        }
    }

    @Test
    void replacesAWarmSessionThatDoesNotAnswerBeforeItIsUsed() throws IOException {
        MinaRemoteShell patient =
                shellWith(
                        Map.of(
                                "warm-check", "PT0.5S",
                                "keep-alive", "PT5M",
                                "command-timeout", "PT60S",
                                "silence", "PT60S"));
        try (var proxy = proxy()) {
            assertThat(ask(patient, behind(proxy), key(Optional.empty())))
                    .isEqualTo(ROOT_AND_BYTES);
            // So long it counts as having answered just now.
            Awaitility.await().pollDelay(Duration.ofMillis(1100)).until(() -> true);
            assertThat(ask(patient, behind(proxy), key(Optional.empty())))
                    .isEqualTo(ROOT_AND_BYTES);
            assertThat(proxy.connections()).as("one that answers is kept").isEqualTo(1);
            proxy.freeze();
            Awaitility.await().pollDelay(Duration.ofMillis(1100)).until(() -> true);
            long since = System.nanoTime();
            assertThat(ask(patient, behind(proxy), key(Optional.empty())))
                    .isEqualTo(ROOT_AND_BYTES);
            assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(ofSeconds(10));
            assertThat(proxy.connections()).isEqualTo(2);
        } finally {
            patient.close();
        }
    }

    @Test
    void sharesASessionUpToItsLimitAndKeepsSoManyWarm() throws Exception {
        var limited =
                TestConfig.with(
                                Map.of(
                                        "slipway.executor.ssh.tasks-per-session", "2",
                                        "slipway.executor.ssh.warm-sessions", "1"))
                        .ssh();
        var cache = new SessionCache(limited, new Sessions(limited));
        try (var proxy = proxy();
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            HostTarget target = behind(proxy);
            HostAccess access = key(Optional.empty());
            List<Callable<SessionCache.Lease>> asks =
                    Collections.nCopies(2, () -> cache.lease(target, access));
            List<Future<SessionCache.Lease>> both = callers.invokeAll(asks);
            assertThat(proxy.connections()).as("who comes together connects once").isEqualTo(1);
            assertThat(both.get(0).get().session()).isSameAs(both.get(1).get().session());
            SessionCache.Lease third = cache.lease(target, access);
            assertThat(proxy.connections()).isEqualTo(2);
            assertThat(cache.size()).isEqualTo(2);
            third.release();
            assertThat(cache.size()).isEqualTo(2);
            both.get(0).get().release();
            both.get(1).get().release();
            Awaitility.await().until(() -> cache.size() == 1);
            assertThat(third.session().isOpen()).as("idle longest").isFalse();
            assertThat(cache.lease(target, access).session()).isSameAs(both.get(0).get().session());
        } finally {
            cache.close();
        }
    }

    /// Makes key pairs of authorities and what they sign, in a new folder.
    private record Authorities(Path folder) {
        Path make(String name) {
            OpenSshServer.run(
                    "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder + "/" + name);
            return folder.resolve(name + ".pub");
        }

        void sign(String authority, Path key, String... options) {
            List<String> command = new ArrayList<>();
            command.addAll(List.of("ssh-keygen", "-q", "-s", folder + "/" + authority));
            command.addAll(List.of("-I", "test"));
            command.addAll(List.of(options));
            command.add(key.toString());
            OpenSshServer.run(command.toArray(String[]::new));
        }
    }

    private static HostTarget pinned(OpenSshServer server, String... hostKeys) {
        return Orders.host(
                server.address(), server.port(), "root", List.of(hostKeys), Optional.empty());
    }

    @Test
    void trustsAHostByItsCertificateAndSignsInWithOne(@TempDir Path folder) throws IOException {
        var made = new Authorities(folder);
        Path hosts = made.make("hosts");
        Path users = made.make("users");
        Path foreign = made.make("foreign");
        Path keys = folder.resolve("server");
        try (var certified =
                OpenSshServer.start(
                        keys,
                        "127.0.21.9",
                        () -> {
                            made.sign("hosts", keys.resolve("host.pub"), "-h", "-n", "127.0.21.9");
                            made.sign(
                                    "users",
                                    keys.resolve("client.pub"),
                                    "-n",
                                    "root",
                                    "-V",
                                    "-1m:+5m");
                        },
                        "HostCertificate " + keys + "/host-cert.pub",
                        "TrustedUserCAKeys " + users,
                        "AuthorizedKeysFile none")) {
            String authority = "@cert-authority " + OpenSshServer.key(hosts);
            var certificate =
                    new HostAccess(certified.certified("client-cert.pub"), Optional.empty());
            assertThat(ask(pinned(certified, authority), certificate)).isEqualTo(ROOT_AND_BYTES);
            assertThat(ask(pinned(certified, authority), certificate))
                    .as("on the warm session")
                    .isEqualTo(ROOT_AND_BYTES);
            assertThat(ask(pinned(certified, certified.hostKey()), certificate))
                    .as("by its key all the same")
                    .isEqualTo(ROOT_AND_BYTES);
            String other = "@cert-authority " + OpenSshServer.key(foreign);
            assertThat(ask(pinned(certified, other, certified.hostKey()), certificate))
                    .as("by its pinned key where the certificate is another authority's")
                    .isEqualTo(ROOT_AND_BYTES);

            assertThat(failure(pinned(certified, other), certificate))
                    .satisfies(f ->
                            assertThat(f.reason()).isEqualTo(ReasonCode.HOST_CERTIFICATE_REFUSED))
                    .satisfies(f ->
                            assertThat(f.getMessage())
                                    .contains("is signed by SHA256:", "but trusted is SHA256:"));

            var key = new HostAccess(certified.credential(), Optional.empty());
            assertThat(failure(pinned(certified, authority), key).reason())
                    .as("the bare key opens nothing there")
                    .isEqualTo(ReasonCode.AUTHENTICATION_FAILED);
            made.sign("foreign", keys.resolve("client.pub"), "-n", "root");
            var stranger = new HostAccess(certified.certified("client-cert.pub"), Optional.empty());
            assertThat(failure(pinned(certified, authority), stranger).getMessage())
                    .contains("the host refused the certificate", "slipway ssh-ca");
            made.sign("users", keys.resolve("client.pub"), "-n", "ops");
            var another = new HostAccess(certified.certified("client-cert.pub"), Optional.empty());
            assertThat(failure(pinned(certified, authority), another).reason())
                    .as("a certificate for another user")
                    .isEqualTo(ReasonCode.AUTHENTICATION_FAILED);
        }
    }

    @Test
    void saysWhatIsWrongWithAHostsCertificate(@TempDir Path folder) {
        var made = new Authorities(folder);
        Path hosts = made.make("hosts");
        Path keys = folder.resolve("server");
        String[] old = {"-h", "-n", "127.0.21.10", "-V", "20200101:20200102"};
        String[] others = {"-h", "-n", "10.9.8.7,db.example"};
        MinaRemoteShell rsaOnly = shellWith(Map.of("signatures", "rsa-sha2-512"));
        try (var certified =
                OpenSshServer.start(
                        keys,
                        "127.0.21.10",
                        () -> {
                            made.sign("hosts", keys.resolve("host.pub"), old);
                            made.sign("hosts", keys.resolve("host-rsa.pub"), others);
                        },
                        "HostCertificate " + keys + "/host-cert.pub",
                        "HostCertificate " + keys + "/host-rsa-cert.pub")) {
            HostTarget target = pinned(certified, "@cert-authority " + OpenSshServer.key(hosts));
            assertThat(failure(target, key(Optional.empty())).getMessage())
                    .contains("it shows a certificate that expired at 2020-01-0");
            SshFailure elsewhere =
                    catchThrowableOfType(
                            SshFailure.class,
                            () -> rsaOnly.open(target, key(Optional.empty())).close());
            assertThat(elsewhere.reason()).isEqualTo(ReasonCode.HOST_CERTIFICATE_REFUSED);
            // Signed by an Ed25519 authority, which such a client does not know either.
            assertThat(elsewhere.getMessage())
                    .contains("is for \"10.9.8.7\", \"db.example\", not for \"127.0.21.10\"");
        } finally {
            rsaOnly.close();
        }
        SshFailure none =
                failure(
                        pinned(server(), "@cert-authority " + OpenSshServer.key(hosts)),
                        key(Optional.empty()));
        assertThat(none.reason()).isEqualTo(ReasonCode.HOST_KEY_CHANGED);
        assertThat(none.getMessage()).contains("but known is a certificate of SHA256:");
    }

    @Test
    void entersOverIpV6(@TempDir Path folder) throws IOException {
        assumeTrue(
                Files.exists(Path.of("/proc/net/if_inet6")) && hasIpV6(),
                "skipped: no IPv6 loopback here");
        try (var six = OpenSshServer.start(folder.resolve("six"), "::1")) {
            HostTarget target = six.target("root", Optional.empty());
            var access = new HostAccess(six.credential(), Optional.empty());
            assertThat(target.address()).hasToString("[::1]:" + six.port());
            assertThat(ask(target, access)).isEqualTo(ROOT_AND_BYTES);
            var written =
                    Orders.host("0:0:0:0:0:0:0:1", six.port(), "root", List.of(), Optional.empty());
            assertThat(failure(written, access).getMessage())
                    .contains("cannot trust [::1]:" + six.port());
            assertThat(
                            ask(
                                    through(
                                            server().target("root", Optional.empty()),
                                            hop(six, six.port(), six.hostKey())),
                                    access(Optional.empty(), six.credential())))
                    .as("a jump host by IPv6")
                    .isEqualTo(ROOT_AND_BYTES);
            assertThat(
                            ask(
                                    through(
                                            target,
                                            hop(server(), server().port(), server().hostKey())),
                                    new HostAccess(
                                            six.credential(),
                                            Optional.empty(),
                                            List.of(server().credential()))))
                    .as("a host by IPv6 behind a jump host")
                    .isEqualTo(ROOT_AND_BYTES);
        }
    }

    private static boolean hasIpV6() {
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("::1"))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private SshFailure failure(HostTarget target, HostAccess access) {
        SshFailure failure = catchThrowableOfType(SshFailure.class, () -> ask(target, access));
        assertThat(failure).as("the host was entered").isNotNull();
        return failure;
    }
}
