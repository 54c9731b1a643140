package dev.slipway.chassis.telemetry;

import io.opentelemetry.sdk.trace.samplers.Sampler;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Decides which traces are recorded.
final class TraceSampling {
    private TraceSampling() {}

    /// Nothing is recorded, and hence nothing sent, unless there is somebody to send it to,
    /// whatever a caller's own trace asks for. Trace ids go on all the same.
    ///
    /// @param endpoint of the OTLP collector
    /// @param ratio of the traces that begin here, 0 to 1; one that comes in is recorded if its
    ///   beginning was
    @Produces
    @Singleton
    static Sampler sampler(
            @ConfigProperty(name = "slipway.telemetry.endpoint") Optional<URI> endpoint,
            @ConfigProperty(name = "slipway.telemetry.ratio") double ratio) {
        return endpoint.isEmpty()
                ? Sampler.alwaysOff()
                : Sampler.parentBased(Sampler.traceIdRatioBased(ratio));
    }
}
