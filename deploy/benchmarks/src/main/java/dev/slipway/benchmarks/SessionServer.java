package dev.slipway.benchmarks;

import java.io.IOException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.pubkey.AcceptAllPublickeyAuthenticator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// An SSH server on many loopback addresses that lets everybody in and runs nothing: says `port N`
/// and serves until its input ends.
@Command(name = "session-server", hidden = true)
final class SessionServer implements Callable<Integer> {
    @Option(names = "--addresses", required = true)
    private int addresses;

    static String address(int number) {
        return "127.80.%d.%d".formatted(1 + number / 250, 1 + number % 250);
    }

    @Override
    public Integer call() throws IOException, NoSuchAlgorithmException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair key = generator.generateKeyPair();
        try (SshServer server = SshServer.setUpDefaultServer()) {
            server.setHost(
                    IntStream.range(0, addresses)
                            .mapToObj(SessionServer::address)
                            .collect(Collectors.joining(",")));
            server.setPort(22080);
            server.setKeyPairProvider(KeyPairProvider.wrap(key));
            server.setPublickeyAuthenticator(AcceptAllPublickeyAuthenticator.INSTANCE);
            server.start();
            System.out.println("port " + server.getPort());
            while (System.in.read() >= 0) {}
        }
        return 0;
    }
}
