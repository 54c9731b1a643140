package dev.slipway.cli.bundle;

import picocli.CommandLine.Command;

@Command(
        name = "bundle",
        description = "Carry what hosts would fetch to where there is no internet.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {CreateCommand.class, PushCommand.class})
public final class BundleCommand {}
