package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.planner.plan.node.Script;
import dev.slipway.planner.plan.node.Services;

/// What a service was started with, kept on the host as a checksum: it is started again only where
/// something else is there now.
///
/// @param sum the shell command that prints the checksum
/// @param file where that of the last start is kept
record ServiceStamp(Services services, String service, String sum, RemotePath file) {
    /// A shell condition: it runs, with what is there now.
    String isCurrent() {
        return Script.fill(
                "@ACTIVE@ && [ \"$(@SUM@)\" = \"$(cat @STAMP@ 2>/dev/null)\" ]",
                "ACTIVE",
                services.isActive(service),
                "SUM",
                sum,
                "STAMP",
                ShellQuote.quote(file.value()));
    }

    /// Starts it with what is there now, and with the next boots.
    String restart() {
        return Script.fill(
                """
                @ENABLE@
                @RESTART@
                @SUM@ > @STAMP@
                """,
                "ENABLE",
                services.enable(service),
                "RESTART",
                services.restart(service),
                "SUM",
                sum,
                "STAMP",
                ShellQuote.quote(file.value()));
    }
}
