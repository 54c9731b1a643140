package dev.slipway.cert.vault;

/// The key-encryption key: wraps the tenants' data keys and never leaves its place. A file in the
/// local stack; a key-management service's remote key elsewhere, which is why calls may block and
/// belong on a worker thread.
interface KeyEncryption {
    /// @param context bound to the result: another one cannot unwrap it
    byte[] wrap(byte[] dataKey, byte[] context);

    /// Takes what any key since the last but one [#rotate] wrapped.
    ///
    /// @throws VaultFailure if the bytes were changed, are another context's, or their key is gone
    byte[] unwrap(byte[] wrapped, byte[] context);

    /// Names the key that wraps now.
    String keyId();

    /// Makes a new key that wraps from now on. The key before it still unwraps, older ones are
    /// destroyed: every data key must have been wrapped anew since the rotation before.
    void rotate();
}
