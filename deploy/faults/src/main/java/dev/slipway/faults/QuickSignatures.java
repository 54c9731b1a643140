package dev.slipway.faults;

import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.SignatureSpi;

/// Signatures that cost next to nothing, under the name of the real ones: the production signer and
/// verifier take them for keys of this class only, and half of a simulation's time is saved.
/// Whoever knows a key's name can sign with it, so it is worth nothing outside.
final class QuickSignatures extends Provider {
    @Serial private static final long serialVersionUID = 1L;

    private static final QuickSignatures INSTANCE = new QuickSignatures();

    private QuickSignatures() {
        super("slipway-simulation", "1", "signatures of simulations");
        put("Signature.Ed25519", Spi.class.getName());
        put("Signature.Ed25519 SupportedKeyClasses", Key.class.getName());
    }

    /// @param name a key of another name signs otherwise
    static KeyPair pair(String name) {
        if (Security.getProvider(INSTANCE.getName()) == null) {
            Security.addProvider(INSTANCE);
        }
        var key = new Key(name);
        return new KeyPair(key, key);
    }

    /// Public and private at once.
    ///
    /// @param name what it signs with
    record Key(String name) implements PublicKey, PrivateKey {
        @Override
        public String getAlgorithm() {
            return "Ed25519";
        }

        @Override
        public String getFormat() {
            return "RAW";
        }

        @Override
        public byte[] getEncoded() {
            return name.getBytes(StandardCharsets.UTF_8);
        }
    }

    /// SHA-256 of the key's name and the text.
    public static final class Spi extends SignatureSpi {
        private final MessageDigest digest;

        public Spi() throws NoSuchAlgorithmException {
            this.digest = MessageDigest.getInstance("SHA-256");
        }

        private void init(java.security.Key key) throws InvalidKeyException {
            if (!(key instanceof Key(var name))) {
                throw new InvalidKeyException("for keys of the simulation only");
            }
            digest.reset();
            digest.update(name.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        protected void engineInitVerify(PublicKey key) throws InvalidKeyException {
            init(key);
        }

        @Override
        protected void engineInitSign(PrivateKey key) throws InvalidKeyException {
            init(key);
        }

        @Override
        protected void engineUpdate(byte b) {
            digest.update(b);
        }

        @Override
        protected void engineUpdate(byte[] bytes, int offset, int length) {
            digest.update(bytes, offset, length);
        }

        @Override
        protected byte[] engineSign() {
            return digest.digest();
        }

        @Override
        protected boolean engineVerify(byte[] signature) {
            return MessageDigest.isEqual(signature, digest.digest());
        }

        @Override
        @Deprecated
        protected void engineSetParameter(String parameter, Object value) {
            throw new UnsupportedOperationException("there are no parameters");
        }

        @Override
        @Deprecated
        protected Object engineGetParameter(String parameter) {
            throw new UnsupportedOperationException("there are no parameters");
        }
    }
}
