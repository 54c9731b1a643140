package dev.slipway.cli.stack;

import dev.slipway.cli.CommandFailure;
import dev.slipway.cli.ExitCode;
import dev.slipway.cli.print.Terminal;
import dev.slipway.local.LocalStack;
import dev.slipway.local.doctor.Check;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

@Command(
        name = "doctor",
        description = "Check whether this machine has what the local stack needs.")
public final class DoctorCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        List<Check> checks = Stack.open().doctor();
        checks.forEach(c -> System.out.println(line(c)));
        return checks.stream().anyMatch(c -> c.verdict() == Check.Verdict.FAIL)
                ? ExitCode.FAILED
                : ExitCode.OK;
    }

    /// @throws CommandFailure that lists each failed check with its remedy; warnings are only
    ///   printed
    static void requireHealthy(LocalStack stack) {
        List<Check> checks = stack.doctor();
        List<Check> failed =
                checks.stream().filter(c -> c.verdict() == Check.Verdict.FAIL).toList();
        if (!failed.isEmpty()) {
            throw CommandFailure.failed(
                    "this machine lacks something:\n"
                            + failed.stream()
                                    .map(DoctorCommand::line)
                                    .collect(Collectors.joining("\n")));
        }
        checks.stream()
                .filter(c -> c.verdict() == Check.Verdict.WARN)
                .forEach(c -> System.out.println(line(c)));
    }

    private static String line(Check check) {
        String sign =
                switch (check.verdict()) {
                    case OK -> "ok  ";
                    case WARN -> "warn";
                    case FAIL -> "FAIL";
                };
        String mend = check.mend().isEmpty() ? "" : "\n      → " + check.mend();
        return Terminal.safe("%s  %s: %s%s".formatted(sign, check.name(), check.found(), mend));
    }
}
