package dev.slipway.planner.run;

import dev.slipway.contracts.order.AttemptKind;
import java.time.Instant;

/// Where a task stands. The methods of each state are the only ways out of it.
///
/// ```
///            dispatch              settle
/// Waiting ───────────▶ InFlight ───────────▶ Succeeded | Failed | Cancelled
///  │  ▲                 │    ▲
///  │  └── notStarted ───┤    │ reattempt (adopting or cancelling)
///  │                    ▼    │        tries used up
///  │          overdue  Doubtful ───────────────────▶ Unknown
///  ▼ leaveOut
/// LeftOut            everything on the right and LeftOut: retry ──▶ Waiting
/// ```
///
/// UNKNOWN, as users see it, is Doubtful, InFlight in doubt, and Unknown: none of them gives back
/// its share of window and budget.
public sealed interface TaskState {
    /// The highest attempt ordered so far; 0 if none was.
    int attempt();

    /// A task whose attempts are over, for now.
    sealed interface Finished extends TaskState {
        /// Takes the task up again, with all its tries.
        default Waiting retry() {
            return new Waiting(attempt(), 0, false);
        }
    }

    /// A task that has an order whose result counts when it comes.
    sealed interface Ordered extends TaskState {
        /// Somebody gave up without a look at the host. That settles nothing where the host may
        /// have been changed: by this attempt, which another executor says it started, or by a
        /// lower one. The program's own end is waited for, or an attempt that looks.
        TaskState failUnseen(Failure failure);

        default Succeeded succeed() {
            return new Succeeded(attempt());
        }

        default Failed fail(Failure failure) {
            return new Failed(attempt(), failure);
        }

        default Cancelled cancelled() {
            return new Cancelled(attempt());
        }
    }

    /// Holds no reservation.
    ///
    /// @param tries attempts made since a user asked for the task
    /// @param doubted whether nobody could tell what became of an attempt before that: until a host
    ///   is looked at again it is not known whether that still runs
    record Waiting(int attempt, int tries, boolean doubted) implements TaskState {
        InFlight dispatch(Instant settleBy) {
            return new InFlight(
                    attempt + 1, tries + 1, AttemptKind.FRESH, settleBy, doubted, false);
        }

        Finished leaveOut() {
            return doubted ? new Unknown(attempt) : new LeftOut(attempt);
        }
    }

    /// An order is out and its reservation held.
    ///
    /// @param tries attempts made since a user asked for the task, this one included
    /// @param settleBy when the watchdog stops waiting for its result
    /// @param doubted whether a lower attempt was overdue, so that the host may have been changed
    ///   even if this attempt never starts
    /// @param started whether an executor said that the attempt's program runs
    record InFlight(
            int attempt,
            int tries,
            AttemptKind kind,
            Instant settleBy,
            boolean doubted,
            boolean started)
            implements Ordered {
        /// The attempt with which the user last asked for the task.
        int firstAttempt() {
            return attempt - tries + 1;
        }

        /// The order provably never started. That frees the reservation, unless a lower attempt's
        /// fate is unknown. A cancelling attempt tells of those too: none of them ran.
        TaskState notStarted() {
            return doubted && kind != AttemptKind.CANCEL
                    ? new Doubtful(attempt, tries)
                    : new Waiting(attempt, tries, false);
        }

        @Override
        public TaskState failUnseen(Failure failure) {
            return started ? this : doubted ? overdue() : fail(failure);
        }

        InFlight start() {
            return new InFlight(attempt, tries, kind, settleBy, doubted, true);
        }

        Doubtful overdue() {
            return new Doubtful(attempt, tries);
        }

        /// Waits no longer than until then.
        InFlight settledBy(Instant latest) {
            return settleBy.isAfter(latest)
                    ? new InFlight(attempt, tries, kind, latest, doubted, started)
                    : this;
        }
    }

    /// Overdue; holds its reservation until an adopting attempt tells what became of it.
    record Doubtful(int attempt, int tries) implements Ordered {
        @Override
        public TaskState failUnseen(Failure failure) {
            return this;
        }

        InFlight reattempt(AttemptKind kind, Instant settleBy) {
            return new InFlight(attempt + 1, tries + 1, kind, settleBy, true, false);
        }

        Unknown giveUp() {
            return new Unknown(attempt);
        }
    }

    record Succeeded(int attempt) implements Finished {}

    /// Also a task that was interrupted by a reboot: whether it took effect is not known, but that
    /// it did not succeed is. And one whose host was not reached: until start-by another delivery
    /// of its order may get there after all, and then what its program reports counts, while the
    /// phase runs. It keeps its share of the budget and the failure limit, so that none is exceeded
    /// then.
    record Failed(int attempt, Failure failure) implements Finished, Ordered {
        @Override
        public TaskState failUnseen(Failure later) {
            return this;
        }
    }

    /// Nobody could tell what became of it; keeps its share of every limit. The truth may come
    /// after all.
    record Unknown(int attempt) implements Finished, Ordered {
        @Override
        public TaskState failUnseen(Failure failure) {
            return this;
        }

        @Override
        public Waiting retry() {
            return new Waiting(attempt, 0, true);
        }
    }

    /// Ended on request, after a look at the host.
    record Cancelled(int attempt) implements Finished {}

    /// Not tried, because its host failed before or the run ended early.
    record LeftOut(int attempt) implements Finished {}
}
