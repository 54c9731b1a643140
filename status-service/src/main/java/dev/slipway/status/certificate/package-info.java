/// Which certificates, authorities and tokens a cluster was given and when they end. Names, digests
/// and times only; the secrets never leave the certificate service.
@NullMarked
package dev.slipway.status.certificate;

import org.jspecify.annotations.NullMarked;
