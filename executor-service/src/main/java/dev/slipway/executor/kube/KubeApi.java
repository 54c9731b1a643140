package dev.slipway.executor.kube;

import dev.slipway.contracts.order.KubeRequest;
import java.util.List;

/// An API server that can be asked.
public interface KubeApi extends AutoCloseable {
    /// Asks and waits for the answer. Blocks; for virtual threads.
    ///
    /// @return the lines that it prints, without line ends, printable ASCII
    /// @throws KubeFailure if there is no answer, or another one than was asked for; who is called
    ///   away meanwhile is interrupted still
    List<String> ask(KubeRequest request);

    @Override
    void close();
}
