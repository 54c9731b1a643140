package dev.slipway.simulator.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// How hosts are separated from the machine. Root maps their root to an unprivileged range of uids,
/// so that a host has users and owners; an ordinary user has one uid to give, so there everybody is
/// root in the host and `chown` is only remembered.
final class Namespaces implements AutoCloseable {

    /// First outer uid of the range; high enough to belong to nobody on common systems.
    private static final int FIRST_UID = 1_879_048_192;

    private static final int UIDS = 65_536;

    private final Process holder;

    private Namespaces(Process holder) {
        this.holder = holder;
    }

    static boolean singleUid() {
        return !currentUserIsRoot();
    }

    private static boolean currentUserIsRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException e) {
            throw new SimulatorFailure("cannot read /proc/self: the simulator needs Linux", e);
        }
    }

    /// Opens the user namespace that hosts share, or says how to allow one.
    static Namespaces open() {
        try {
            List<String> probe = new ArrayList<>(List.of("unshare"));
            probe.addAll(
                    singleUid()
                            ? List.of(
                                    "--map-root-user",
                                    "--mount",
                                    "--pid",
                                    "--uts",
                                    "--ipc",
                                    "--fork")
                            : List.of("--user"));
            probe.addAll(List.of("--", "/bin/sh", "-c", "echo ready; cat"));
            Process holder = new ProcessBuilder(probe).start();
            String line = holder.inputReader(StandardCharsets.UTF_8).readLine();
            if (!"ready".equals(line)) {
                String reason =
                        new String(holder.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
                throw refused(reason.strip());
            }
            if (!singleUid()) {
                String map = "0 %d %d\n".formatted(FIRST_UID, UIDS);
                Files.writeString(Path.of("/proc/" + holder.pid() + "/uid_map"), map);
                Files.writeString(Path.of("/proc/" + holder.pid() + "/gid_map"), map);
            }
            return new Namespaces(holder);
        } catch (IOException e) {
            throw refused(String.valueOf(e.getMessage()));
        }
    }

    private static SimulatorFailure refused(String reason) {
        return new SimulatorFailure(
                "simulated hosts need user namespaces, and this machine refuses them (%s): allow them with \"sysctl -w user.max_user_namespaces=10000\", on Debian also \"sysctl -w kernel.unprivileged_userns_clone=1\", on Ubuntu \"sysctl -w kernel.apparmor_restrict_unprivileged_userns=0\"; in a container give it --privileged; or run as root"
                        .formatted(reason));
    }

    /// Gives a directory to the root of the hosts.
    void own(Path directory) throws IOException {
        if (!singleUid()) {
            Files.setAttribute(directory, "unix:uid", FIRST_UID);
            Files.setAttribute(directory, "unix:gid", FIRST_UID);
        }
    }

    /// The command that becomes a host's first process; its standard input keeps the host alive.
    List<String> bootCommand(Path home, String host) {
        List<String> command = new ArrayList<>(List.of("unshare"));
        if (singleUid()) {
            command.add("--map-root-user");
        }
        command.addAll(
                List.of(
                        "--mount",
                        "--propagation",
                        "private",
                        "--",
                        "/bin/sh",
                        home.resolve("tools/boot/stage.sh").toString(),
                        home.toString(),
                        host,
                        singleUid() ? "-" : Long.toString(holder.pid())));
        return command;
    }

    /// The command that runs another one inside the namespaces of process `init`, as root of the
    /// host.
    static List<String> enterCommand(long init) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "nsenter",
                                "--target",
                                Long.toString(init),
                                "--user",
                                "--mount",
                                "--pid",
                                "--uts",
                                "--ipc"));
        command.addAll(
                singleUid()
                        ? List.of("--preserve-credentials")
                        : List.of("--setuid", "0", "--setgid", "0"));
        command.add("--");
        return command;
    }

    @Override
    public void close() {
        holder.destroyForcibly();
        try {
            holder.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
