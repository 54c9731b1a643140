package dev.slipway.benchmarks;

import dev.slipway.contracts.order.SshCredential;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.core.CoreModuleProperties;
import org.jspecify.annotations.Nullable;

/// The SSH library alone, as lean as it can be used: what no engine built on it can go below.
final class BareSsh implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final AttributeKey<String> KNOWN = new AttributeKey<>();

    private final SshClient client = SshClient.setUpDefaultClient();
    private final KeyPair key;

    BareSsh(SshCredential.Key credential) throws IOException {
        key = read(credential.privateKey());
        client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
        client.setFilePasswordProvider(FilePasswordProvider.EMPTY);
        client.setKeyExchangeFactories(
                client.getKeyExchangeFactories().stream()
                        .filter(factory -> factory.getName().equals("curve25519-sha256"))
                        .toList());
        client.setUserAuthFactoriesNames(List.of("publickey"));
        CoreModuleProperties.TCP_NODELAY.set(client, true);
        client.setServerKeyVerifier((session, _, presented) ->
                PublicKeyEntry.toString(presented).equals(known(session)));
        client.start();
    }

    private static KeyPair read(String text) throws IOException {
        try {
            return Objects.requireNonNull(
                            SecurityUtils.loadKeyPairIdentities(
                                    null,
                                    NamedResource.ofName("client"),
                                    new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
                                    FilePasswordProvider.EMPTY))
                    .iterator()
                    .next();
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static @Nullable String known(ClientSession session) {
        AttributeRepository context = session.getConnectionContext();
        return context == null ? null : context.getAttribute(KNOWN);
    }

    boolean runs(SshTarget host) {
        var context = AttributeRepository.ofKeyValuePair(KNOWN, host.key());
        try (ClientSession session =
                client.connect("root", host.address(), host.port(), context, null)
                        .verify(PATIENCE)
                        .getSession()) {
            session.addPublicKeyIdentity(key);
            session.auth().verify(PATIENCE);
            try (ChannelExec exec = session.createExecChannel("true")) {
                exec.open().verify(PATIENCE);
                exec.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), PATIENCE);
                return Integer.valueOf(0).equals(exec.getExitStatus());
            }
        } catch (IOException e) {
            System.err.println(host.address() + ": " + e.getMessage());
            return false;
        }
    }

    @Override
    public void close() {
        client.stop();
    }
}
