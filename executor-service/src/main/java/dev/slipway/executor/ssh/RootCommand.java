package dev.slipway.executor.ssh;

import dev.slipway.contracts.order.ShellQuote;

/// How a root shell is asked for. The texts are constants, so that nothing of an order or a
/// credential shows in a process list; they are one line without backslash or exclamation mark, so
/// that any login shell passes them on unchanged.
enum RootCommand {
    /// Root already, by whatever name, or sudo without password.
    DIRECT(
            "if [ \"$(id -u)\" = 0 ]; then exec /bin/sh -c \"$1\"; fi; LC_ALL=C exec sudo -n -- /bin/sh -c \"$1\""),
    /// sudo reads the password from standard input.
    WITH_PASSWORD("LC_ALL=C exec sudo -S -p " + RootCommand.PROMPT + " -- /bin/sh -c \"$1\"");

    /// What sudo prints before it reads a password.
    static final String PROMPT = "slipway-sudo-prompt:";

    /// What the root shell prints first, followed by a nonce and its user id.
    static final String READY = "SLIPWAY-READY";

    /// The shell makes a nonce, says so, and throws away all input up to it: a password that sudo
    /// did not ask for, for one. Then it takes a program by its length and runs it.
    private static final String LOADER =
            "PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH; LC_ALL=C; export LC_ALL; umask 077; "
                    + "nonce=$(od -An -N16 -tx1 /dev/urandom | tr -dc 0-9a-f); [ -n \"$nonce\" ] || exit 97; "
                    + "echo; echo \""
                    + READY
                    + " $nonce $(id -u)\"; line=; "
                    + "while [ \"$line\" != \"$nonce\" ]; do IFS= read -r line || exit 1; done; "
                    + "IFS= read -r bytes || exit 1; program=$(dd bs=1 count=$bytes 2>/dev/null); eval \"$program\"";

    private final String text;

    RootCommand(String opening) {
        this.text = "/bin/sh -c " + ShellQuote.quote(opening) + " sh ";
    }

    /// The string for the SSH exec request.
    String exec() {
        return text + ShellQuote.quote(LOADER);
    }
}
