package dev.slipway.executor.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.Step;
import dev.slipway.executor.journal.Orders;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CancelledOrdersTest {
    private static final Order ORDER =
            Orders.fresh().with(Step.Command.of("work", "true", Duration.ofSeconds(9)));
    private static final Instant ISSUED = ORDER.times().issuedAt();

    private final CancelledOrders cancelled = new CancelledOrders();

    @Test
    void holdsOrdersWrittenBeforeTheRunWasCancelled() {
        assertThat(cancelled.contains(ORDER)).isFalse();
        assertThat(cancelled.note(request(ORDER.run(), ISSUED.plusSeconds(1)))).isTrue();
        assertThat(cancelled.contains(ORDER)).isTrue();
    }

    @Test
    void leavesOrdersOfTheRetryAloneThoughItsNewsIsLate() {
        cancelled.note(request(ORDER.run(), ISSUED.minusSeconds(1)));
        assertThat(cancelled.contains(ORDER)).isFalse();
    }

    @Test
    void isNotMisledByOldNewsThatComesAgain() {
        cancelled.note(request(ORDER.run(), ISSUED.plusSeconds(1)));
        assertThat(cancelled.note(request(ORDER.run(), ISSUED.minusSeconds(60)))).isFalse();
        assertThat(cancelled.contains(ORDER)).isTrue();
    }

    @Test
    void tellsRunsApart() {
        cancelled.note(request(RunId.next(), ISSUED.plusSeconds(1)));
        assertThat(cancelled.contains(ORDER)).isFalse();
    }

    private static RunEvent request(RunId run, Instant at) {
        return new RunEvent.CancelRequested(ORDER.tenant(), ORDER.cluster(), run, "ann", at);
    }
}
