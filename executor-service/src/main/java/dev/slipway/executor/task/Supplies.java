package dev.slipway.executor.task;

import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.MaterialName;
import java.io.InputStream;
import java.util.Map;

/// Where an order's materials and contents come from, and what it deposits goes to. One try each;
/// who does not answer is the reason UNAVAILABLE. Blocks; for virtual threads.
interface Supplies {
    /// All materials of the order.
    ///
    /// @param jws the order as the planner signed it
    /// @throws ProblemFailure with the service's reason
    Map<MaterialName, byte[]> redeem(String jws) throws InterruptedException;

    /// Hands the files of a cluster's authority over.
    ///
    /// @param jws the order that deposits them, as the planner signed it
    /// @throws ProblemFailure with the service's reason
    void deposit(String jws, Map<MaterialName, byte[]> files) throws InterruptedException;

    /// A file of the content store, from byte `from` on, as fast as it is read. The digest is the
    /// reader's to check.
    ///
    /// @throws ProblemFailure with the service's reason
    InputStream content(ContentDigest digest, long from);
}
