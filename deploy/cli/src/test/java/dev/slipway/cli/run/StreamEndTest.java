package dev.slipway.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.slipway.cli.api.EventStream;
import dev.slipway.contracts.Wire;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamEndTest {
    private static Optional<StreamEnd> end(String name, long results, long outputs)
            throws JsonProcessingException {
        String json = "{\"results\": %d, \"outputs\": %d}".formatted(results, outputs);
        return StreamEnd.of(new EventStream.Event(name, Wire.mapper().readTree(json)));
    }

    @Test
    void isNoOtherEvent() throws JsonProcessingException {
        assertThat(end("RunSettled", 0, 0)).isEmpty();
    }

    @Test
    void isSilentWhereNothingIsMissing() throws JsonProcessingException {
        assertThat(StreamEnd.shortfall(end("StreamEnded", 0, 0), "R")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "2, 0, the results of 2 tasks did not reach",
        "0, 3, the end of the output of 3 tasks did not reach",
        "2, 3, the results of 2 tasks and the end of the output of 3 tasks did not reach"
    })
    void saysWhatIsMissingAndWhereToLook(long results, long outputs, String text)
            throws JsonProcessingException {
        assertThat(StreamEnd.shortfall(end("StreamEnded", results, outputs), "R").orElseThrow())
                .startsWith(text)
                .contains("slipway describe run R", "slipway logs R");
    }

    @Test
    void saysSoWhereTheEndItselfDidNotCome() {
        assertThat(StreamEnd.shortfall(Optional.empty(), "R").orElseThrow())
                .contains("has not told all", "slipway logs R");
    }
}
