package dev.slipway.local.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the kernel says of the machine; a folder stands for `/proc`, so that tests can show another
/// machine.
///
/// @param proc where procfs is mounted
/// @param root whether this process runs as root
record Machine(Path proc, boolean root) {

    private static final String DEBIAN_SWITCH = "sys/kernel/unprivileged_userns_clone";
    private static final String UBUNTU_SWITCH = "sys/kernel/apparmor_restrict_unprivileged_userns";

    static Machine local() {
        return new Machine(Path.of("/proc"), "root".equals(System.getProperty("user.name")));
    }

    OptionalLong freeDisk(Path folder) {
        try {
            return OptionalLong.of(Files.getFileStore(folder).getUsableSpace());
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    /// `MemAvailable` of proc(5), in bytes.
    OptionalLong availableMemory() {
        return number("meminfo", "MemAvailable:\\s+(\\d+) kB", 1024);
    }

    /// A soft limit of this process, by its name in `/proc/self/limits`; empty if unlimited.
    OptionalLong limit(String name) {
        return number("self/limits", Pattern.quote(name) + "\\s+(\\d+)", 1);
    }

    boolean canEnterUserNamespace() {
        try {
            Process process =
                    new ProcessBuilder("unshare", "--user", "true")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// The command that allows user namespaces here.
    String userNamespaceMend() {
        if (text(DEBIAN_SWITCH).strip().equals("0")) {
            return "as root: sysctl -w kernel.unprivileged_userns_clone=1";
        }
        if (text(UBUNTU_SWITCH).strip().equals("1")) {
            return "as root: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0";
        }
        if (text("sys/user/max_user_namespaces").strip().equals("0")) {
            return "as root: sysctl -w user.max_user_namespaces=15000";
        }
        return "install util-linux if \"unshare\" is missing; in a container, allow user namespaces (Docker: --security-opt seccomp=unconfined)";
    }

    private OptionalLong number(String file, String pattern, long unit) {
        Matcher matcher = Pattern.compile(pattern).matcher(text(file));
        return matcher.find()
                ? OptionalLong.of(Long.parseLong(matcher.group(1)) * unit)
                : OptionalLong.empty();
    }

    private String text(String file) {
        try {
            return Files.readString(proc.resolve(file));
        } catch (IOException e) {
            return "";
        }
    }
}
