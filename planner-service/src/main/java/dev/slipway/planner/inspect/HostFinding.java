package dev.slipway.planner.inspect;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.outcome.ReasonCode;
import java.util.Locale;
import java.util.Optional;

/// What is wrong with a host; kept with the run.
///
/// @param message what was found, values quoted, expected against actual
/// @param advice what to do
public record HostFinding(
        HostAddress host,
        Check check,
        Level level,
        ReasonCode reason,
        String message,
        String advice) {
    /// How bad it is.
    public enum Level {
        /// Work goes on, but somebody should know.
        WARN,
        /// The host cannot be used as it is.
        FAIL;

        /// `warn` or `fail`.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// As stored. Runs of earlier versions kept neither check nor level: all they kept kept a host
    /// from being used.
    @JsonCreator
    static HostFinding stored(
            @JsonProperty("host") HostAddress host,
            @JsonProperty("check") Optional<Check> check,
            @JsonProperty("level") Optional<Level> level,
            @JsonProperty("reason") ReasonCode reason,
            @JsonProperty("message") String message,
            @JsonProperty("advice") String advice) {
        return new HostFinding(
                host, check.orElse(Check.FACTS), level.orElse(Level.FAIL), reason, message, advice);
    }

    public boolean isFailure() {
        return level == Level.FAIL;
    }
}
