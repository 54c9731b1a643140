package dev.slipway.benchmarks;

import java.nio.file.Path;
import java.util.List;

/// Hosts on this machine that answer SSH on addresses of 127.0.0.0/8, all on one port, and let root
/// in with one key.
interface Targets extends AutoCloseable {
    /// `openssh` or `simulated`.
    String kind();

    List<String> addresses();

    int port();

    /// The private key of root.
    Path key();

    Path knownHosts();

    /// The host's public key, as `type base64`.
    String hostKey(String address);

    /// A directory for the clients' files.
    Path folder();

    /// CPU time of all hosts since they were started, milliseconds.
    double cpuMs();

    @Override
    void close();
}
