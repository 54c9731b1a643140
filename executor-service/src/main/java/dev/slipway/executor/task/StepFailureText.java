package dev.slipway.executor.task;

import dev.slipway.contracts.order.FailurePattern;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// What the running step printed, as much of its end as is needed to tell why it failed.
final class StepFailureText {
    private static final int LIMIT = 1024 * 1024;

    /// Said by the operating system itself, whatever the command is (POSIX.1-2024 §2.3, ENOSPC and
    /// EROFS in the C locale).
    private static final List<FailurePattern> OF_THE_SYSTEM =
            List.of(
                    new FailurePattern("No space left on device", ReasonCode.DISK_FULL),
                    new FailurePattern("Read-only file system", ReasonCode.DISK_READ_ONLY));

    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private long from;

    /// @param offset of the step's first byte
    void stepStarts(long offset) {
        text.reset();
        from = offset;
    }

    void receive(long offset, byte[] bytes) {
        int before = (int) Math.min(bytes.length, Math.max(0, from - offset));
        text.write(bytes, before, bytes.length - before);
        if (text.size() > 2 * LIMIT) {
            byte[] all = text.toByteArray();
            text.reset();
            text.write(all, all.length - LIMIT, LIMIT);
        }
    }

    /// The reason for the step's failure.
    ///
    /// @param byHost what the host made of it
    ReasonCode reason(Step step, ReasonCode byHost) {
        return switch (step) {
            case Step.Await await ->
                    byHost == ReasonCode.AWAIT_TIMEOUT ? await.onTimeout() : byHost;
            case Step.Command command -> byText(command.failures(), byHost);
            case Step.Put _, Step.Read _, Step.Kube _, Step.Deposit _ -> byText(List.of(), byHost);
        };
    }

    private ReasonCode byText(List<FailurePattern> patterns, ReasonCode byHost) {
        boolean ofTheCommand =
                byHost == ReasonCode.COMMAND_FAILED
                        || byHost == ReasonCode.COMMAND_KILLED
                        || byHost == ReasonCode.STEP_TIMEOUT;
        if (!ofTheCommand) {
            return byHost;
        }
        String printed = text.toString(StandardCharsets.UTF_8);
        for (FailurePattern pattern : patterns) {
            if (printed.contains(pattern.text())) {
                return pattern.reason();
            }
        }
        for (FailurePattern pattern : OF_THE_SYSTEM) {
            if (printed.contains(pattern.text())) {
                return pattern.reason();
            }
        }
        return byHost;
    }
}
