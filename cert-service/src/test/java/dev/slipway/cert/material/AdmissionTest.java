package dev.slipway.cert.material;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.cert.TestOrder;
import dev.slipway.cert.run.RunStanding;
import dev.slipway.cert.run.RunStanding.Standing;
import dev.slipway.contracts.id.PoolName;
import dev.slipway.contracts.order.AttemptKind;
import dev.slipway.contracts.order.Order;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionTest {
    private static final Instant ISSUED = Instant.parse("2026-03-01T10:00:00Z");
    private static final PoolName POOL = new PoolName("default");

    @ParameterizedTest
    @CsvSource({
        // standing, seconds after the order was issued, kind, refused
        "OPEN,       5, FRESH,  false",
        "CANCELLING, 5, FRESH,  true",
        "CANCELLING, 5, ADOPT,  true",
        "CANCELLING, 0, FRESH,  true",
        "CANCELLING, -5, FRESH, false",
        "CANCELLING, 5, CANCEL, false",
        "FAILED,     5, FRESH,  true",
        "FAILED,     0, FRESH,  true",
        "FAILED,     5, CANCEL, true",
        "FAILED,    -5, FRESH,  false",
        "ENDED,      5, FRESH,  true",
        "ENDED,     -5, FRESH,  true",
        "ENDED,     -5, CANCEL, true",
    })
    void decidesByTheRunsStanding(
            Standing standing, long secondsAfter, AttemptKind kind, boolean refused) {
        var known = new RunStanding(standing, ISSUED.plusSeconds(secondsAfter));

        var refusal =
                Admission.refusal(order(kind), POOL, Optional.of(known), ISSUED.plusSeconds(9));

        assertThat(refusal.isPresent()).isEqualTo(refused);
    }

    @Test
    void takesAnOrderOfAnUnknownRunUntilItMustBeSettled() {
        Order order = order(AttemptKind.FRESH);
        Instant settleBy = order.times().settleBy();

        assertThat(Admission.refusal(order, POOL, Optional.empty(), settleBy)).isEmpty();
        assertThat(
                        Admission.refusal(
                                order, POOL, Optional.empty(), settleBy.plus(Duration.ofNanos(1))))
                .hasValueSatisfying(r -> assertThat(r.status()).isEqualTo(410));
        assertThat(Admission.refusal(order, new PoolName("edge"), Optional.empty(), ISSUED))
                .hasValueSatisfying(
                        r -> assertThat(r.why()).contains("\"default\"").contains("\"edge\""));
    }

    private static Order order(AttemptKind kind) {
        return TestOrder.of("acme", "one").withIssuedAt(ISSUED).withKind(kind).order();
    }
}
