package dev.slipway.local;

import dev.slipway.local.supervisor.StackStatus;

/// What [LocalStack#waitReady] saw last.
public sealed interface Readiness {

    /// Every part serves.
    record Ready(StackStatus status) implements Readiness {}

    /// Some part does not.
    ///
    /// @param message which, why, and where its log is
    record NotReady(String message) implements Readiness {}
}
