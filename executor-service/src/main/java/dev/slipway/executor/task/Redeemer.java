package dev.slipway.executor.task;

import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.HostTarget;
import dev.slipway.contracts.order.KubeCredential;
import dev.slipway.contracts.order.KubeIdentity;
import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.SshCredential;
import dev.slipway.contracts.order.Step;
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
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
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

        record ReadyForApi(ApiWork work) implements Redeemed {}

        record ReadyToDeposit(DepositWork work) implements Redeemed {}

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

    /// Once more what opens the host, where that was valid for a while only.
    ///
    /// @return empty if nobody answered until it was too late to settle
    /// @throws ProblemFailure if it is not given any more
    Optional<HostAccess> access(Order order, String jws) throws InterruptedException {
        return patiently(order, () -> supplies.redeem(jws))
                .map(materials -> access(order, materials));
    }

    /// Hands over what the order deposits.
    ///
    /// @return whether somebody answered before it was too late to settle
    /// @throws ProblemFailure if it is refused
    boolean deposit(Order order, String jws, Map<MaterialName, byte[]> files)
            throws InterruptedException {
        return patiently(
                        order,
                        () -> {
                            supplies.deposit(jws, files);
                            return true;
                        })
                .isPresent();
    }

    private static Redeemed work(
            Order order, ContentDigest digest, Map<MaterialName, byte[]> materials) {
        try {
            HostAccess access = access(order, materials);
            if (order.isForApi()) {
                return new Redeemed.ReadyForApi(
                        new ApiWork(order, access, identities(order, materials)));
            }
            if (order.deposit().isPresent()) {
                return new Redeemed.ReadyToDeposit(
                        new DepositWork(order, order.deposit().get(), access));
            }
            var compiled = StepCompiler.compile(order, digest, new Ingredients(materials));
            return new Redeemed.Ready(
                    new TaskWork(compiled, access, secrets(order, materials, access)));
        } catch (MissingIngredient e) {
            return missing(order, e.name());
        } catch (IllegalArgumentException e) {
            // The cause may quote the credential: it is left out.
            return missing(order, order.host().credential().value());
        }
    }

    private static HostAccess access(Order order, Map<MaterialName, byte[]> materials) {
        HostTarget host = order.host();
        return new HostAccess(
                credential(materials, host.credential()),
                host.sudoPassword()
                        .map(name -> new String(material(materials, name), StandardCharsets.UTF_8)),
                host.jump().stream().map(hop -> credential(materials, hop.credential())).toList());
    }

    private static Map<KubeIdentity, KubeCredential> identities(
            Order order, Map<MaterialName, byte[]> materials) {
        var identities = new EnumMap<KubeIdentity, KubeCredential>(KubeIdentity.class);
        for (Step step : order.steps()) {
            if (step instanceof Step.Kube kube) {
                KubeIdentity identity = kube.request().identity();
                identities.put(
                        identity, read(materials, Materials.kube(identity), KubeCredential.class));
            }
        }
        return identities;
    }

    private static SshCredential credential(
            Map<MaterialName, byte[]> materials, MaterialName name) {
        return read(materials, name, SshCredential.class);
    }

    private static <T> T read(
            Map<MaterialName, byte[]> materials, MaterialName name, Class<T> type) {
        try {
            return Wire.read(material(materials, name), type);
        } catch (IllegalArgumentException e) {
            // What could not be read is left out.
            throw new MissingIngredient(name.value());
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
            throw new MissingIngredient(name.value());
        }
        return value;
    }

    /// All but the credentials' JSON itself, of which the secret parts are taken.
    private static List<byte[]> secrets(
            Order order, Map<MaterialName, byte[]> materials, HostAccess access) {
        List<byte[]> secrets = new ArrayList<>();
        Set<MaterialName> credentials = new HashSet<>();
        credentials.add(order.host().credential());
        order.host().jump().forEach(hop -> credentials.add(hop.credential()));
        materials.forEach((name, value) -> {
            if (!credentials.contains(name)) {
                secrets.add(value);
            }
        });
        Stream.concat(Stream.of(access.credential()), access.jump().stream())
                .distinct()
                .flatMap(Redeemer::secrets)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .forEach(secrets::add);
        return secrets;
    }

    private static Stream<String> secrets(SshCredential credential) {
        return switch (credential) {
            case SshCredential.Key(var key, var passphrase) ->
                    Stream.concat(Stream.of(key), passphrase.stream());
            case SshCredential.Password(var password) -> Stream.of(password);
            case SshCredential.Certified(var key, _) -> Stream.of(key);
            case SshCredential.Certificate() -> Stream.of();
        };
    }

    /// One try at the certificate service.
    private interface Try<T> {
        T make() throws InterruptedException;
    }

    private <T> Optional<T> patiently(Order order, Try<T> attempt) throws InterruptedException {
        Instant end = order.times().settleBy();
        Duration delay = FIRST_DELAY;
        while (pace.clock().instant().isBefore(end)) {
            try {
                return Optional.of(attempt.make());
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
