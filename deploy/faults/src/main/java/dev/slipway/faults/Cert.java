package dev.slipway.faults;

import dev.slipway.cert.material.AdmissionParts;
import dev.slipway.cert.run.RunStanding;
import dev.slipway.cert.run.StandingParts;
import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.Topics;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.SshCredential;
import dev.slipway.contracts.outcome.ReasonCode;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The certificate service as executors see it. Who is admitted and what events say of a run's
/// standing are the production code's.
final class Cert {
    private static final byte[] CREDENTIAL = Wire.bytes(new SshCredential.Password("hunter2"));

    private final World world;
    private final Baton baton;
    private final Map<String, Boolean> genuine = new HashMap<>();
    private Optional<RunStanding> standing = Optional.empty();
    private boolean up = true;

    Cert(World world) {
        this.world = world;
        this.baton = world.baton();
        world.process("cert").start("runs", this::readRuns);
    }

    void goDown() {
        up = false;
    }

    boolean up() {
        return up;
    }

    void comeUp() {
        up = true;
    }

    private void readRuns() {
        var partitions = world.broker().partitions(Topics.RUNS);
        var positions = new int[partitions.size()];
        var link = world.network().link("cert", "broker");
        while (true) {
            baton.sleep(link.delay());
            if (up && world.broker().up() && link.up()) {
                for (int i = 0; i < positions.length; i++) {
                    var messages = partitions.get(i);
                    while (positions[i] < messages.size()) {
                        keep((RunEvent) messages.get(positions[i]++).value());
                    }
                }
            }
            world.broker().news(Topics.RUNS).await(Duration.ofSeconds(4));
        }
    }

    /// As the table's statement does: what comes again, or after a later one, changes nothing.
    private void keep(RunEvent event) {
        Optional<RunStanding> said = StandingParts.of(event);
        if (said.isPresent()
                && standing.filter(s -> s.since().isAfter(said.get().since())).isEmpty()) {
            standing = said;
        }
    }

    Map<MaterialName, byte[]> redeem(String executor, String jws) {
        var link = world.network().link(executor, "cert");
        baton.sleep(link.delay());
        baton.sys();
        if (!up || !link.up()) {
            baton.sleep(Duration.ofSeconds(2));
            throw ProblemFailure.of(
                    world.bugs().has(Bug.CERT_OUTAGE_FAILS)
                            ? ReasonCode.INTERNAL
                            : ReasonCode.UNAVAILABLE,
                    503,
                    "the certificate service does not answer");
        }
        boolean own = genuine.computeIfAbsent(jws, text -> world.keys().genuine(text));
        if (!own && !world.bugs().has(Bug.REDEEMS_FORGED)) {
            throw ProblemFailure.of(ReasonCode.ORDER_FORGED, 403, "the order is forged");
        }
        Order order = world.keys().read(jws);
        var refusal =
                AdmissionParts.refusal(
                                order,
                                Scene.POOL,
                                standing.filter(_ -> order.run().equals(world.scene().run())),
                                baton.now())
                        .filter(code ->
                                code != ReasonCode.ORDER_EXPIRED
                                        || !world.bugs().has(Bug.REDEEMS_EXPIRED));
        if (refusal.isPresent()) {
            throw ProblemFailure.of(refusal.get(), 403, "the order is refused");
        }
        world.witness().redeemed(order, own);
        baton.sleep(link.delay());
        return Map.of(Scene.CREDENTIAL, CREDENTIAL);
    }
}
