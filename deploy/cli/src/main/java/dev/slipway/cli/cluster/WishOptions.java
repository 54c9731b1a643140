package dev.slipway.cli.cluster;

import picocli.CommandLine.Option;

/// What may be wished of a run that changes a cluster.
final class WishOptions {
    @Option(
            names = "--dry-run",
            description = "Look at the hosts and show the plan; change nothing.")
    private boolean dryRun;

    @Option(
            names = "--strict",
            description = "Reserve the failure limit too, so that it is never exceeded.")
    private boolean strict;

    @Option(
            names = "--accept-new-host-keys",
            description = "Trust hosts seen for the first time without asking.")
    private boolean acceptNewHostKeys;

    boolean dryRun() {
        return dryRun;
    }

    RunRequest.Wishes wishes() {
        return new RunRequest.Wishes(dryRun, strict, acceptNewHostKeys);
    }

    /// The same wishes, but that the plan is only shown.
    RunRequest.Wishes dry() {
        return new RunRequest.Wishes(true, strict, acceptNewHostKeys);
    }
}
