package dev.slipway.executor.ssh;

import java.net.InetSocketAddress;
import java.util.Optional;
import org.apache.sshd.client.kex.DHGClient;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.kex.DHFactory;
import org.apache.sshd.common.kex.KeyExchange;
import org.apache.sshd.common.kex.KeyExchangeFactory;
import org.apache.sshd.common.session.Session;

/// A key exchange that says why a host's certificate is refused. What makes a certificate a good
/// one is looked at by [HostKeys], its signature by the library.
final class CertifyingExchange extends DHGClient {
    /// The certificate of a session whose signature was found good.
    static final AttributeKey<OpenSshCertificate> SIGNED = new AttributeKey<>();

    private CertifyingExchange(DHFactory factory, Session session) {
        super(factory, session);
    }

    static KeyExchangeFactory factory(DHFactory delegate) {
        return new KeyExchangeFactory() {
            @Override
            public String getName() {
                return delegate.getName();
            }

            @Override
            public KeyExchange createKeyExchange(Session session) {
                return new CertifyingExchange(delegate, session);
            }
        };
    }

    @Override
    protected void verifyCertificate(Session session, OpenSshCertificate certificate)
            throws Exception {
        HostKeys keys = Sessions.hostKeys(session).orElseThrow();
        if (keys.pins(certificate)) {
            return;
        }
        Optional<String> problem = keys.problem(certificate);
        if (problem.isPresent()) {
            throw new SshException(
                    SshConstants.SSH2_DISCONNECT_HOST_KEY_NOT_VERIFIABLE, problem.get());
        }
        // The name that the certificate is for; through a jump host we connect to another one.
        getClientSession()
                .setConnectAddress(
                        InetSocketAddress.createUnresolved(
                                keys.stop().address().address(), keys.stop().address().port()));
        try {
            super.verifyCertificate(session, certificate);
        } catch (SshException | IllegalArgumentException e) {
            keys.refuseCertificate("has a signature that is wrong or of an unknown kind");
            throw e;
        }
        session.setAttribute(SIGNED, certificate);
    }
}
