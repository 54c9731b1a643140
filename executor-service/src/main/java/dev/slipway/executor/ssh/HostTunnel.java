package dev.slipway.executor.ssh;

import java.net.InetSocketAddress;

/// A way to one address as a host sees it: an HTTP proxy (`CONNECT`, RFC 9110 §9.3.6) on this
/// machine's loopback address that leads there and nowhere else, and lets in who knows its password
/// only. Each connection through it is one of the host's SSH session.
public interface HostTunnel extends AutoCloseable {
    InetSocketAddress entrance();

    /// For the user "slipway", basic (RFC 7617).
    String password();

    /// Cuts what is open and lets nobody in any more.
    @Override
    void close();
}
