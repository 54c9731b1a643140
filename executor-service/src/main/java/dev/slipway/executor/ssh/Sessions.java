package dev.slipway.executor.ssh;

import dev.slipway.contracts.order.HostTarget;
import dev.slipway.contracts.order.SshCredential;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.executor.ExecutorConfig;
import java.io.IOException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.client.session.ClientSession.ClientSessionEvent;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.kex.KeyExchangeFactory;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.core.CoreModuleProperties;

/// Connects and signs in. The host's key is judged before any credential is offered.
final class Sessions {
    private static final AttributeKey<HostKeys> HOST_KEYS = new AttributeKey<>();

    private final ExecutorConfig.Ssh config;
    private final SshClient client;

    Sessions(ExecutorConfig.Ssh config) {
        this.config = config;
        this.client = open(config);
    }

    private static SshClient open(ExecutorConfig.Ssh config) {
        SshClient client = SshClient.setUpDefaultClient();
        // Nothing of the account the executor runs under is offered or looked at.
        client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
        client.setFilePasswordProvider(FilePasswordProvider.EMPTY);
        client.setKeyExchangeFactories(
                preferred(client.getKeyExchangeFactories(), config.keyExchange()));
        client.setCipherFactories(hardwareFirst(client.getCipherFactories()));
        client.setServerKeyVerifier((session, _, key) ->
                hostKeys(session).map(keys -> keys.accepts(key)).orElse(false));
        client.addSessionListener(new KnownTypesFirst());
        CoreModuleProperties.HEARTBEAT_INTERVAL.set(client, config.keepAlive());
        CoreModuleProperties.HEARTBEAT_NO_REPLY_MAX.set(client, 2);
        CoreModuleProperties.IDLE_TIMEOUT.set(client, java.time.Duration.ZERO);
        CoreModuleProperties.NIO2_READ_TIMEOUT.set(client, java.time.Duration.ZERO);
        CoreModuleProperties.AUTH_TIMEOUT.set(client, config.authTimeout());
        CoreModuleProperties.PASSWORD_PROMPTS.set(client, 1);
        client.start();
        return client;
    }

    /// AES-GCM before the others, none left out: the JVM does it by the processor's instructions,
    /// ChaCha20 in Java.
    private static List<NamedFactory<Cipher>> hardwareFirst(List<NamedFactory<Cipher>> known) {
        List<NamedFactory<Cipher>> sorted = new ArrayList<>(known);
        sorted.sort(
                java.util.Comparator.comparing(factory -> !factory.getName().contains("-gcm@")));
        return sorted;
    }

