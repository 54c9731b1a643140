package dev.slipway.executor.task;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.chassis.identity.ServiceClient;
import dev.slipway.chassis.identity.ServiceClients;
import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.MaterialName;
import io.smallrye.mutiny.TimeoutException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// What the executor asks of other services over HTTPS, with its own certificate.
@ApplicationScoped
class SuiteClients implements Supplies {
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final Duration HEALTH_LIMIT = Duration.ofSeconds(5);

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

    /// @param files by material, in Base64
    private record Deposit(String order, Map<String, String> files) {
        @Override
        public String toString() {
            return "Deposit" + files.keySet();
        }
    }

    private record OrderText(String order) {}

    /// Asks the certificate service whether it can work; returns if so, within 5 s.
    ///
    /// @throws ProblemFailure if it can't, or can't be reached
    /// @throws TimeoutException if it did not answer in time
    void requireCertificates() {
        certificates.get("/q/health/ready", JsonNode.class).await().atMost(HEALTH_LIMIT);
    }

    @Override
    public Map<MaterialName, byte[]> redeem(String jws) {
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

    @Override
    public void deposit(String jws, Map<MaterialName, byte[]> files) {
        var encoded = new HashMap<String, String>();
        files.forEach((name, bytes) ->
                encoded.put(name.value(), Base64.getEncoder().encodeToString(bytes)));
        certificates
                .post("/v1/materials/deposits", new Deposit(jws, encoded), JsonNode.class)
                .await()
                .atMost(LIMIT);
    }

    @Override
    public InputStream content(ContentDigest digest, long from) {
        return planner.stream("/v1/contents/" + digest, from);
    }
}
