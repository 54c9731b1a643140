package dev.slipway.cli.stack;

import dev.slipway.cli.CommandFailure;
import dev.slipway.local.LocalStack;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "up",
        description = "Start the local stack: database, broker and the four services.")
public final class UpCommand implements Runnable {
    @Option(
            names = "--executors",
            paramLabel = "N",
            description =
                    "Executors that share the tasks, 1 to 8; where one dies another goes on (default: ${DEFAULT-VALUE}).")
    private int executors = 1;

    @Override
    public void run() {
        if (executors < 1 || executors > LocalStack.MAX_EXECUTORS) {
            throw CommandFailure.usage(
                    "--executors %d: expected 1 to %d"
                            .formatted(executors, LocalStack.MAX_EXECUTORS));
        }
        LocalStack stack = Stack.open();
        DoctorCommand.requireHealthy(stack);
        Stack.start(stack, executors);
        System.out.println(
                "Next: slipway init root@10.0.0.1 root@10.0.0.2 > my.yaml, or slipway demo");
    }
}
