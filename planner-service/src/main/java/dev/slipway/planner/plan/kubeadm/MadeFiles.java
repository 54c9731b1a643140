package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import java.util.Collection;

/// The list of files that Slipway makes on a host, so that `reset` removes those and nothing else,
/// and puts back what stood there.
final class MadeFiles {
    private MadeFiles() {}

    /// Before the files are written: notes their paths, and keeps a copy of what is there now. A
    /// path already noted is Slipway's own and is not copied.
    static Step remember(Collection<RemotePath> paths) {
        return Steps.rerunnable("remember-files", rememberScript(paths) + CNI);
    }

    /// The same for a script that goes on to write `paths` itself.
    static String rememberScript(Collection<RemotePath> paths) {
        return "%sremember %s\n"
                .formatted(
                        REMEMBER_FUNCTION,
                        ShellQuote.words(paths.stream().map(RemotePath::value).toList()));
    }

    /// `remember PATH…`.
    static final String REMEMBER_FUNCTION =
            Script.fill(
                    """
                    remember() {
                        for path in "$@"; do
                            if grep -qxF "$path" @MADE@ 2>/dev/null; then continue; fi
                            if [ -e "$path" ]; then
                                mkdir -p "@BEFORE@${path%/*}"
                                cp -p "$path" "@BEFORE@$path"
                            fi
                            printf '%s\\n' "$path" >> @MADE@
                        done
                    }
                    """,
                    "MADE", NodePaths.MADE.value(), "BEFORE", NodePaths.BEFORE.value());

    /// The container network's configuration is made by a pod of the cluster's, not by a step: what
    /// is there at `reset` and was not there before goes.
    private static final String CNI =
            Script.fill(
                    """
                    if [ ! -e @CNI_BEFORE@ ]; then
                        ls /etc/cni/net.d > @CNI_BEFORE@.new 2>/dev/null || :
                        mv @CNI_BEFORE@.new @CNI_BEFORE@
                    fi
                    """,
                    "CNI_BEFORE",
                    NodePaths.CNI_BEFORE.value());

    static Step remove() {
        return Steps.rerunnable(
                "remove-files",
                Script.fill(
                        """
                        if [ -e @MADE@ ]; then
                            while IFS= read -r path; do
                                rm -f "$path"
                                if [ -e "@BEFORE@$path" ]; then cp -p "@BEFORE@$path" "$path"; fi
                            done < @MADE@
                        fi
                        if [ -e @CNI_BEFORE@ ]; then
                            for file in /etc/cni/net.d/*; do
                                if [ -e "$file" ] && ! grep -qxF "${file##*/}" @CNI_BEFORE@; then
                                    rm -rf "$file"
                                fi
                            done
                        fi
                        rm -rf @MADE@ @BEFORE@ @CNI_BEFORE@
                        """,
                        "CNI_BEFORE",
                        NodePaths.CNI_BEFORE.value(),
                        "MADE",
                        NodePaths.MADE.value(),
                        "BEFORE",
                        NodePaths.BEFORE.value()));
    }
}
