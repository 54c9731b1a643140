package dev.slipway.cli;

import dev.slipway.contracts.outcome.ReasonCode;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "explain", description = "Say what a reason code means and what to do.")
final class ExplainCommand implements Runnable {
    @Parameters(
            arity = "0..1",
            paramLabel = "CODE",
            description = "The code; without it, all are listed.")
    private Optional<String> code = Optional.empty();

    @Override
    public void run() {
        if (code.isEmpty()) {
            Arrays.stream(ReasonCode.values())
                    .forEach(c -> System.out.printf("%-26s %s%n", c.name(), c.summary()));
            return;
        }
        ReasonCode found = find(code.get());
        System.out.println(found.name());
        System.out.println("  What happened: " + found.summary());
        System.out.println("  What to do:    " + found.advice());
    }

    private static ReasonCode find(String text) {
        String wanted = text.toUpperCase(Locale.ROOT).replace('-', '_');
        return Arrays.stream(ReasonCode.values())
                .filter(c -> c.name().equals(wanted))
                .findFirst()
                .orElseThrow(() ->
                        CommandFailure.usage(
                                "there is no reason code \"%s\": `slipway explain` lists them"
                                        .formatted(text)));
    }
}
