package dev.slipway.cert.material;

import dev.slipway.cert.run.RunStanding;
import dev.slipway.contracts.id.PoolName;
import dev.slipway.contracts.order.AttemptKind;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.outcome.ReasonCode;
import java.time.Instant;
import java.util.Optional;

/// Whether a genuine order entitles an executor to its materials now.
///
/// ```
/// pool of another executor          ORDER_FOREIGN     403
/// after settleBy                    ORDER_EXPIRED     410
/// run being cancelled               MATERIAL_REFUSED  403   except for orders that cancel, or of its retry
/// run failed or cancelled           MATERIAL_REFUSED  403   except for orders of its retry
/// run over for good                 MATERIAL_REFUSED  403
/// ```
///
/// An order that cancels has to open the session to end what runs there. An order issued after its
/// run was cancelled or had failed belongs to a retry of which the topic of runs has not told yet.
final class Admission {
    private Admission() {}

    /// @param status of the HTTP answer
    /// @param why one sentence, with values
    record Refusal(ReasonCode code, int status, String why) {}

    static Optional<Refusal> refusal(
            Order order, PoolName pool, Optional<RunStanding> standing, Instant now) {
        if (!order.pool().equals(pool)) {
            return Optional.of(
                    new Refusal(
                            ReasonCode.ORDER_FOREIGN,
                            403,
                            "the order is for pool \"%s\", the executor is of pool \"%s\""
                                    .formatted(order.pool(), pool)));
        }
        if (now.isAfter(order.times().settleBy())) {
            return Optional.of(
                    new Refusal(
                            ReasonCode.ORDER_EXPIRED,
                            410,
                            "the order had to be settled by %s, it is %s"
                                    .formatted(order.times().settleBy(), now)));
        }
        return standing.filter(s -> isOver(order, s))
                .map(s ->
                        new Refusal(
                                ReasonCode.MATERIAL_REFUSED,
                                403,
                                "run \"%s\" is %s since %s"
                                        .formatted(order.run(), word(s), s.since())));
    }

    private static boolean isOver(Order order, RunStanding standing) {
        return switch (standing.standing()) {
            case OPEN -> false;
            case CANCELLING -> order.kind() != AttemptKind.CANCEL && isBefore(order, standing);
            case FAILED -> isBefore(order, standing);
            case ENDED -> true;
        };
    }

    private static boolean isBefore(Order order, RunStanding standing) {
        return !order.times().issuedAt().isAfter(standing.since());
    }

    private static String word(RunStanding standing) {
        return switch (standing.standing()) {
            case OPEN -> "open";
            case CANCELLING -> "cancelled";
            case FAILED, ENDED -> "settled";
        };
    }
}
