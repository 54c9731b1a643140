package dev.slipway.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BackoffTest {

    /// The middle of the jitter's range: a factor of exactly one.
    private static final RandomGenerator MIDDLE =
            new RandomGenerator() {
                @Override
                public long nextLong() {
                    return 0;
                }

                @Override
                public double nextDouble() {
                    return 0.5;
                }
            };

    @Test
    void doublesWithEachFailureInARow() {
        Backoff backoff = new Backoff(MIDDLE);

        assertThat(backoff.after(Duration.ZERO)).hasMillis(500);
        assertThat(backoff.after(Duration.ofSeconds(59))).hasMillis(1000);
        assertThat(backoff.after(Duration.ZERO)).hasMillis(2000);
    }

    @Test
    void neverPausesLongerThanHalfAMinuteAndAQuarter() {
        Backoff backoff = new Backoff(new SplittableRandom(7));

        for (int failure = 0; failure < 100; failure++) {
            assertThat(backoff.after(Duration.ZERO))
                    .isBetween(Duration.ofMillis(375), Duration.ofMillis(37_500));
        }
    }

    @Test
    void beginsAnewAfterAMinuteOfService() {
        Backoff backoff = new Backoff(MIDDLE);
        for (int failure = 0; failure < 10; failure++) {
            backoff.after(Duration.ZERO);
        }

        assertThat(backoff.after(Duration.ofSeconds(60))).hasMillis(500);
    }

    @Test
    void doesNotBringAllPartsBackAtTheSameInstant() {
        SplittableRandom random = new SplittableRandom(7);

        assertThat(new Backoff(random).after(Duration.ZERO))
                .isNotEqualTo(new Backoff(random).after(Duration.ZERO));
    }
}
