package dev.slipway.cert.sshca;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// User certificates for SSH.
@ConfigMapping(prefix = "slipway.ssh-ca")
interface SshCaConfig {
    /// How long a certificate is valid; it has to be so while a session is opened, not after. An
    /// order that opens one later gets another certificate.
    @WithDefault("PT10M")
    Duration certificateLife();
}
