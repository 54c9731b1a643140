package dev.slipway.cli.cluster;

import dev.slipway.cli.CommandFailure;
import dev.slipway.cli.ExitCode;
import dev.slipway.cli.print.Output;
import dev.slipway.cli.print.Table;
import dev.slipway.cli.print.Terminal;
import dev.slipway.contracts.Wire;
import dev.slipway.planner.importer.Imported;
import dev.slipway.planner.importer.ImportedField;
import dev.slipway.planner.importer.ImportedField.Outcome;
import dev.slipway.planner.importer.Importer;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "import",
        description = {
            "Turn another tool's file (k0sctl's, sealer's) into a Clusterfile on standard output.",
            "What became of each field is said on standard error; exit code 5 if any was lost."
        })
public final class ImportCommand implements Callable<Integer> {
    @Mixin private Output output = new Output();

    @Parameters(paramLabel = "FILE", description = "The file; - for standard input.")
    private Path file = Path.of("-");

    @Override
    public Integer call() {
        return switch (Importer.read(Submission.textOf(file))) {
            case Imported.Refused(var problems) ->
                    throw CommandFailure.usage(
                            "nothing was made of %s:\n%s"
                                    .formatted(
                                            file,
                                            problems.stream()
                                                    .map(p -> "  " + file + ": " + p)
                                                    .collect(Collectors.joining("\n"))));
            case Imported.Done done -> {
                output.one(
                        Wire.mapper().valueToTree(done),
                        () -> done.clusterfile().stripTrailing(),
                        _ -> done.format());
                if (output.isForPeople()) {
                    System.out.flush();
                    System.err.println(account(done));
                }
                yield done.isWhole() ? ExitCode.OK : ExitCode.INCOMPLETE;
            }
        };
    }

    private static String account(Imported.Done done) {
        var table = new Table("LINE", "FIELD", "OUTCOME", "BECOMES", "NOTE");
        for (ImportedField field : done.fields()) {
            table.row(
                    String.valueOf(field.line()),
                    field.path(),
                    field.outcome().word(),
                    field.target(),
                    field.note());
        }
        var text = new StringBuilder(table.toString());
        text.append(
                "%n%n%d fields of %s: %d mapped, %d implied, %d lost."
                        .formatted(
                                done.fields().size(),
                                done.format(),
                                count(done, Outcome.MAPPED),
                                count(done, Outcome.IMPLIED),
                                count(done, Outcome.LOST)));
        if (!done.problems().isEmpty()) {
            text.append("%nBefore the Clusterfile can be applied:".formatted());
            done.problems()
                    .forEach(p -> text.append("%n  %s".formatted(Terminal.safe(p.toString()))));
        }
        return text.toString();
    }

    private static long count(Imported.Done done, Outcome outcome) {
        return done.fields().stream().filter(f -> f.outcome() == outcome).count();
    }
}
