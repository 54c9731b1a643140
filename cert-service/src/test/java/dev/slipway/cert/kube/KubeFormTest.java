package dev.slipway.cert.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.cert.TestOrder;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.OrderTimes;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubeFormTest {
    /// A drain goes on with the credential that it began with.
    @ParameterizedTest
    @CsvSource({"CREDENTIAL,1,10", "CREDENTIAL,31,31", "KUBECONFIG,31,60"})
    void lastsAsLongAsItsTaskMay(KubeForm form, int minutes, int expected) {
        Order order = lasting(Duration.ofMinutes(minutes));

        assertThat(form.life(order)).isEqualTo(Duration.ofMinutes(expected));
    }

    private static Order lasting(Duration timeout) {
        Order order = TestOrder.of("tenant", "cluster").orderForApi();
        OrderTimes times = order.times();
        return new Order(
                order.task(),
                order.attempt(),
                order.kind(),
                order.firstAttempt(),
                order.tenant(),
                order.cluster(),
                order.generation(),
                order.run(),
                order.phase(),
                order.pool(),
                order.host(),
                order.mutating(),
                order.steps(),
                new OrderTimes(times.issuedAt(), times.startBy(), timeout, times.settleBy()));
    }
}
