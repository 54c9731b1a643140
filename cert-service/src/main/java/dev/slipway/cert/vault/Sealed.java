package dev.slipway.cert.vault;

/// Ciphertext: a sealed secret or a wrapped key.
public final class Sealed {
    private final byte[] bytes;

    private Sealed(byte[] bytes) {
        this.bytes = bytes;
    }

    public static Sealed of(byte[] bytes) {
        return new Sealed(bytes.clone());
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public String toString() {
        return "Sealed[%d bytes]".formatted(bytes.length);
    }
}
