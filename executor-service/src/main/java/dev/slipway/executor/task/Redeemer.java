package dev.slipway.executor.task;

import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.SshCredential;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.executor.journal.Ingredients;
import dev.slipway.executor.journal.MissingIngredient;
import dev.slipway.executor.journal.StepCompiler;
import dev.slipway.executor.ssh.HostAccess;
import io.smallrye.mutiny.TimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/// Gets the materials that an order names. A service that does not answer is waited for, and never
/// fails a task: until the order may no longer settle, and then it is the watchdog's.
final class Redeemer {
    private static final Logger LOG = Logger.getLogger(Redeemer.class);
    private static final Duration FIRST_DELAY = Duration.ofMillis(500);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(10);

    private final Supplies supplies;
    private final Pace pace;

    Redeemer(Supplies supplies, Pace pace) {
        this.supplies = supplies;
        this.pace = pace;
    }

    /// What came of it.
    sealed interface Redeemed {
        record Ready(TaskWork work) implements Redeemed {}

        /// The order will never get what it needs.
        record Refused(ReasonCode reason, String message) implements Redeemed {}

        /// Nobody answered until it was too late to settle.
        record TooLate() implements Redeemed {}
    }

    /// @param jws the order as it was signed
    Redeemed redeem(Order order, ContentDigest digest, String jws) throws InterruptedException {
        try {
            Optional<Map<MaterialName, byte[]>> materials =
                    patiently(order, () -> supplies.redeem(jws));
            if (materials.isEmpty()) {
                return new Redeemed.TooLate();
            }
            return work(order, digest, materials.get());
        } catch (ProblemFailure e) {
            return new Redeemed.Refused(
                    e.code(),
                    "cannot get what the order for %s needs (%s): %s"
                            .formatted(
                                    order.host().address(),
                                    e.problem().detail(),
                                    e.problem().advice()));
        }
    }

    private static Redeemed work(
            Order order, ContentDigest digest, Map<MaterialName, byte[]> materials) {
        try {
            byte[] stored = material(materials, order.host().credential());
            SshCredential credential = Wire.read(stored, SshCredential.class);
            Optional<String> sudo =
                    order.host()
                            .sudoPassword()
                            .map(name ->
                                    new String(material(materials, name), StandardCharsets.UTF_8));
            var compiled = StepCompiler.compile(order, digest, new Ingredients(materials));
            return new Redeemed.Ready(
                    new TaskWork(
                            compiled,
                            new HostAccess(credential, sudo),
                            secrets(order, materials, credential)));
        } catch (MissingIngredient e) {
            return missing(order, e.name());
        } catch (IllegalArgumentException e) {
            // The cause may quote the credential: it is left out.
            return missing(order, order.host().credential().value());
        }
    }

    private static Redeemed missing(Order order, String name) {
        return new Redeemed.Refused(
                ReasonCode.MATERIAL_MISSING,
                "cannot work on %s (material \"%s\" is not there, or is none): %s"
                        .formatted(
                                order.host().address(),
                                name,
                                ReasonCode.MATERIAL_MISSING.advice()));
    }

    private static byte[] material(Map<MaterialName, byte[]> materials, MaterialName name) {
        byte[] value = materials.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no material " + name);
        }
        return value;
    }

    /// All but the credential's JSON itself, of which the secret parts are taken.
    private static List<byte[]> secrets(
            Order order, Map<MaterialName, byte[]> materials, SshCredential credential) {
        List<byte[]> secrets = new ArrayList<>();
        materials.forEach((name, value) -> {
            if (!name.equals(order.host().credential())) {
                secrets.add(value);
            }
        });
        switch (credential) {
            case SshCredential.Key(var key, var passphrase) -> {
                secrets.add(key.getBytes(StandardCharsets.UTF_8));
                passphrase.ifPresent(text -> secrets.add(text.getBytes(StandardCharsets.UTF_8)));
            }
            case SshCredential.Password(var password) ->
                    secrets.add(password.getBytes(StandardCharsets.UTF_8));
        }
        return secrets;
    }

    private <T> Optional<T> patiently(Order order, Supplier<T> ask) throws InterruptedException {
        Instant end = order.times().settleBy();
        Duration delay = FIRST_DELAY;
        while (pace.clock().instant().isBefore(end)) {
            try {
                return Optional.of(ask.get());
            } catch (ProblemFailure e) {
                if (e.code() != ReasonCode.UNAVAILABLE) {
                    throw e;
                }
                LOG.warnf(
                        "%s; asked again in %d ms, until %s",
                        e.getMessage(), delay.toMillis(), end);
            } catch (TimeoutException e) {
                LOG.warnf(
                        "no answer in time; asked again in %d ms, until %s", delay.toMillis(), end);
            }
            pace.pause(delay);
            delay =
                    delay.multipliedBy(2).compareTo(LONGEST_DELAY) < 0
                            ? delay.multipliedBy(2)
                            : LONGEST_DELAY;
        }
        return Optional.empty();
    }
}
