package dev.slipway.cli.stack;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.ExitCode;
import dev.slipway.cli.print.Output;
import dev.slipway.cli.print.Table;
import dev.slipway.cli.print.Times;
import dev.slipway.contracts.Wire;
import dev.slipway.local.LocalStack;
import dev.slipway.local.supervisor.PartStatus;
import dev.slipway.local.supervisor.StackStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "status", description = "Show what each part of the local stack does.")
public final class StatusCommand implements Callable<Integer> {
    @Mixin private Output output = new Output();

    @Override
    public Integer call() {
        LocalStack stack = Stack.open();
        Optional<StackStatus> status = stack.status();
        if (status.isEmpty()) {
            System.out.println("The stack is down: start it with `slipway up`.");
            return ExitCode.FAILED;
        }
        JsonNode json = Wire.mapper().valueToTree(status.get());
        output.one(
                json,
                () -> table(status.get(), stack).toString(),
                s -> status.get().ready() ? "ready" : "not-ready");
        return status.get().ready() ? ExitCode.OK : ExitCode.FAILED;
    }

    private static Table table(StackStatus status, LocalStack stack) {
        var table = new Table("PART", "STATE", "SINCE", "RESTARTS", "PID", "PORT", "LOG");
        for (PartStatus p : status.parts()) {
            table.row(
                    p.part(),
                    p.state().words(),
                    Times.text(Duration.between(p.since(), Instant.now())),
                    String.valueOf(p.restarts()),
                    p.process().map(s -> String.valueOf(s.pid())).orElse("-"),
                    p.port().map(String::valueOf).orElse("-"),
                    stack.home().log(p.part()).toString());
        }
        return table;
    }
}
