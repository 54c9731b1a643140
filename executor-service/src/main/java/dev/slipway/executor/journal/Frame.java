package dev.slipway.executor.journal;

import dev.slipway.contracts.outcome.StepOutcome;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// What the journal's program says on the channel, in its order.
public sealed interface Frame {
    /// The program runs. Said again where a crashed one was taken up.
    record Begun(Instant at) implements Frame {}

    /// @param attached whether it ran, or had ended, before this delivery
    record Claimed(boolean attached) implements Frame {}

    /// @param number 1 and up
    /// @param offset of the step's first byte of output
    record StepStarted(int number, Instant at, long offset) implements Frame {}

    /// @param exitCode of a command that was not ended by a signal
    record StepEnded(int number, StepOutcome outcome, Optional<Integer> exitCode, Duration duration)
            implements Frame {}

    /// @param offset of the first byte in the attempt's output
    record Output(long offset, ByteBuffer bytes) implements Frame {}

    record Fact(int number, ByteBuffer bytes) implements Frame {}

    /// Nothing new, but the host is there.
    record Beat() implements Frame {}

    /// The host did not take the order. Nothing of this delivery runs.
    ///
    /// @param reason a reason code's name
    /// @param detail what it is about
    record Refused(String reason, String detail) implements Frame {}

    /// The program that ran the attempt is gone without a result: deliver again.
    record Lost() implements Frame {}

    /// The last one.
    ///
    /// @param outcome a task outcome's name
    /// @param reason a reason code's name; `-` if there is none
    record Ended(String outcome, String reason, Duration hostTime) implements Frame {}
}
