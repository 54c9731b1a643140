package dev.slipway.executor.ssh;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.SshCredential;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.executor.ExecutorConfig;
import java.io.IOException;
import java.security.PublicKey;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.keyboard.UserAuthKeyboardInteractiveFactory;
import org.apache.sshd.client.auth.keyboard.UserInteraction;
import org.apache.sshd.client.auth.password.UserAuthPasswordFactory;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.client.session.ClientSession.ClientSessionEvent;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.PropertyResolverUtils;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
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
        Algorithms.apply(config, client);
        // A host is asked for the key that is known of it; what signs us in may be of any type.
        client.setUserAuthFactories(
                List.of(
                        new UserAuthPublicKeyFactory(client.getSignatureFactories()),
                        UserAuthPasswordFactory.INSTANCE,
                        UserAuthKeyboardInteractiveFactory.INSTANCE));
        client.setServerKeyVerifier((session, _, key) ->
                hostKeys(session).map(keys -> trusts(keys, session, key)).orElse(false));
        CoreModuleProperties.ABORT_ON_INVALID_CERTIFICATE.set(client, true);
        client.addSessionListener(new KnownTypesFirst());
        CoreModuleProperties.HEARTBEAT_INTERVAL.set(client, config.keepAlive());
        // The client looks at what is missing when it sends the next request: one more is allowed
        // here than may go unanswered.
        CoreModuleProperties.HEARTBEAT_NO_REPLY_MAX.set(client, config.keepAliveMissed() - 1);
        // Requests and input go out in small packets that each wait for an answer: held together,
        // one waits for the other side's delayed acknowledgement, 40 ms.
        CoreModuleProperties.TCP_NODELAY.set(client, true);
        CoreModuleProperties.IDLE_TIMEOUT.set(client, java.time.Duration.ZERO);
        CoreModuleProperties.NIO2_READ_TIMEOUT.set(client, java.time.Duration.ZERO);
        CoreModuleProperties.AUTH_TIMEOUT.set(client, config.authTimeout());
        CoreModuleProperties.PASSWORD_PROMPTS.set(client, 1);
        client.start();
        return client;
    }

    /// Whether the host of a session is the one it should be.
    static boolean trusts(HostKeys keys, ClientSession session) {
        return trusts(keys, session, session.getServerKey());
    }

    private static boolean trusts(HostKeys keys, ClientSession session, PublicKey presented) {
        return keys.accepts(
                presented, presented.equals(session.getAttribute(CertifyingExchange.SIGNED)));
    }

    /// An open session to a jump host.
    record Via(Stop stop, ClientSession session) {}

    /// @param via the jump host before it, if there is one
    /// @throws SshFailure with the reason
    ClientSession connect(Stop stop, Optional<Via> via) {
        HostKeys keys = new HostKeys(stop);
        ClientSession session = reach(stop, keys, via);
        try {
            awaitKeyExchange(session, stop, keys);
            offer(session, stop);
            session.auth().verify(config.authTimeout());
            return session;
        } catch (IOException e) {
            session.close(true);
            throw keys.failure().orElseGet(() -> notSignedIn(session, stop, e));
        } catch (RuntimeException e) {
            session.close(true);
            throw e;
        }
    }

    private ClientSession reach(Stop stop, HostKeys keys, Optional<Via> via) {
        var context = AttributeRepository.ofKeyValuePair(HOST_KEYS, keys);
        HostAddress address = stop.address();
        try {
            if (via.isPresent()) {
                return tunnelled(stop, context, via.get().session());
            }
            return client.connect(stop.user(), address.address(), address.port(), context, null)
                    .verify(config.connectTimeout())
                    .getSession();
        } catch (IOException | RuntimeException e) {
            throw new SshFailure(
                    ReasonCode.HOST_UNREACHABLE,
                    "cannot reach %s as \"%s\" (%s): %s"
                            .formatted(
                                    stop,
                                    stop.user(),
                                    via.map(v -> v.stop() + " says: ").orElse("") + cause(e),
                                    ReasonCode.HOST_UNREACHABLE.advice()),
                    e);
        }
    }

    private ClientSession tunnelled(Stop stop, AttributeRepository context, ClientSession via)
            throws IOException {
        Tunnel tunnel = Tunnel.open(via, stop.address(), config.connectTimeout());
        try {
            ClientSession session =
                    client.connect(stop.user(), tunnel.entrance(), context, null)
                            .verify(config.connectTimeout())
                            .getSession();
            session.addCloseFutureListener(_ -> tunnel.close());
            tunnel.admit(session.getIoSession().getLocalAddress());
            return session;
        } catch (IOException | RuntimeException e) {
            tunnel.close();
            throw e;
        }
    }

    private void awaitKeyExchange(ClientSession session, Stop stop, HostKeys keys) {
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
                                                stop,
                                                seen.contains(ClientSessionEvent.CLOSED)
                                                        ? "its SSH server closed the connection"
                                                        : "no answer of its SSH server within "
                                                                + config.connectTimeout()
                                                                        .toSeconds()
                                                                + " s",
                                                ReasonCode.CONNECT_TIMEOUT.advice())));
    }

    private static void offer(ClientSession session, Stop stop) {
        CoreModuleProperties.PREFERRED_AUTHS.set(session, "publickey");
        switch (stop.credential()) {
            case SshCredential.Key key -> session.addPublicKeyIdentity(PrivateKeys.read(key, stop));
            case SshCredential.Certified certified ->
                    session.addPublicKeyIdentity(PrivateKeys.read(certified, stop));
            case SshCredential.Password(var password) -> {
                var once = new OnePassword(password);
                CoreModuleProperties.PREFERRED_AUTHS.set(session, "password,keyboard-interactive");
                // So that every question comes to us.
                PropertyResolverUtils.updateProperty(
                        session, UserInteraction.AUTO_DETECT_PASSWORD_PROMPT, false);
                session.setPasswordIdentityProvider(once);
                session.setUserInteraction(once);
            }
            case SshCredential.Certificate() ->
                    throw new SshFailure(
                            ReasonCode.MATERIAL_MISSING,
                            "cannot sign in to %s: no certificate was issued for \"%s\": %s"
                                    .formatted(
                                            stop,
                                            stop.credentialName(),
                                            ReasonCode.MATERIAL_MISSING.advice()));
        }
    }

    private SshFailure notSignedIn(ClientSession session, Stop stop, IOException e) {
        boolean late =
                e instanceof SshException && String.valueOf(e.getMessage()).contains("timeout");
        if (late) {
            return new SshFailure(
                    ReasonCode.CONNECT_TIMEOUT,
                    "cannot sign in to %s as \"%s\" (no answer within %d s): %s"
                            .formatted(
                                    stop,
                                    stop.user(),
                                    config.authTimeout().toSeconds(),
                                    ReasonCode.CONNECT_TIMEOUT.advice()),
                    e);
        }
        return new SshFailure(
                ReasonCode.AUTHENTICATION_FAILED,
                "cannot sign in to %s as \"%s\" (%s): %s"
                        .formatted(
                                stop,
                                stop.user(),
                                refusal(session, stop),
                                ReasonCode.AUTHENTICATION_FAILED.advice()),
                e);
    }

    private static String refusal(ClientSession session, Stop stop) {
        String refused = "the host refused the %s \"" + stop.credentialName() + "\"";
        return switch (stop.credential()) {
            case SshCredential.Key _ -> refused.formatted("key");
            case SshCredential.Certified _, SshCredential.Certificate _ ->
                    refused.formatted("certificate")
                            + ", so it may not trust the SSH authority (`slipway ssh-ca`)";
            case SshCredential.Password _ ->
                    session.getUserInteraction() instanceof OnePassword once && once.askedForMore()
                            ? "the host asked for more than the password \"%s\""
                                    .formatted(stop.credentialName())
                            : refused.formatted("password");
        };
    }

    private static String cause(Throwable failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        String text = deepest.getMessage();
        // Part of it may be the other side's words.
        return text == null
                ? deepest.getClass().getSimpleName()
                : text.substring(0, Math.min(text.length(), 200)).replaceAll("\\p{Cntrl}", "?");
    }

    static Optional<HostKeys> hostKeys(Session session) {
        AttributeRepository context =
                session instanceof ClientSession client ? client.getConnectionContext() : null;
        return context == null
                ? Optional.empty()
                : Optional.ofNullable(context.getAttribute(HOST_KEYS));
    }

    void close() {
        client.stop();
    }

    /// Asks the server for what is known of it: a certificate where its authority is, a key of a
    /// type that is. Otherwise it shows its own favourite, and a host would seem changed.
    private static final class KnownTypesFirst implements SessionListener {
        @Override
        public void sessionCreated(Session session) {
            hostKeys(session).ifPresent(keys -> arrange(session, keys));
        }

        private static void arrange(Session session, HostKeys keys) {
            List<String> types = keys.types();
            session.setSignatureFactories(
                    session.getSignatureFactories().stream()
                            .filter(factory ->
                                    keys.knowsAuthorities() || !Algorithms.ofCertificates(factory))
                            .sorted(
                                    Comparator.comparing(factory ->
                                            !Algorithms.ofCertificates(factory)
                                                    && !matches(factory.getName(), types)))
                            .toList());
        }

        private static boolean matches(String signature, List<String> types) {
            return types.contains(signature)
                    || (types.contains("ssh-rsa") && signature.startsWith("rsa-sha2-"));
        }
    }
}
