package dev.slipway.executor.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.event.OutputChunk;
import dev.slipway.contracts.event.TaskResult.TaskSettled;
import dev.slipway.contracts.event.TaskResult.TaskStarted;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.order.HostTarget;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.SshCredential;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.executor.TestConfig;
import dev.slipway.executor.journal.Ingredients;
import dev.slipway.executor.journal.JournalProgram;
import dev.slipway.executor.journal.Orders;
import dev.slipway.executor.journal.StepCompiler;
import dev.slipway.executor.ssh.HostAccess;
import dev.slipway.executor.ssh.RemoteShell;
import dev.slipway.executor.ssh.RootChannel;
import dev.slipway.executor.ssh.SshFailure;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.sshd.certificate.OpenSshCertificateBuilder;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.junit.jupiter.api.Test;

class HostConversationTest {
    private static final HostAccess PASSWORD =
            new HostAccess(new SshCredential.Password("pw"), Optional.empty());
    private static final TaskReporter NOBODY =
            new TaskReporter() {
                @Override
                public void output(OutputChunk chunk) {}

                @Override
                public void started(TaskStarted started) {}

                @Override
                public void settled(TaskSettled settled) {}
            };

    private final VirtualTime time = new VirtualTime();
    private final List<HostAccess> offered = new ArrayList<>();

    /// Time that passes when somebody pauses.
    private static final class VirtualTime extends Clock implements Pace {
        final List<Duration> pauses = new ArrayList<>();
        private Instant now = Instant.now();

        @Override
        public Clock clock() {
            return this;
        }

        @Override
        public void pause(Duration pause) {
            pauses.add(pause);
            now = now.plus(pause);
        }

        @Override
        public void beside(String name, Runnable work) {
            work.run();
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    /// A host that nobody reaches.
    private final RemoteShell away =
            new RemoteShell() {
                @Override
                public RootChannel open(HostTarget target, HostAccess access) {
                    offered.add(access);
                    throw new SshFailure(ReasonCode.HOST_UNREACHABLE, "cannot reach it");
                }
            };

    private Order order(Duration startWithin) {
        return Orders.fresh()
                .startingBy(time.instant().plus(startWithin))
                .with(Step.Command.of("say", "true", Duration.ofMinutes(1)));
    }

    private HostConversation conversation(
            Order order, HostAccess access, boolean redelivered, HostConversation.Renewal renewal) {
        var compiled =
                StepCompiler.compile(
                        order, ContentDigest.ofBytes(new byte[0]), new Ingredients(Map.of()));
        var around =
                new HostConversation.Surroundings(
                        away,
                        ApiLine.NONE,
                        JournalProgram.standard(),
                        NOBODY,
                        TestConfig.defaults(),
                        time,
                        new ContentCourier(new MadeUpSupplies(), away, time, 1));
        return new HostConversation(
                new TaskWork(compiled, access, List.of()), redelivered, around, renewal);
    }

    private static Optional<HostAccess> unexpected() {
        throw new AssertionError("asked for what opens the host once more");
    }

    private HostAccess certifiedUntil(Instant end) throws Exception {
        KeyPair own = KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256);
        var certificate =
                OpenSshCertificateBuilder.userCertificate()
                        .id("test")
                        .publicKey(own.getPublic())
                        .principals(List.of("root"))
                        .validBefore(end)
                        .sign(own);
        return new HostAccess(
                new SshCredential.Certified("unused", PublicKeyEntry.toString(certificate)),
                Optional.empty());
    }

    @Test
    void triesAHostAsOftenAsIsSetWithGrowingSpreadPauses() throws Exception {
        var result =
                conversation(
                                order(Duration.ofMinutes(5)),
                                PASSWORD,
                                false,
                                HostConversationTest::unexpected)
                        .talk();

        assertThat(result.orElseThrow().reason()).contains(ReasonCode.HOST_UNREACHABLE);
        assertThat(result.orElseThrow().message()).endsWith("(3 attempts)");
        assertThat(time.pauses).hasSize(2);
        assertThat(time.pauses.get(0)).isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));
        assertThat(time.pauses.get(1)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
    }

    @Test
    void triesNoMoreWhenItCouldNotStartAnyMore() throws Exception {
        var result =
                conversation(
                                order(Duration.ofMillis(1200)),
                                PASSWORD,
                                false,
                                HostConversationTest::unexpected)
                        .talk();

        assertThat(result.orElseThrow().reason()).contains(ReasonCode.HOST_UNREACHABLE);
        assertThat(offered).hasSize(2);
    }

    @Test
    void looksForATaskThatMayRunUntilItHasToBeSettled() throws Exception {
        Order order = order(Duration.ofMillis(1200));

        var result = conversation(order, PASSWORD, true, HostConversationTest::unexpected).talk();

        assertThat(result).isEmpty();
        assertThat(offered).hasSizeGreaterThan(10);
        assertThat(time.instant())
                .isBetween(
                        order.times().settleBy().minus(Duration.ofSeconds(16)),
                        order.times().settleBy());
        assertThat(time.pauses).allMatch(p -> p.compareTo(Duration.ofSeconds(15)) <= 0);
    }

    @Test
    void asksForAnotherCertificateWhenOneHasExpired() throws Exception {
        HostAccess expired = certifiedUntil(time.instant().plusSeconds(5));
        HostAccess fresh = certifiedUntil(time.instant().plusSeconds(3600));

        conversation(order(Duration.ofMinutes(5)), expired, false, () -> Optional.of(fresh)).talk();

        assertThat(offered).hasSize(3).containsOnly(fresh);
    }

    @Test
    void saysWhyNoOtherCertificateWasToBeHad() throws Exception {
        HostAccess expired = certifiedUntil(time.instant().minusSeconds(5));
        HostConversation.Renewal refused =
                () -> {
                    throw ProblemFailure.of(
                            ReasonCode.MATERIAL_REFUSED, 403, "the run was cancelled");
                };

        var result = conversation(order(Duration.ofMinutes(5)), expired, false, refused).talk();

        assertThat(result.orElseThrow().reason()).contains(ReasonCode.MATERIAL_REFUSED);
        assertThat(result.orElseThrow().message()).contains("the run was cancelled");
        assertThat(conversation(order(Duration.ofMinutes(5)), expired, true, refused).talk())
                .as("what may run is the watchdog's")
                .isEmpty();
        assertThat(offered).isEmpty();
    }
}
