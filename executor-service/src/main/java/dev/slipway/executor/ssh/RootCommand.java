package dev.slipway.executor.ssh;

import dev.slipway.contracts.order.ShellQuote;

/// How a root shell is asked for. The texts are constants, so that nothing of an order or a
/// credential shows in a process list; they are one line without backslash or exclamation mark, so
/// that any login shell passes them on unchanged.
enum RootCommand {
    /// Root already, by whatever name, or sudo without password.
    DIRECT(
            RootCommand.USER
                    + "if [ \"$user\" = 0 ]; then exec /bin/sh -c \"$1\"; fi; LC_ALL=C exec sudo -n -- /bin/sh -c \"$1\""),
    /// sudo reads the password from standard input.
    WITH_PASSWORD("LC_ALL=C exec sudo -S -p " + RootCommand.PROMPT + " -- /bin/sh -c \"$1\"");

    /// What sudo prints before it reads a password.
    static final String PROMPT = "slipway-sudo-prompt:";

    /// What the root shell prints first, followed by a nonce and its user id.
    static final String READY = "SLIPWAY-READY";

    /// Sets `user` to the effective user's id, without starting a process (proc(5), status).
    private static final String USER =
            "while read -r key _ user _; do [ \"$key\" = Uid: ] && break; done </proc/self/status; ";

    /// The shell takes a nonce of the kernel, says it, and throws away all input up to it: a
    /// password that sudo did not ask for, for one. Then it takes a program by its length and runs
    /// it; byte by byte only where `dd` cannot be told to fill a block, and then it says so before
    /// it reads anything. What is done here is done on every host for every task: hence so few
    /// processes.
    private static final String LOADER =
            "PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH; LC_ALL=C; export LC_ALL; umask 077; "
                    + "IFS=- read -r a b c d e </proc/sys/kernel/random/uuid && nonce=$a$b$c$d$e; [ -n \"$nonce\" ] || exit 97; "
                    + USER
                    + "echo; echo \""
                    + READY
                    + " $nonce $user\"; line=; "
                    + "while [ \"$line\" != \"$nonce\" ]; do IFS= read -r line || exit 1; done; "
                    + "IFS= read -r bytes || exit 1; "
                    + "program=$(dd bs=$bytes count=1 iflag=fullblock 2>/dev/null || dd bs=1 count=$bytes 2>/dev/null); eval \"$program\"";

    private final String text;

    RootCommand(String opening) {
        this.text = "/bin/sh -c " + ShellQuote.quote(opening) + " sh ";
    }

    /// The string for the SSH exec request.
    String exec() {
        return text + ShellQuote.quote(LOADER);
    }
}
