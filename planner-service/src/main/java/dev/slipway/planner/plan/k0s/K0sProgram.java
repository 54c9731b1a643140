package dev.slipway.planner.plan.k0s;

import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.order.Part;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.Artifact;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.FileSource;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.Artifacts;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.Script;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// k0s's one program. Where an artifact brings it, it is staged first and takes the place of the
/// one that is there when its turn has come; else it has to be on the host.
final class K0sProgram {
    private static final String NAME = "k0s";

    private K0sProgram() {}

    static Optional<Artifact> artifact(PlanInput input, ClusterHost host) {
        return Artifacts.on(input, host).stream().filter(a -> a.name().equals(NAME)).findFirst();
    }

    /// A program of the content store is put each time: the host has it in the executor's cache,
    /// and a plan does not know what is in its place.
    static List<Step> stage(PlanInput input, ClusterHost host) {
        return artifact(input, host).map(a -> stage(a.source(), input, host)).stream().toList();
    }

    private static Step stage(FileSource source, PlanInput input, ClusterHost host) {
        return switch (source) {
            case FileSource.Url(String url, ContentDigest sha256) ->
                    Step.Command.of(
                                    "fetch-k0s",
                                    Script.fill(
                                            """
                                            staged=@STAGED@
                                            mkdir -p "${staged%/*}"
                                            @FETCH@
                                            fetch @URL@ "$staged" @SHA256@
                                            chmod 0755 "$staged"
                                            """,
                                            "STAGED",
                                            quoted(K0sPaths.STAGED_PROGRAM),
                                            "FETCH",
                                            Artifacts.FETCH_FUNCTION.strip(),
                                            "URL",
                                            ShellQuote.quote(url),
                                            "SHA256",
                                            ShellQuote.quote(sha256.value())),
                                    Duration.ofMinutes(15))
                            .withRerun()
                            .unless(
                                    Script.fill(
                                            "has() { [ -e \"$1\" ] && found=$(sha256sum < \"$1\") && [ \"${found%% *}\" = @SHA256@ ]; }; has @STAGED@ || has @PROGRAM@",
                                            "SHA256",
                                            ShellQuote.quote(sha256.value()),
                                            "STAGED",
                                            quoted(K0sPaths.STAGED_PROGRAM),
                                            "PROGRAM",
                                            quoted(K0sPaths.program(input, host))))
                            .failingAs(Failures.FETCH);
            case FileSource.Stored(ContentDigest content, long size) ->
                    Step.Put.content(
                            "put-k0s",
                            K0sPaths.STAGED_PROGRAM,
                            new Part.Content(content, size),
                            0755);
            case FileSource.Text _, FileSource.Local _ ->
                    throw new IllegalArgumentException("no program comes from " + source);
        };
    }

    /// Looks at the program that is to run, staged or not.
    static Step check(PlanInput input, ClusterHost host) {
        return Steps.rerunnable(
                        "check-k0s",
                        Script.fill(
                                """
                                program=@PROGRAM@
                                @CHOOSE@
                                @CHECK@
                                """,
                                "PROGRAM",
                                quoted(K0sPaths.program(input, host)),
                                "CHOOSE",
                                artifact(input, host).isPresent()
                                        ? STAGED_FIRST
                                        : "rm -f " + quoted(K0sPaths.STAGED_PROGRAM),
                                "CHECK",
                                isOfRelease(input)))
                .failingAs(K0sFailures.PROGRAM);
    }

    private static final String STAGED_FIRST =
            Script.fill(
                    """
                    staged=@STAGED@
                    if cmp -s "$staged" "$program"; then rm -f "$staged"; fi
                    if [ -e "$staged" ]; then program=$staged; fi\
                    """,
                    "STAGED",
                    quoted(K0sPaths.STAGED_PROGRAM));

    /// Puts the program that was staged in the place of the one that is there, and with it what its
    /// containerd reads, and looks whether it is of the release. k0s must not run.
    static Step.Command swap(PlanInput input, ClusterHost host) {
        return Step.Command.of(
                        "swap-program",
                        Script.fill(
                                """
                                program=@PROGRAM@
                                @SWAP@
                                @CHECK@
                                if [ -e @STAGED_CONFIG@ ]; then
                                    mkdir -p @FOLDER@
                                    mv -f @STAGED_CONFIG@ @CONFIG@
                                fi
                                """,
                                "PROGRAM",
                                quoted(K0sPaths.program(input, host)),
                                "SWAP",
                                artifact(input, host).isPresent() ? SWAP : ":",
                                "CHECK",
                                isOfRelease(input),
                                "STAGED_CONFIG",
                                quoted(K0sPaths.STAGED_CONTAINERD_CONFIG),
                                "FOLDER",
                                quoted(K0sPaths.CONTAINERD_CONFIG.parent()),
                                "CONFIG",
                                quoted(K0sPaths.CONTAINERD_CONFIG)),
                        Duration.ofMinutes(5))
                .withRerun()
                .failingAs(K0sFailures.PROGRAM);
    }

    /// A copy, so that it has the label of its folder (SELinux), then a rename: a running program
    /// cannot be written over.
    private static final String SWAP =
            Script.fill(
                    """
                    staged=@STAGED@
                    if [ -e "$staged" ]; then
                        if ! cmp -s "$staged" "$program"; then
                            mkdir -p "${program%/*}"
                            cp "$staged" "$program.slipway"
                            chmod 0755 "$program.slipway"
                            mv -f "$program.slipway" "$program"
                        fi
                        rm -f "$staged"
                    fi\
                    """,
                    "STAGED", quoted(K0sPaths.STAGED_PROGRAM));

    /// Fails unless `$program` is k0s of the release.
    private static String isOfRelease(PlanInput input) {
        return Script.fill(
                """
                if [ ! -x "$program" ]; then
                    echo "slipway: k0s is missing: there is no program $program" >&2
                    exit 1
                fi
                found=$("$program" version)
                if [ "$found" != @RELEASE@ ]; then
                    echo "slipway: $program is k0s $found, expected" @RELEASE@ >&2
                    exit 1
                fi\
                """,
                "RELEASE",
                ShellQuote.quote(K0sInstall.runtime(input).release().toString()));
    }

    private static String quoted(RemotePath path) {
        return ShellQuote.quote(path.value());
    }
}
