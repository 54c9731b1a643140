package dev.slipway.cert.material;

import dev.slipway.cert.run.RunStanding;
import dev.slipway.contracts.id.PoolName;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.outcome.ReasonCode;
import java.time.Instant;
import java.util.Optional;

/// Opens this package's production code to the simulation. Nothing is decided here.
public final class AdmissionParts {
    private AdmissionParts() {}

    /// Why the order entitles to nothing now, if so.
    public static Optional<ReasonCode> refusal(
            Order order, PoolName pool, Optional<RunStanding> standing, Instant now) {
        return Admission.refusal(order, pool, standing, now).map(Admission.Refusal::code);
    }
}