    private static List<KeyExchangeFactory> preferred(
            List<KeyExchangeFactory> known, List<String> order) {
        List<KeyExchangeFactory> chosen = new ArrayList<>();
        for (String name : order) {
            known.stream().filter(factory -> factory.getName().equals(name)).forEach(chosen::add);
        }
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException(
                    "slipway.executor.ssh.key-exchange names none that is known: %s, expected of %s"
                            .formatted(order, NamedResource.getNames(known)));
        }
        return chosen;
    }

    /// @throws SshFailure with the reason
    ClientSession connect(HostTarget target, SshCredential credential) {
        HostKeys keys = new HostKeys(target);
        ClientSession session = reach(target, keys);
        try {
            awaitKeyExchange(session, target, keys);
            offer(session, target, credential);
            session.auth().verify(config.authTimeout());
            return session;
        } catch (IOException e) {
            session.close(true);
            throw keys.failure().orElseGet(() -> notSignedIn(session, target, credential, e));
        } catch (RuntimeException e) {
            session.close(true);
            throw e;
        }
    }

    private ClientSession reach(HostTarget target, HostKeys keys) {
        var context = AttributeRepository.ofKeyValuePair(HOST_KEYS, keys);
        String address = target.address().address();
        int port = target.address().port();
        try {
            return client.connect(target.user(), address, port, context, null)
                    .verify(config.connectTimeout())
                    .getSession();
        } catch (IOException | RuntimeException e) {
            throw new SshFailure(
                    ReasonCode.HOST_UNREACHABLE,
                    "cannot reach %s as \"%s\" (%s): %s"
                            .formatted(
                                    target.address(),
                                    target.user(),
                                    cause(e),
                                    ReasonCode.HOST_UNREACHABLE.advice()),
                    e);
        }
    }

    private void awaitKeyExchange(ClientSession session, HostTarget target, HostKeys keys) {
        Set<ClientSessionEvent> seen =
                session.waitFor(
                        EnumSet.of(ClientSessionEvent.WAIT_AUTH, ClientSessionEvent.CLOSED),
                        config.connectTimeout());
        if (seen.contains(ClientSessionEvent.WAIT_AUTH)
                && !seen.contains(ClientSessionEvent.CLOSED)) {
            return;
        }
        session.close(true);
        throw keys.failure()
                .orElseGet(() ->
                        new SshFailure(
                                ReasonCode.CONNECT_TIMEOUT,
                                "cannot agree on keys with %s (%s): %s"
                                        .formatted(
                                                target.address(),
                                                seen.contains(ClientSessionEvent.CLOSED)
                                                        ? "its SSH server closed the connection"
                                                        : "no answer of its SSH server within "
                                                                + config.connectTimeout()
                                                                        .toSeconds()
                                                                + " s",
                                                ReasonCode.CONNECT_TIMEOUT.advice())));
    }

    private static void offer(ClientSession session, HostTarget target, SshCredential credential) {
        switch (credential) {
            case SshCredential.Key key -> {
                KeyPair pair = PrivateKeys.read(key, target);
                CoreModuleProperties.PREFERRED_AUTHS.set(session, "publickey");
                session.addPublicKeyIdentity(pair);
            }
            case SshCredential.Password(var password) -> {
                CoreModuleProperties.PREFERRED_AUTHS.set(session, "password,keyboard-interactive");
                session.addPasswordIdentity(password);
            }
        }
    }

    private SshFailure notSignedIn(
            ClientSession session, HostTarget target, SshCredential credential, IOException e) {
        boolean late =
                e instanceof SshException && String.valueOf(e.getMessage()).contains("timeout");
        if (late) {
            return new SshFailure(
                    ReasonCode.CONNECT_TIMEOUT,
                    "cannot sign in to %s as \"%s\" (no answer within %d s): %s"
                            .formatted(
                                    target.address(),
                                    target.user(),
                                    config.authTimeout().toSeconds(),
                                    ReasonCode.CONNECT_TIMEOUT.advice()),
                    e);
        }
        String kind = credential instanceof SshCredential.Key ? "key" : "password";
        return new SshFailure(
                ReasonCode.AUTHENTICATION_FAILED,
                "cannot sign in to %s as \"%s\" (the host refused the %s \"%s\"): %s"
                        .formatted(
                                target.address(),
                                target.user(),
                                kind,
                                target.credential(),
                                ReasonCode.AUTHENTICATION_FAILED.advice()),
                e);
    }

    private static String cause(Throwable failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        String text = deepest.getMessage();
        return text == null ? deepest.getClass().getSimpleName() : text;
    }

    private static Optional<HostKeys> hostKeys(Session session) {
        AttributeRepository context =
                session instanceof ClientSession client ? client.getConnectionContext() : null;
        return context == null
                ? Optional.empty()
                : Optional.ofNullable(context.getAttribute(HOST_KEYS));
    }

    void close() {
        client.stop();
    }

    /// Asks the server for a key of a type that is known of it: otherwise it shows its own
    /// favourite, and a host would seem changed.
    private static final class KnownTypesFirst implements SessionListener {
        @Override
        public void sessionCreated(Session session) {
            List<String> types = hostKeys(session).map(HostKeys::types).orElse(List.of());
            if (types.isEmpty()) {
                return;
            }
            List<NamedFactory<Signature>> sorted = new ArrayList<>(session.getSignatureFactories());
            sorted.sort(
                    java.util.Comparator.comparing(factory -> !matches(factory.getName(), types)));
            session.setSignatureFactories(sorted);
        }

        private static boolean matches(String signature, List<String> types) {
            return types.contains(signature)
                    || (types.contains("ssh-rsa") && signature.startsWith("rsa-sha2-"));
        }
    }
}
