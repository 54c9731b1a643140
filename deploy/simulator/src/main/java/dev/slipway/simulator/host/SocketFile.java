package dev.slipway.simulator.host;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/// A socket that nobody listens on: hosts copy it to where a daemon's would be, because installers
/// test for one.
final class SocketFile {

    private SocketFile() {}

    /// Makes `name` in `directory` unless it is there.
    ///
    /// A socket's path may have 107 bytes at most and a home may be deeper, so the directory is
    /// named through a process that stands in it.
    static void create(Path directory, String name) throws IOException {
        if (Files.exists(directory.resolve(name))) {
            return;
        }
        Process standing = new ProcessBuilder("cat").directory(directory.toFile()).start();
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of("/proc/" + standing.pid() + "/cwd/" + name));
        } finally {
            standing.destroyForcibly();
        }
    }
}
