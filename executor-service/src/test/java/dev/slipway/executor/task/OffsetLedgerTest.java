package dev.slipway.executor.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OffsetLedgerTest {
    @Test
    void commitsTheFirstUnsettledAndRemembersThoseBeyond() {
        var ledger = new OffsetLedger(10, "");
        for (long offset = 10; offset < 16; offset++) {
            assertThat(ledger.begin(offset)).isTrue();
        }
        ledger.settle(10);
        ledger.settle(12);
        ledger.settle(13);
        ledger.settle(15);
        var commit = ledger.commit();
        assertThat(commit.offset()).isEqualTo(11);
        assertThat(commit.metadata()).isEqualTo("1-2,4");
        var next = new OffsetLedger(commit.offset(), commit.metadata());
        assertThat(next.begin(11)).isTrue();
        assertThat(next.begin(12)).isFalse();
        assertThat(next.begin(13)).isFalse();
        assertThat(next.begin(14)).isTrue();
        assertThat(next.begin(15)).isFalse();
        next.settle(11);
        next.settle(14);
        assertThat(next.commit().offset()).isEqualTo(16);
    }

    @Test
    void neverForgetsAnUnsettledRecordHoweverOwnersChange() {
        for (int seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            var settled = new TreeSet<Long>();
            long committed = 0;
            String metadata = "";
            for (int owner = 0; owner < 5; owner++) {
                var ledger = new OffsetLedger(committed, metadata);
                for (long offset = committed; offset < 60; offset++) {
                    assertThat(ledger.begin(offset)).isEqualTo(!settled.contains(offset));
                    if (!settled.contains(offset) && random.nextInt(3) > 0) {
                        settled.add(offset);
                        ledger.settle(offset);
                    }
                }
                var commit = ledger.commit();
                committed = commit.offset();
                metadata = commit.metadata();
                long first = committed;
                assertThat(
                                settled.containsAll(
                                        java.util.stream.LongStream.range(0, first)
                                                .boxed()
                                                .toList()))
                        .isTrue();
            }
        }
    }

    @Test
    void isCommittedUntilACommitGetsThrough() {
        var ledger = new OffsetLedger(0, "");
        ledger.begin(0);
        ledger.settle(0);
        assertThat(ledger.changed()).isTrue();
        assertThat(ledger.commit().offset()).isEqualTo(1);
        assertThat(ledger.changed()).isFalse();
        ledger.commitAgain();
        assertThat(ledger.changed()).isTrue();
        assertThat(ledger.commit().offset()).isEqualTo(1);
    }

    @Test
    void startsAgainFromMetadataItCannotRead() {
        var ledger = new OffsetLedger(5, "what? is this");
        assertThat(ledger.begin(5)).isTrue();
        assertThat(ledger.begin(6)).isTrue();
    }
}
