/// Secrets at rest: envelope encryption with one data key per tenant, wrapped by the installation's
/// key-encryption key. Callers see sealed bytes and names; where the key-encryption key lives is
/// the matter of one technique behind [dev.slipway.cert.vault.KeyEncryption].
@NullMarked
package dev.slipway.cert.vault;

import org.jspecify.annotations.NullMarked;
