package dev.slipway.contracts.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReasonCodeTest {
    @ParameterizedTest
    @EnumSource
    void saysWhatHappenedAndWhatToDoInWholeSentences(ReasonCode code) {
        assertThat(code.summary()).matches("[A-Za-z].*\\.").hasSizeGreaterThan(15);
        assertThat(code.advice()).matches("[A-Z`].*[.)`]").hasSizeGreaterThan(15);
    }
}
