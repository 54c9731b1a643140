package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;

/// The name that a host gives itself.
public final class HostName {
    private HostName() {}

    public static Step set(String name) {
        String quoted = ShellQuote.quote(name);
        return Steps.rerunnable(
                        "set-hostname",
                        Script.fill(
                                """
                                if command -v hostnamectl >/dev/null 2>&1; then
                                    hostnamectl set-hostname @NAME@
                                else
                                    printf '%s\\n' @NAME@ > /etc/hostname
                                    hostname @NAME@
                                fi
                                """,
                                "NAME", quoted))
                .unless("[ \"$(uname -n)\" = " + quoted + " ]");
    }
}
