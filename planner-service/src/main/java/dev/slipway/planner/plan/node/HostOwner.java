package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.inspect.Ownership;

/// The mark on a host that says whose it is.
public final class HostOwner {
    private static final String REFUSED = "slipway: the host belongs to another cluster";

    private HostOwner() {}

    /// Two who claim the host at once cannot both succeed: a hard link is made by one.
    public static Step claim(Ownership ownership) {
        return Steps.rerunnable(
                        "claim-host",
                        Script.fill(
                                """
                                umask 022
                                file=@FILE@
                                mkdir -p "${file%/*}"
                                new=$file.$$
                                printf '%s' @TEXT@ > "$new"
                                if ln "$new" "$file" 2>/dev/null; then
                                    rm -f "$new"
                                elif @SAME@; then
                                    mv -f "$new" "$file"
                                else
                                    rm -f "$new"
                                    echo '@REFUSED@:' >&2
                                    cat "$file" >&2
                                    exit 1
                                fi
                                """,
                                "FILE",
                                ShellQuote.quote(Ownership.FILE),
                                "TEXT",
                                ShellQuote.quote(ownership.text()),
                                "SAME",
                                same(ownership),
                                "REFUSED",
                                REFUSED))
                .failingAs(Failures.with(Failures.as(REFUSED, ReasonCode.HOST_OWNED_BY_OTHER)));
    }

    /// Ends a reset task at once where the host is somebody else's. A host without a mark passes: a
    /// reset may be repeated.
    public static Step check(Ownership ownership) {
        return Steps.rerunnable(
                        "check-owner",
                        Script.fill(
                                """
                                file=@FILE@
                                if [ -e "$file" ] && ! { @SAME@; }; then
                                    echo '@REFUSED@:' >&2
                                    cat "$file" >&2
                                    exit 1
                                fi
                                """,
                                "FILE",
                                ShellQuote.quote(Ownership.FILE),
                                "SAME",
                                same(ownership),
                                "REFUSED",
                                REFUSED))
                .failingAs(Failures.with(Failures.as(REFUSED, ReasonCode.HOST_OWNED_BY_OTHER)));
    }

    private static String same(Ownership ownership) {
        return "grep -qxF %s \"$file\" && grep -qxF %s \"$file\" && grep -qxF %s \"$file\""
                .formatted(
                        ShellQuote.quote("installation=" + ownership.installation()),
                        ShellQuote.quote("tenant=" + ownership.tenant()),
                        ShellQuote.quote("cluster=" + ownership.cluster()));
    }
}
