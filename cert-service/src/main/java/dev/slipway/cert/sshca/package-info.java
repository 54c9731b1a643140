/// The SSH authority of a tenant: what its hosts trust, and the short-lived user certificates that
/// it signs. Its private keys leave the vault only to sign.
@NullMarked
package dev.slipway.cert.sshca;

import org.jspecify.annotations.NullMarked;
