package dev.slipway.simulator.ssh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.server.forward.DirectTcpipFactory;
import org.apache.sshd.server.forward.TcpForwardingFilter;
import org.apache.sshd.server.forward.TcpipServerChannel;

/// Forwarded connections, of which those to a host's API server end at the machine's port that the
/// simulator chose for it: `ADDRESS:PORT/port` in the folder that tells of them.
final class ApiPorts extends DirectTcpipFactory {
    private final Path listeners;

    ApiPorts(Path listeners) {
        this.listeners = listeners;
    }

    @Override
    public Channel createChannel(Session session) {
        return new Forwarded();
    }

    private final class Forwarded extends TcpipServerChannel {
        Forwarded() {
            super(TcpForwardingFilter.Type.Direct, null);
        }

        /// RFC 4254, section 7.2: host and port to connect to, address and port of the originator.
        @Override
        protected OpenFuture doInit(Buffer asked) {
            String host = asked.getString();
            int port = asked.getInt();
            var led = new ByteArrayBuffer();
            led.putString(host);
            led.putUInt(machinePort(host, port));
            led.putString(asked.getString());
            led.putUInt(asked.getUInt());
            return super.doInit(led);
        }
    }

    /// The same where no API server is told of.
    private int machinePort(String host, int port) {
        try {
            return Integer.parseInt(
                    Files.readString(listeners.resolve(host + ":" + port).resolve("port")));
        } catch (IOException | NumberFormatException e) {
            return port;
        }
    }
}
