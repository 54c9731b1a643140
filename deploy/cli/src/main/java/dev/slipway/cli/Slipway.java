package dev.slipway.cli;

import dev.slipway.cli.api.ApiFailure;
import dev.slipway.cli.bundle.BundleCommand;
import dev.slipway.cli.cluster.AdoptCommand;
import dev.slipway.cli.cluster.ApplyCommand;
import dev.slipway.cli.cluster.BackupCommand;
import dev.slipway.cli.cluster.CheckCommand;
import dev.slipway.cli.cluster.ConfigCommand;
import dev.slipway.cli.cluster.ImportCommand;
import dev.slipway.cli.cluster.InitCommand;
import dev.slipway.cli.cluster.KubeconfigCommand;
import dev.slipway.cli.cluster.ResetCommand;
import dev.slipway.cli.cluster.RestoreCommand;
import dev.slipway.cli.cluster.UpgradeCommand;
import dev.slipway.cli.cluster.ValidateCommand;
import dev.slipway.cli.exec.ExecCommand;
import dev.slipway.cli.host.HostsCommand;
import dev.slipway.cli.host.SshCaCommand;
import dev.slipway.cli.print.Terminal;
import dev.slipway.cli.run.DescribeCommand;
import dev.slipway.cli.run.GetCommand;
import dev.slipway.cli.run.LogsCommand;
import dev.slipway.cli.run.RunActionCommand;
import dev.slipway.cli.stack.DemoCommand;
import dev.slipway.cli.stack.DoctorCommand;
import dev.slipway.cli.stack.DownCommand;
import dev.slipway.cli.stack.StatusCommand;
import dev.slipway.cli.stack.UpCommand;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// Entry point. Every failure ends here: one message on standard error, what to do next, and an
/// exit code of [ExitCode].
@Command(
        name = "slipway",
        description =
                "Installs and runs Kubernetes clusters over SSH, and runs commands on many hosts.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = false,
        subcommands = {
            DemoCommand.class,
            UpCommand.class,
            StatusCommand.class,
            DownCommand.class,
            DoctorCommand.class,
            InitCommand.class,
            ImportCommand.class,
            ValidateCommand.class,
            CheckCommand.class,
            ApplyCommand.class,
            AdoptCommand.class,
            UpgradeCommand.class,
            ConfigCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            BundleCommand.class,
            ExecCommand.class,
            GetCommand.class,
            DescribeCommand.class,
            LogsCommand.class,
            RunActionCommand.Pause.class,
            RunActionCommand.Resume.class,
            RunActionCommand.Cancel.class,
            RunActionCommand.Retry.class,
            ResetCommand.class,
            HostsCommand.class,
            SshCaCommand.class,
            KubeconfigCommand.class,
            ExplainCommand.class,
            VersionCommand.class
        },
        footer = {
            "",
            "Exit codes: 0 ok, 1 failed, 2 usage, 3 limit reached, 4 waiting (paused, unapproved), 5 incomplete (import)."
        })
public final class Slipway implements Runnable {
    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    @CommandLine.Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = CommandLine.ScopeType.INHERIT,
            description = "Show this help.")
    private boolean help;

    public static void main(String[] arguments) {
        System.setOut(new PrintStream(System.out, false, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(System.err, true, StandardCharsets.UTF_8));
        int code = commandLine().execute(arguments);
        System.out.flush();
        System.exit(code);
    }

    /// The whole command line, for `main` and for tests.
    public static CommandLine commandLine() {
        return new CommandLine(new Slipway())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> report(failure));
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Name a command.");
    }

    private static int report(Exception failure) {
        System.out.flush();
        return switch (failure) {
            case CommandFailure f -> {
                System.err.println("slipway: " + Terminal.safe(String.valueOf(f.getMessage())));
                yield f.exitCode();
            }
            case ApiFailure f -> {
                System.err.println("slipway: " + Terminal.safe(f.report()));
                yield f.exitCode();
            }
            default -> {
                System.err.println(
                        "slipway: unexpected failure, please report it with the lines below:");
                failure.printStackTrace(System.err);
                yield ExitCode.FAILED;
            }
        };
    }
}
