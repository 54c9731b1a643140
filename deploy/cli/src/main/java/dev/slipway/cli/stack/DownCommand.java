package dev.slipway.cli.stack;

import dev.slipway.cli.CommandFailure;
import dev.slipway.cli.print.Confirmation;
import dev.slipway.local.DownOutcome;
import dev.slipway.local.LocalStack;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "down",
        description = "End the local stack; its data stays unless --purge is given.")
public final class DownCommand implements Runnable {
    @Option(names = "--purge", description = "Remove its data, keys and configuration too.")
    private boolean purge;

    @Option(names = "--yes", description = "Do not ask before --purge.")
    private boolean yes;

    @Override
    public void run() {
        LocalStack stack = Stack.open();
        if (purge) {
            Confirmation.require(
                    yes,
                    "This removes every cluster's keys and history from %s."
                            .formatted(stack.home().root()),
                    "purge");
        }
        end(stack, purge);
    }

    static void end(LocalStack stack, boolean purge) {
        System.out.println(
                switch (purge ? stack.purge() : stack.down()) {
                    case DownOutcome.Stopped stopped ->
                            purge ? "the stack is down, its data is removed" : "the stack is down";
                    case DownOutcome.NotRunning none ->
                            purge
                                    ? "the stack was down, its data is removed"
                                    : "the stack was down already";
                    case DownOutcome.OrphansEnded(long parts) ->
                            "the stack is down; %d parts left behind were ended".formatted(parts);
                    case DownOutcome.Refused(String message) ->
                            throw CommandFailure.failed(message);
                });
    }
}
