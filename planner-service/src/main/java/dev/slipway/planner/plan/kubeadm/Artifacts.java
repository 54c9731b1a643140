package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.Artifact;
import java.time.Duration;

/// Tarballs that a host fetches, checks and unpacks. What was unpacked is listed, so that `reset`
/// can remove it.
final class Artifacts {
    private Artifacts() {}

    static Step fetch(Artifact artifact) {
        String stamp = NodePaths.ARTIFACTS.resolveInside(artifact.name() + ".sha256").value();
        return Step.Command.of(
                        "fetch-" + artifact.name(),
                        Script.fill(
                                """
                                name=@NAME@
                                into=@INTO@
                                directory=@DIRECTORY@
                                tarball=$directory/$name.tar.gz
                                mkdir -p "$directory" "$into"
                                @FETCH@
                                fetch @URL@ "$tarball" @SHA256@
                                tar -tzf "$tarball" > "$directory/$name.files"
                                if grep -Eq '(^/|(^|/)\\.\\.(/|$))' "$directory/$name.files"; then
                                    echo "slipway: unsafe path in $name" >&2
                                    exit 1
                                fi
                                sed "s|^|$into/|" "$directory/$name.files" > "$directory/$name.made"
                                tar -xzof "$tarball" -C "$into"
                                rm -f "$tarball" "$directory/$name.files"
                                printf '%s\\n' @SHA256@ > @STAMP@
                                """,
                                "NAME",
                                ShellQuote.quote(artifact.name()),
                                "INTO",
                                ShellQuote.quote(artifact.into().value()),
                                "DIRECTORY",
                                ShellQuote.quote(NodePaths.ARTIFACTS.value()),
                                "FETCH",
                                FETCH_FUNCTION,
                                "URL",
                                ShellQuote.quote(artifact.url()),
                                "SHA256",
                                ShellQuote.quote(artifact.sha256().value()),
                                "STAMP",
                                ShellQuote.quote(stamp)),
                        Duration.ofMinutes(10))
                .withRerun()
                .unless(
                        "[ \"$(cat %s 2>/dev/null)\" = %s ]"
                                .formatted(
                                        ShellQuote.quote(stamp),
                                        ShellQuote.quote(artifact.sha256().value())))
                .failingAs(Failures.FETCH);
    }

    /// `fetch URL FILE SHA256`, with curl or wget; a partial file is never left under its name.
    static final String FETCH_FUNCTION =
            """
            fetch() {
                if command -v curl >/dev/null 2>&1; then
                    curl -fsSL --retry 3 --connect-timeout 15 -o "$2.part" "$1" || { rm -f "$2.part"; echo "slipway: download failed: $1" >&2; exit 1; }
                else
                    wget -q -T 60 -O "$2.part" "$1" || { rm -f "$2.part"; echo "slipway: download failed: $1" >&2; exit 1; }
                fi
                found=$(sha256sum < "$2.part")
                if [ "${found%% *}" != "$3" ]; then
                    rm -f "$2.part"
                    echo "slipway: checksum mismatch: $1 has ${found%% *}, expected $3" >&2
                    exit 1
                fi
                mv -f "$2.part" "$2"
            }
            """;

    /// Files only: directories may be shared with what others installed.
    static Step remove() {
        return Steps.rerunnable(
                "remove-artifacts",
                Script.fill(
                        """
                        for list in @DIRECTORY@/*.made; do
                            if [ ! -f "$list" ]; then continue; fi
                            while IFS= read -r path; do
                                if [ ! -d "$path" ]; then rm -f "$path"; fi
                            done < "$list"
                        done
                        rm -rf @DIRECTORY@
                        """,
                        "DIRECTORY",
                        NodePaths.ARTIFACTS.value()));
    }
}
