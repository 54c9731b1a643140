package dev.slipway.simulator.ssh;

import java.io.IOException;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.channel.ChannelSessionFactory;

/// A session channel that can tell the exit status while it stays open, as sshd does; the library's
/// own tells it when it closes. It is told once.
final class StatusChannel extends ChannelSession {

    static final ChannelSessionFactory FACTORY =
            new ChannelSessionFactory() {
                @Override
                public Channel createChannel(Session session) {
                    return new StatusChannel();
                }
            };

    void sendStatus(int code) throws IOException {
        if (!isClosing()) {
            sendExitStatus(code);
        }
    }
}
