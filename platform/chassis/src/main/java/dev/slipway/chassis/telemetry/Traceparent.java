package dev.slipway.chassis.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A trace in its text form (W3C Trace Context §3.2), so that it survives the outbox, the topics
/// and the hours a run may take.
public final class Traceparent {
    private static final String HEADER = "traceparent";
    private static final TextMapGetter<String> READER =
            new TextMapGetter<>() {
                @Override
                public Iterable<String> keys(String traceparent) {
                    return List.of(HEADER);
                }

                @Override
                public @Nullable String get(@Nullable String traceparent, String key) {
                    return key.equals(HEADER) ? traceparent : null;
                }
            };

    private Traceparent() {}

    /// The context in which the trace goes on, for [Context#makeCurrent] or as a span's parent; the
    /// current one where the text is absent or none.
    public static Context context(Optional<String> traceparent) {
        Context here = Context.current();
        return traceparent
                .map(text -> W3CTraceContextPropagator.getInstance().extract(here, text, READER))
                .orElse(here);
    }

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
