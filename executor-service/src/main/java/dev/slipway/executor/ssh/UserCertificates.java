package dev.slipway.executor.ssh;

import dev.slipway.contracts.order.SshCredential;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Map;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.config.keys.PublicKeyEntry;

/// What user certificates say (OpenSSH PROTOCOL.certkeys).
final class UserCertificates {
    private UserCertificates() {}

    /// @throws IllegalArgumentException if it is none
    static OpenSshCertificate read(SshCredential.Certified credential) {
        try {
            if (PublicKeyEntry.parsePublicKeyEntry(credential.certificate())
                            .resolvePublicKey(null, Map.of(), null)
                    instanceof OpenSshCertificate certificate) {
                return certificate;
            }
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw new IllegalArgumentException("cannot read an SSH user certificate", e);
        }
        throw new IllegalArgumentException("cannot read an SSH user certificate: it is a key");
    }

    static Instant end(SshCredential.Certified credential) {
        return Instant.ofEpochSecond(read(credential).getValidBefore());
    }

    /// What it lets in, whichever certificate it is: a session that one has opened may be used by
    /// the next.
    static String rights(SshCredential.Certified credential) {
        OpenSshCertificate certificate = read(credential);
        return "certified\n%s\n%s\n%s"
                .formatted(
                        KeyUtils.getFingerPrint(certificate.getCaPubKey()),
                        certificate.getPrincipals(),
                        certificate.getExtensions());
    }
}
