package dev.slipway.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What is put side by side, each at its defaults and at its best settings here: so many hosts at
/// once as the executor takes (64), curve25519 and AES-GCM, no connection kept that nobody uses.
final class FanOutSubjects {
    static final String DEFAULTS = "defaults";
    static final String BEST = "best";

    /// The executor's default of tasks in flight.
    private static final int WIDTH = 64;

    private FanOutSubjects() {}

    static int width(Targets targets) {
        return Math.min(WIDTH, targets.addresses().size());
    }

    /// @param warmUp tasks that a long-running subject does before it is measured
    static List<Subject> all(int warmUp) {
        List<Subject> all = new ArrayList<>();
        all.add(
                new JvmSubject(
                        warmUp,
                        "mina-bare",
                        BEST,
                        "one connection and one exec a host by the bare SSH library: the floor"));
        all.add(
                new JvmSubject(
                        warmUp,
                        "slipway-executor-cold",
                        DEFAULTS,
                        "order verified, connection, journal program, result; no broker; its sessions are closed after 0.5 s"));
        all.add(
                new JvmSubject(
                        warmUp,
                        "slipway-executor-warm",
                        DEFAULTS,
                        "the same on sessions opened before the measurement"));
        all.add(new SuiteSubject(warmUp));
        all.add(pssh(DEFAULTS));
        all.add(pssh(BEST));
        all.add(clush(DEFAULTS));
        all.add(clush(BEST));
        all.add(xargs(DEFAULTS));
        all.add(xargs(BEST));
        all.add(ansible(DEFAULTS));
        all.add(ansible(BEST));
        return all;
    }

    private static Subject pssh(String settings) {
        return new CommandLineTool(
                "pssh",
                settings,
                "parallel-ssh",
                "pssh",
                setup -> {
                    List<String> words = new ArrayList<>(List.of("parallel-ssh"));
                    if (settings.equals(BEST)) {
                        words.addAll(List.of("-p", String.valueOf(setup.width())));
                    }
                    words.addAll(
                            List.of("-x", "-F " + setup.ssh(), "-h", setup.hosts() + "", "true"));
                    return words;
                },
                _ -> Map.of(),
                settings.equals(BEST) ? "-p N up to 64" : "-p 32");
    }

    private static Subject clush(String settings) {
        return new CommandLineTool(
                "clush",
                settings,
                "clush",
                "clustershell",
                setup -> {
                    List<String> words = new ArrayList<>(List.of("clush", "-q", "-S"));
                    if (settings.equals(BEST)) {
                        words.addAll(List.of("-f", String.valueOf(setup.width())));
                    }
                    words.addAll(
                            List.of(
                                    "-o",
                                    "-F " + setup.ssh(),
                                    "--hostfile",
                                    setup.hosts() + "",
                                    "true"));
                    return words;
                },
                _ -> Map.of(),
                settings.equals(BEST) ? "-f N up to 64" : "fanout 64");
    }

    private static Subject xargs(String settings) {
        return new CommandLineTool(
                "xargs-ssh",
                settings,
                "ssh",
                "openssh-client",
                setup ->
                        List.of(
                                "xargs",
                                "-a",
                                setup.hosts() + "",
                                "-n",
                                "1",
                                "-P",
                                settings.equals(BEST) ? String.valueOf(setup.width()) : "1",
                                "sh",
                                "-c",
                                "exec ssh -F \"$0\" \"$1\" true",
                                setup.ssh() + ""),
                _ -> Map.of(),
                settings.equals(BEST) ? "-P N up to 64" : "-P 1");
    }

    private static Subject ansible(String settings) {
        return new CommandLineTool(
                "ansible-raw",
                settings,
                "ansible",
                "ansible-core",
                setup ->
                        List.of(
                                "ansible",
                                "all",
                                "-i",
                                setup.hosts() + "",
                                "-m",
                                "raw",
                                "-a",
                                "true"),
                setup -> {
                    var variables =
                            new java.util.TreeMap<>(
                                    Map.of(
                                            "ANSIBLE_CONFIG", setup.folder() + "/ansible.cfg",
                                            "ANSIBLE_HOME", setup.folder() + "/ansible",
                                            "ANSIBLE_LOCAL_TEMP", setup.folder() + "/tmp",
                                            "ANSIBLE_SSH_CONTROL_PATH_DIR", setup.folder() + "/cp",
                                            "ANSIBLE_SSH_COMMON_ARGS", "-F " + setup.ssh()));
                    if (settings.equals(BEST)) {
                        variables.put("ANSIBLE_FORKS", String.valueOf(setup.width()));
                        variables.put("ANSIBLE_PIPELINING", "True");
                        variables.put("ANSIBLE_SSH_ARGS", "-o ControlMaster=no");
                    }
                    return variables;
                },
                settings.equals(BEST)
                        ? "forks N up to 64, pipelining, no kept connection"
                        : "5 forks; the connections it keeps for 60 s are counted and ended");
    }
}
