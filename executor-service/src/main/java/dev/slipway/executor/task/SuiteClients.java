package dev.slipway.executor.task;

import dev.slipway.chassis.identity.ServiceClient;
import dev.slipway.chassis.identity.ServiceClients;
import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.outcome.ReasonCode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// What the executor asks of other services. One try each; a service that does not answer is the
/// reason UNAVAILABLE.
@ApplicationScoped
class SuiteClients {
    private static final Duration LIMIT = Duration.ofSeconds(40);

    private final ServiceClient certificates;
    private final ServiceClient planner;

    @Inject
    SuiteClients(
            ServiceClients clients,
            @ConfigProperty(name = "slipway.cert-service.url") URI certificates,
            @ConfigProperty(name = "slipway.planner.url") URI planner) {
        this.certificates = clients.at(certificates);
        this.planner = clients.at(planner);
    }

    /// The materials by name, in Base64.
    record Redemption(Map<String, String> materials) {
        @Override
        public String toString() {
            return "Redemption" + materials.keySet();
        }
    }

    private record OrderText(String order) {}

    /// All materials of the order.
    ///
    /// @param jws the order as the planner signed it
    /// @throws ProblemFailure with the service's reason
    Map<MaterialName, byte[]> redeem(String jws) {
        Redemption answer =
                certificates
                        .post("/v1/materials/redemptions", new OrderText(jws), Redemption.class)
                        .await()
                        .atMost(LIMIT);
        Map<MaterialName, byte[]> materials = new HashMap<>();
        answer.materials()
                .forEach((name, value) ->
                        materials.put(MaterialName.of(name), Base64.getDecoder().decode(value)));
        return materials;
    }

    /// A file of the content store, its digest checked.
    ///
    /// @throws ProblemFailure with the service's reason, or CHECKSUM_MISMATCH
    byte[] content(ContentDigest digest) {
        byte[] bytes = planner.bytes("/v1/contents/" + digest).await().atMost(LIMIT);
        ContentDigest found = ContentDigest.ofBytes(bytes);
        if (!found.equals(digest)) {
            throw ProblemFailure.of(
                    ReasonCode.CHECKSUM_MISMATCH,
                    500,
                    "the content store gave a file with SHA-256 %s, expected %s"
                            .formatted(found, digest));
        }
        return bytes;
    }
}
