package dev.slipway.executor.ssh;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/// A root shell that waits for a program: one line with its length in bytes, then the program, then
/// what the program reads. Closing it ends the connection to the shell, not what the program
/// detached.
public interface RootChannel extends AutoCloseable {
    /// To the program; close it to say that nothing follows.
    OutputStream input();

    /// From the program, nothing else in between. A host that is silent for too long ends it.
    InputStream output();

    /// The host's key, as `type base64`, if it was trusted at first sight.
    Optional<String> newHostKey();

    @Override
    void close();
}
