package dev.slipway.executor.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BacklogTest {
    /// Near the end of the range, where a sum of times overflows.
    private static final long START = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos();

    @ParameterizedTest
    @CsvSource({
        // per second, asked every ms, out at once, out within 10 s
        "1, 100, 1, 11",
        "1, 3000, 1, 4",
        "10, 100, 3, 102",
        "20, 100, 5, 203",
        "20, 7, 5, 204",
        "20, 200, 5, 201",
        "20, 1000, 5, 50",
        "1000, 100, 201, 10101"
    })
    void letsOutAtItsRateHoweverOftenItIsAsked(
            int perSecond, int everyMillis, int atOnce, int within) {
        var backlog = new Backlog<Integer>(perSecond, 1);
        for (int number = 0; number < 20_000; number++) {
            backlog.hold(number, 1);
        }
        List<Integer> out = new ArrayList<>();
        for (long millis = 0; millis < 10_000; millis += everyMillis) {
            long now = START + Duration.ofMillis(millis).toNanos();
            int before = out.size();
            for (var next = backlog.next(now); next.isPresent(); next = backlog.next(now)) {
                out.add(next.get());
            }
            assertThat(out.size() - before).isLessThanOrEqualTo(atOnce);
            assertThat(out.size()).isGreaterThanOrEqualTo(atOnce);
        }
        assertThat(out).hasSize(within).isSorted();
    }

    @Test
    void savesNoTurnsWhileNothingWaits() {
        var backlog = new Backlog<String>(10, 1);
        backlog.hold("first", 1);
        assertThat(backlog.next(START)).hasValue("first");
        for (int number = 0; number < 9; number++) {
            backlog.hold("later", 1);
        }
        long later = START + Duration.ofMinutes(5).toNanos();
        for (int number = 0; number < 3; number++) {
            assertThat(backlog.next(later)).hasValue("later");
        }
        assertThat(backlog.next(later)).isEmpty();
    }

    @Test
    void isFullByBytesAndNotWhenTheyAreGone() {
        var backlog = new Backlog<String>(1000, 10);
        backlog.hold("a", 9);
        assertThat(backlog.full()).isFalse();
        backlog.hold("b", 9);
        assertThat(backlog.full()).isTrue();
        assertThat(backlog.next(START)).hasValue("a");
        assertThat(backlog.full()).isFalse();
        backlog.hold("c", 9);
        backlog.forget("b"::equals);
        assertThat(backlog.full()).isFalse();
        assertThat(backlog.next(START)).hasValue("c");
    }

    @Test
    void losesNoneAndLetsOnlyThoseGoThatAreForgotten() {
        for (int seed = 0; seed < 100; seed++) {
            var random = new Random(seed);
            var backlog = new Backlog<Integer>(1 + random.nextInt(50), 1_000);
            List<Integer> out = new ArrayList<>();
            for (int number = 0; number < 200; number++) {
                backlog.hold(number, random.nextInt(10));
            }
            backlog.forget(number -> number % 3 == 0);
            for (long now = START; out.size() < 133; now += random.nextInt(100_000_000)) {
                backlog.next(now).ifPresent(out::add);
            }
            assertThat(out).isSorted().allMatch(number -> number % 3 != 0);
            assertThat(backlog.next(START + Duration.ofHours(1).toNanos())).isEmpty();
        }
    }
}
