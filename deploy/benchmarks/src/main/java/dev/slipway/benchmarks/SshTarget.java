package dev.slipway.benchmarks;

/// A host of a [JvmSubject].
///
/// @param key its public key, as `type base64`
record SshTarget(String address, int port, String key) {
    static SshTarget parse(String line, int port) {
        String[] words = line.split(" ", 2);
        return new SshTarget(words[0], port, words[1]);
    }
}
