package dev.slipway.chassis.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.util.Optional;

/// The current trace in its text form (W3C Trace Context §3.2), so that it survives the outbox and
/// the topics.
public final class Traceparent {
    private Traceparent() {}

    /// Absent outside of a trace.
    public static Optional<String> current() {
        SpanContext context = Span.current().getSpanContext();
        return context.isValid()
                ? Optional.of(
                        "00-%s-%s-%s"
                                .formatted(
                                        context.getTraceId(),
                                        context.getSpanId(),
                                        context.getTraceFlags().asHex()))
                : Optional.empty();
    }
}
