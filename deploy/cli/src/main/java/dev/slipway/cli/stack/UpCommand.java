package dev.slipway.cli.stack;

import dev.slipway.local.LocalStack;
import picocli.CommandLine.Command;

@Command(
        name = "up",
        description = "Start the local stack: database, broker and the four services.")
public final class UpCommand implements Runnable {
    @Override
    public void run() {
        LocalStack stack = Stack.open();
        DoctorCommand.requireHealthy(stack);
        Stack.start(stack);
        System.out.println(
                "Next: slipway init root@10.0.0.1 root@10.0.0.2 > my.yaml, or slipway demo");
    }
}
