package dev.slipway.cli.stack;

import dev.slipway.cli.CommandFailure;
import dev.slipway.cli.print.Terminal;
import dev.slipway.cli.print.Times;
import dev.slipway.local.LocalStack;
import dev.slipway.local.Readiness;
import dev.slipway.local.UpOutcome;
import dev.slipway.local.home.StackHome;
import dev.slipway.local.part.StackPrograms;
import dev.slipway.local.supervisor.PartState;
import dev.slipway.local.supervisor.PartStatus;
import dev.slipway.local.supervisor.StackStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/// The local stack of this checkout, with its story on the screen.
final class Stack {
    private static final Duration READY_LIMIT = Duration.ofMinutes(5);

    private Stack() {}

    static LocalStack open() {
        return new LocalStack(StackHome.byDefault(), StackPrograms.ofCheckout(checkout()));
    }

    /// Where the checkout is: the launcher says it.
    static Path checkout() {
        String root = System.getenv("SLIPWAY_ROOT");
        if (root == null || root.isBlank()) {
            throw CommandFailure.usage(
                    "SLIPWAY_ROOT is not set: start the command line with deploy/slipway");
        }
        return Path.of(root);
    }

    /// Starts what does not run and waits until all of it serves.
    static StackStatus start(LocalStack stack) {
        return start(stack, 1);
    }

    /// The same with some executors, where the stack does not run yet.
    static StackStatus start(LocalStack stack, int executors) {
        Instant began = Instant.now();
        switch (stack.up(executors)) {
            case UpOutcome.Refused(String message) -> throw CommandFailure.failed(message);
            case UpOutcome.AlreadyRunning already -> {
                if (already.status().ready()) {
                    say("the stack runs already");
                    return already.status();
                }
                say("the stack is starting already");
            }
            case UpOutcome.Started started ->
                    say("starting the stack in %s".formatted(stack.home().root()));
        }
        Map<String, PartState> shown = new HashMap<>();
        return switch (stack.waitReady(READY_LIMIT, now -> report(now, shown, began))) {
            case Readiness.Ready(StackStatus status) -> {
                say(
                        "the stack is ready after %s"
                                .formatted(Times.text(Duration.between(began, Instant.now()))));
                yield status;
            }
            case Readiness.NotReady(String message) ->
                    throw CommandFailure.failed(
                            "the stack did not get ready: %s".formatted(message));
        };
    }

    /// A step of a longer story.
    static void say(String text) {
        System.out.println("==> " + Terminal.safe(text));
        System.out.flush();
    }

    private static void report(StackStatus now, Map<String, PartState> shown, Instant began) {
        for (PartStatus part : now.parts()) {
            PartState before = shown.put(part.part(), part.state());
            boolean worthALine =
                    part.state() == PartState.READY || part.state() == PartState.BACKING_OFF;
            if (before != part.state() && worthALine) {
                System.out.printf(
                        "    %6s  %-10s %s%s%n",
                        Times.text(Duration.between(began, Instant.now())),
                        part.part(),
                        part.state().words(),
                        part.message()
                                .filter(m -> part.state() == PartState.BACKING_OFF)
                                .map(m -> ": " + Terminal.safe(m))
                                .orElse(""));
                System.out.flush();
            }
        }
    }
}
