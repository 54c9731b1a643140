package dev.slipway.simulator.ssh;

import dev.slipway.simulator.host.SimulatorFailure;
import java.security.KeyPair;
import java.security.PublicKey;

/// A host's SSH server, as far as the simulator brings about what happens to it. Its users are
/// those of [SshAccess]; their commands run in the host's sandbox.
public interface HostSshServer {

    /// Whose server it is.
    enum Kind {
        /// A library's, in the simulator's process. Needs nothing of the machine.
        MINA,
        /// The machine's own OpenSSH with its own `sudo`, inside the host. Needs root,
        /// openssh-server and sudo.
        OPENSSH
    }

    /// Starts listening; nothing happens if it listens.
    ///
    /// @throws SimulatorFailure if it cannot, because the address and port are taken for example
    void listen();

    /// Stops listening and cuts every connection; commands on the host go on, as with a cut cable.
    void hangUp();

    /// Presents another host key from now on; connections are cut.
    void rekey(KeyPair fresh);

    PublicKey hostKey();

    /// The port it listens on; 0 before the first [#listen()] if none was chosen.
    int port();
}
