package dev.slipway.executor.kube;

import dev.slipway.contracts.order.KubeRequest;
import java.time.Instant;
import java.util.List;

/// An API server that can be asked.
public interface KubeApi extends AutoCloseable {
    /// What a request goes by besides its own words.
    ///
    /// @param written when the order was: nodes that were made later are none that it takes away
    /// @param until when it has to be over
    record Terms(Instant written, Instant until) {}

    /// Asks and waits for the answer. Blocks; for virtual threads.
    ///
    /// @return the lines that it prints, without line ends, printable ASCII
    /// @throws KubeFailure if there is no answer, or another one than was asked for; who is called
    ///   away meanwhile is interrupted still
    List<String> ask(KubeRequest request, Terms terms);

    @Override
    void close();
}
