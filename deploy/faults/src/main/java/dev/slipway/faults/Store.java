package dev.slipway.faults;

import dev.slipway.planner.run.RunState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The planner's database: what is committed, the run's row lock, the relay's advisory lock. A
/// restart ends every session and rolls back what was not committed.
final class Store {
    /// The session is over, or the commit's answer did not come.
    static final class Away extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Away() {
            super("the database is away", null, false, false);
        }
    }

    /// @param value a record of the outbox, as the broker will have it
    record Row(String topic, String key, Object value) {}

    private final Baton baton;
    private final TreeMap<Long, Row> outbox = new TreeMap<>();
    final Baton.Signal news;
    private final Baton.Signal unlocked;
    private RunState run;
    private long nextRow = 1;
    private int epoch = 1;
    private boolean up = true;
    private boolean slow;
    private double losingAnswers;
    private @Nullable Lock locked;
    private Baton.@Nullable Unit leader;
    private Duration prepareAfter = Duration.ZERO;

    Store(Baton baton, RunState run) {
        this.baton = baton;
        this.run = run;
        this.news = baton.signal();
        this.unlocked = baton.signal();
    }

    RunState run() {
        return run;
    }

    /// Whether anything was committed.
    boolean opened() {
        return nextRow > 1;
    }

    int epoch() {
        return epoch;
    }

    void goDown() {
        up = false;
        epoch++;
        locked = null;
        leader = null;
        unlocked.raise();
    }

    void comeUp() {
        up = true;
    }

    boolean whole() {
        return up && !slow && losingAnswers == 0;
    }

    void slow(boolean value) {
        slow = value;
    }

    void losingAnswers(double share) {
        losingAnswers = share;
    }

    /// One round trip of a session that began in that epoch.
    void statement(int session) {
        baton.sys();
        if (slow) {
            baton.sleep(baton.between(Duration.ZERO, Duration.ofMillis(800)));
        }
        if (!up || session != epoch) {
            throw new Away();
        }
    }

    /// The run's row, locked.
    record Lock(Baton.Unit holder) {}

    /// @return nothing where the row is locked and not waited for
    Optional<Lock> lock(Baton.Unit process, int session, boolean wait) {
        statement(session);
        while (locked != null && !locked.holder().dead()) {
            if (!wait) {
                return Optional.empty();
            }
            unlocked.await(Duration.ofSeconds(5));
            statement(session);
        }
        var lock = new Lock(process);
        locked = lock;
        return Optional.of(lock);
    }

    @SuppressWarnings("ReferenceEquality") // two locks of a process are two
    void unlock(Lock lock) {
        if (locked == lock) {
            locked = null;
            unlocked.raise();
        }
    }

    /// @param committed called when it is, whether or not the answer comes
    void commit(int session, RunState after, List<Row> rows, Runnable committed) {
        statement(session);
        run = after;
        rows.forEach(row -> outbox.put(nextRow++, row));
        committed.run();
        news.raise();
        if (losingAnswers > 0 && baton.chance(losingAnswers)) {
            throw new Away();
        }
    }

    boolean lead(Baton.Unit process, int session) {
        statement(session);
        if (leader == null || leader.dead()) {
            leader = process;
        }
        return leader == process;
    }

    Map<Long, Row> next(int session, int most) {
        statement(session);
        var rows = new TreeMap<Long, Row>();
        outbox.entrySet().stream().limit(most).forEach(e -> rows.put(e.getKey(), e.getValue()));
        return rows;
    }

    void delete(int session, List<Long> ids) {
        statement(session);
        ids.forEach(outbox::remove);
    }

    boolean relayed() {
        return outbox.isEmpty();
    }

    /// Takes the right to make the plan, for a while.
    boolean claimPlanning(int session, Duration lease) {
        statement(session);
        if (baton.elapsed().compareTo(prepareAfter) < 0) {
            return false;
        }
        prepareAfter = baton.elapsed().plus(lease);
        return true;
    }

    void planned() {
        prepareAfter = Duration.ZERO;
    }

    Optional<Duration> planningDue() {
        return Optional.of(prepareAfter);
    }
}
