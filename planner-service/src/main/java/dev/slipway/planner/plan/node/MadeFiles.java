package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import java.util.Collection;

/// The list of files that Slipway makes on a host, so that `reset` removes those and nothing else,
/// and puts back what stood there.
public final class MadeFiles {
    private MadeFiles() {}

    /// Before the files are written: notes their paths, and keeps a copy of what is there now. A
    /// path already noted is Slipway's own and is not copied.
    public static Step remember(Collection<RemotePath> paths) {
        return Steps.rerunnable("remember-files", rememberScript(paths) + CNI);
    }

    /// The same for a script that goes on to write `paths` itself.
    public static String rememberScript(Collection<RemotePath> paths) {
        return "%sremember %s\n"
                .formatted(
                        REMEMBER_FUNCTION,
                        ShellQuote.words(paths.stream().map(RemotePath::value).toList()));
    }

    /// `remember PATH…`.
    public static final String REMEMBER_FUNCTION =
            Script.fill(
                    """
                    remember() {
                        for path in "$@"; do
                            if grep -qxF "$path" @MADE@ 2>/dev/null; then continue; fi
                            if [ -e "$path" ]; then
                                mkdir -p "@BEFORE@${path%/*}"
                                cp -p "$path" "@BEFORE@$path"
                            else
                                rm -f "@BEFORE@$path"
                            fi
                            printf '%s\\n' "$path" >> @MADE@
                        done
                    }
                    """,
                    "MADE", NodePaths.MADE.value(), "BEFORE", NodePaths.BEFORE.value());

    /// `forget PATH`: removes it, and puts back what stood there before. Empty folders that are a
    /// registry's or have Slipway's name go too; others may be the system's.
    ///
    /// @param registries the folder of registries
    private static String forgetFunction(RemotePath registries) {
        return Script.fill(
                """
                forget() {
                    rm -f "$1"
                    if [ -e "@BEFORE@$1" ]; then
                        cp -p "@BEFORE@$1" "$1"
                    else
                        case $1 in @REGISTRIES@/*/* | */slipway/*) rmdir "${1%/*}" 2>/dev/null || : ;; esac
                    fi
                }
                """,
                "BEFORE", NodePaths.BEFORE.value(), "REGISTRIES", registries.value());
    }

    /// After they were written: takes away those that an earlier Clusterfile wanted and this one
    /// does not.
    ///
    /// @param registries the folder of registries
    /// @param wanted all files that are wanted now
    public static Step removeOldRegistries(RemotePath registries, Collection<RemotePath> wanted) {
        return Steps.rerunnable(
                "remove-old-registries",
                Script.fill(
                        """
                        [ -e @MADE@ ] || exit 0
                        @FORGET@
                        wanted() {
                            for path in @WANTED@; do [ "$path" != "$1" ] || return 0; done
                            return 1
                        }
                        : > @MADE@.new
                        while IFS= read -r made; do
                            case $made in
                                @REGISTRIES@/*) wanted "$made" || { forget "$made"; continue; } ;;
                            esac
                            printf '%s\\n' "$made" >> @MADE@.new
                        done < @MADE@
                        mv -f @MADE@.new @MADE@
                        """,
                        "MADE",
                        NodePaths.MADE.value(),
                        "FORGET",
                        forgetFunction(registries),
                        "REGISTRIES",
                        registries.value(),
                        "WANTED",
                        ShellQuote.words(
                                wanted.stream()
                                        .filter(p -> p.isInside(registries))
                                        .map(RemotePath::value)
                                        .toList())));
    }

    /// Takes those away that Slipway made of them, and puts back what stood there before.
    ///
    /// @param registries the folder of registries
    public static Step forget(String step, Collection<RemotePath> paths, RemotePath registries) {
        return Steps.rerunnable(
                step,
                Script.fill(
                        """
                        [ -e @MADE@ ] || exit 0
                        @FORGET@
                        for path in @PATHS@; do
                            if grep -qxF "$path" @MADE@; then
                                forget "$path"
                                grep -vxF "$path" @MADE@ > @MADE@.new || :
                                mv -f @MADE@.new @MADE@
                            fi
                        done
                        """,
                        "MADE",
                        NodePaths.MADE.value(),
                        "FORGET",
                        forgetFunction(registries),
                        "PATHS",
                        ShellQuote.words(paths.stream().map(RemotePath::value).toList())));
    }

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

    /// @param registries the folder of registries
    public static Step remove(RemotePath registries) {
        return Steps.rerunnable(
                "remove-files",
                Script.fill(
                        """
                        @FORGET@
                        if [ -e @MADE@ ]; then
                            while IFS= read -r path; do forget "$path"; done < @MADE@
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
                        "FORGET",
                        forgetFunction(registries),
                        "CNI_BEFORE",
                        NodePaths.CNI_BEFORE.value(),
                        "MADE",
                        NodePaths.MADE.value(),
                        "BEFORE",
                        NodePaths.BEFORE.value()));
    }
}
