package dev.slipway.executor.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.event.OutputChunk;
import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.order.Step;
import dev.slipway.executor.journal.Orders;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveOutputTest {
    private static final int PIECE = 4096;
    private static final int BURST = 64 * PIECE;
    private static final int PER_SECOND = 16 * PIECE;
    private static final TaskResult.TaskRef REF =
            TaskWork.ref(
                    Orders.fresh().with(Step.Command.of("step", "true", Duration.ofSeconds(1))));
    private static final int HELD = LiveOutput.HELD_BYTES / PIECE;

    private final Time time = new Time();
    private final List<OutputChunk> passed = new ArrayList<>();
    private final LiveOutput live =
            new LiveOutput(new OutputRate(PER_SECOND, BURST, time), passed::add);
    private int printed;

    private static final class Time extends Clock {
        private Instant now = Instant.ofEpochSecond(1_700_000_000);

        void pass(Duration more) {
            now = now.plus(more);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private void print(int pieces) {
        for (int i = 0; i < pieces; i++) {
            live.accept(chunk((long) printed * PIECE, PIECE, false));
            printed++;
        }
    }

    private static OutputChunk chunk(long offset, int length, boolean last) {
        return new OutputChunk(REF, offset, length, "step", "text", last);
    }

    private List<Long> offsets(int from) {
        return passed.subList(from, passed.size()).stream().map(c -> c.offset() / PIECE).toList();
    }

    @Test
    void passesOnAtOnceWhatIsWithinTheRate() {
        print(64);
        time.pass(Duration.ofSeconds(2));
        print(32);

        assertThat(passed).hasSize(96).allMatch(c -> c.length() == PIECE);
    }

    @Test
    void leavesOutTheMiddleOfAFloodAndSaysHowMuch() {
        print(1000);
        live.accept(chunk(1000L * PIECE, 0, true));

        int omitted = 1000 - 64 - HELD;
        OutputChunk gap = passed.get(64);
        assertThat(gap.text())
                .isEqualTo(
                        "\n[%d bytes left out: more than %d bytes a second came; the host's journal keeps all]\n"
                                .formatted(omitted * PIECE, PER_SECOND));
        assertThat(gap.offset()).isEqualTo(64L * PIECE);
        assertThat(gap.length()).isEqualTo(1);
        assertThat(passed).hasSize(64 + 1 + HELD + 1);
        assertThat(passed.get(65).offset()).isEqualTo((64L + omitted) * PIECE);
        assertThat(passed.getLast().last()).isTrue();
    }

    @Test
    void goesOnOnceTheRateHasRecoveredEvenIfNothingMoreCame() {
        print(64 + HELD);
        assertThat(passed).hasSize(64);
        time.pass(Duration.ofSeconds(1));
        live.breathe();
        assertThat(passed).hasSize(64);

        time.pass(Duration.ofSeconds(1));
        live.breathe();

        assertThat(offsets(64)).hasSize(HELD).isSorted().first().isEqualTo(64L);
        print(1);
        assertThat(passed.getLast().offset()).isEqualTo((64L + HELD) * PIECE);
    }

    @Test
    void makesFewGapsOfASteadyFlood() {
        for (int second = 0; second < 60; second++) {
            print(64);
            time.pass(Duration.ofSeconds(1));
        }
        live.accept(chunk(1L << 40, 0, true));

        assertThat(passed.stream().filter(c -> c.text().contains("left out")).count())
                .isBetween(10L, 31L);
        assertThat(passed.stream().mapToLong(OutputChunk::length).sum())
                .isLessThan(BURST + 61L * PER_SECOND + LiveOutput.HELD_BYTES);
    }
}
