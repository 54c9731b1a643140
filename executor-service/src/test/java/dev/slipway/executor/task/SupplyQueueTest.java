package dev.slipway.executor.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.outcome.ReasonCode;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SupplyQueueTest {
    private final AtomicInteger asking = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final Semaphore answers = new Semaphore(0);

    private final Supplies slow =
            new Supplies() {
                @Override
                public Map<MaterialName, byte[]> redeem(String jws) throws InterruptedException {
                    most.accumulateAndGet(asking.incrementAndGet(), Math::max);
                    answers.acquire();
                    asking.decrementAndGet();
                    if (jws.equals("refused")) {
                        throw ProblemFailure.of(ReasonCode.ORDER_FORGED, 403, "refused");
                    }
                    return Map.of();
                }

                @Override
                public void deposit(String jws, Map<MaterialName, byte[]> files) {
                    throw new IllegalStateException("nothing is deposited");
                }

                @Override
                public InputStream content(ContentDigest digest, long from) {
                    return InputStream.nullInputStream();
                }
            };

    @Test
    void asksForAFewAtATimeAndForAllInTheEnd() throws Exception {
        var queue = new SupplyQueue(slow);
        var all = new ArrayList<Future<Map<MaterialName, byte[]>>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 100; i++) {
                String jws = i % 3 == 0 ? "refused" : "order";
                all.add(threads.submit(() -> queue.redeem(jws)));
            }
            while (asking.get() < SupplyQueue.AT_ONCE) {
                Thread.sleep(1);
            }
            answers.release(100);
        }
        assertThat(all).filteredOn(f -> f.state() == Future.State.FAILED).hasSize(34);
        assertThat(most).hasValue(SupplyQueue.AT_ONCE);
    }

    @Test
    void letsOneThatIsGivenUpGo() throws Exception {
        var queue = new SupplyQueue(slow);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < SupplyQueue.AT_ONCE; i++) {
                threads.submit(() -> queue.redeem("order"));
            }
            while (asking.get() < SupplyQueue.AT_ONCE) {
                Thread.sleep(1);
            }
            Future<?> waiting = threads.submit(() -> queue.redeem("order"));
            assertThat(waiting.cancel(true)).isTrue();
            answers.release(SupplyQueue.AT_ONCE + 1);
            assertThat(queue.redeem("order")).isEmpty();
        }
    }
}
