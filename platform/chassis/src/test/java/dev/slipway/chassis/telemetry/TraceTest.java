package dev.slipway.chassis.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final Optional<URI> COLLECTOR =
            Optional.of(URI.create("http://collector.example:4317"));

    private static String text(String flags) {
        return "00-%s-b7ad6b7169203331-%s".formatted(TRACE, flags);
    }

    private static SamplingDecision decision(Sampler sampler, Optional<String> parent) {
        return sampler.shouldSample(
                        Traceparent.context(parent),
                        TRACE,
                        "any",
                        SpanKind.SERVER,
                        Attributes.empty(),
                        List.of())
                .getDecision();
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "01"})
    void goesOnInTheTraceThatATextNames(String flags) {
        try (var _ = Traceparent.context(Optional.of(text(flags))).makeCurrent()) {
            assertThat(Traceparent.current()).hasValue(text(flags));
        }
        assertThat(Traceparent.current()).isEmpty();
    }

    @Test
    void aTextThatIsNoTraceChangesNothing() {
        assertThat(Traceparent.context(Optional.of("00-none"))).isEqualTo(Context.current());
        assertThat(Traceparent.context(Optional.empty())).isEqualTo(Context.current());
        assertThat(Span.current().getSpanContext().isValid()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"00", "01", "none"})
    void recordsNothingWithoutACollectorWhateverTheCallerAsksFor(String parent) {
        Sampler sampler = TraceSampling.sampler(Optional.empty(), 1);

        assertThat(
                        decision(
                                sampler,
                                parent.equals("none")
                                        ? Optional.empty()
                                        : Optional.of(text(parent))))
                .isEqualTo(SamplingDecision.DROP);
    }

    @Test
    void recordsWhatBeganRecordedAndTheRatioOfTheRest() {
        Sampler all = TraceSampling.sampler(COLLECTOR, 1);
        Sampler none = TraceSampling.sampler(COLLECTOR, 0);

        assertThat(decision(all, Optional.empty())).isEqualTo(SamplingDecision.RECORD_AND_SAMPLE);
        assertThat(decision(none, Optional.empty())).isEqualTo(SamplingDecision.DROP);
        assertThat(decision(none, Optional.of(text("01"))))
                .isEqualTo(SamplingDecision.RECORD_AND_SAMPLE);
        assertThat(decision(all, Optional.of(text("00")))).isEqualTo(SamplingDecision.DROP);
    }
}
