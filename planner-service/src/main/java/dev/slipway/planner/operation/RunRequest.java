package dev.slipway.planner.operation;

import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.planner.clusterfile.FileSource;
import dev.slipway.planner.plan.Operation;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a user asks for.
///
/// @param operation `apply`, `adopt`, `reset`, `backup`, `restore`, `check` or `exec`
/// @param clusterfile YAML text; absent: the cluster's latest revision; for `exec` a document of
///   kind `Hosts` does as well
/// @param cluster which one, where no Clusterfile names it
/// @param dryRun whether the plan is only shown; default no
/// @param acceptNewHostKeys whether hosts of which no key is known are trusted at first sight;
///   default no
/// @param strict whether the failure limit is a ceiling; default no
/// @param hosts only these, by name, address, or address and port; served for `exec` only
/// @param exec what to run, for `exec`
/// @param archive absolute paths on the host: for `backup` the folder that the file goes to,
///   default `/var/backups/slipway`; for `restore` the file, which has no default
/// @param takeAuthority for `adopt`: that the private keys of the cluster's authority may be read
///   from its first control plane and kept; has no default unless `dryRun`
record RunRequest(
        @NotNull Operation operation,
        Optional<String> clusterfile,
        Optional<String> cluster,
        Optional<Boolean> dryRun,
        Optional<Boolean> acceptNewHostKeys,
        Optional<Boolean> strict,
        Optional<List<String>> hosts,
        Optional<Exec> exec,
        Optional<String> archive,
        Optional<Boolean> takeAuthority) {
    private static final RemotePath BACKUPS = RemotePath.of("/var/backups/slipway");

    /// What `exec` runs as root on each host. It stands in plans and events, so it is no place for
    /// secrets.
    ///
    /// @param command one text: a line of shell; several: a command and its arguments, as they are
    /// @param script the text of a script file, instead of `command`; its first line may name an
    ///   interpreter (`#!`); at most 64 KiB, and 32 MiB over all hosts
    /// @param scriptFile the same from the content store (`PUT /v1/contents/SHA256`), at most 16
    ///   MiB; nothing of it stays on the hosts
    /// @param environment variables, names `[A-Z_][A-Z0-9_]*`
    /// @param role only hosts that have it
    /// @param readOnly whether it changes nothing on the hosts, so that it may run beside what
    ///   does; default no
    /// @param maxParallel hosts at once, 1 to 1000; default `spec.limits.phases.exec`, then 50
    /// @param maxFailures failed and unknown hosts that halt the run, 1 to 5001; default
    ///   `spec.limits.phases.exec`, then a tenth of the hosts, at least 2
    /// @param timeout on one host, 1 second to 12 hours; default `spec.limits.phases.exec`, then 5
    ///   minutes
    /// @param deadline for all hosts, 1 second to 7 days; default: what they need if each uses up
    ///   its timeout, and a minute besides, `maxParallel` at once
    record Exec(
            Optional<List<String>> command,
            Optional<String> script,
            Optional<FileSource.Stored> scriptFile,
            Optional<Map<String, String>> environment,
            Optional<String> role,
            Optional<Boolean> readOnly,
            Optional<Integer> maxParallel,
            Optional<Integer> maxFailures,
            Optional<Duration> timeout,
            Optional<Duration> deadline) {
        Exec {
            command = command.map(List::copyOf);
            environment = environment.map(Map::copyOf);
        }
    }

    RunRecord.Wishes wishes() {
        requireConsent();
        return new RunRecord.Wishes(
                dryRun.orElse(false),
                strict.orElse(false),
                acceptNewHostKeys.orElse(false),
                path());
    }

    /// Nobody's private keys are taken unasked.
    private void requireConsent() {
        if (operation != Operation.ADOPT) {
            if (takeAuthority.isPresent()) {
                throw Refusal.invalid(
                        "field \"takeAuthority\" is of operation adopt only, and the operation is \"%s\""
                                .formatted(operation.word()));
            }
        } else if (!dryRun.orElse(false) && !takeAuthority.orElse(false)) {
            throw Refusal.invalid(
                    "operation \"adopt\" reads %s from /etc/kubernetes/pki of the first control plane and keeps them: say \"takeAuthority\": true"
                            .formatted(String.join(", ", Materials.AUTHORITY_FILES)));
        }
    }

    /// @throws dev.slipway.chassis.problem.ProblemFailure if it is missing, none, or said of
    ///   another operation
    private Optional<RemotePath> path() {
        return switch (operation) {
            case BACKUP -> Optional.of(archive.map(RunRequest::path).orElse(BACKUPS));
            case RESTORE ->
                    Optional.of(
                            archive.map(RunRequest::path)
                                    .orElseThrow(() ->
                                            Refusal.invalid(
                                                    "operation \"restore\" needs field \"archive\": the path of a backup on the first control plane")));
            case APPLY, ADOPT, RESET, CHECK, EXEC, VIEW -> {
                if (archive.isPresent()) {
                    throw Refusal.invalid(
                            "field \"archive\" is of operations backup and restore only, and the operation is \"%s\""
                                    .formatted(operation.word()));
                }
                yield Optional.empty();
            }
        };
    }

    private static RemotePath path(String text) {
        try {
            return RemotePath.of(text);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid("field \"archive\": " + e.getMessage());
        }
    }
}
