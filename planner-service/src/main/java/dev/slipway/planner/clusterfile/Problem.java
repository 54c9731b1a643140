package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.outcome.ReasonCode;
import java.util.Optional;

/// One thing wrong with a Clusterfile.
///
/// @param code `CLUSTERFILE_INVALID`, `NOT_SERVED_YET` or `INLINE_SECRET`
/// @param document counted from 1
/// @param line in the whole text, from 1
/// @param column from 1
/// @param path of the field, `spec.hosts[0].roles[1]`; empty for the document itself
/// @param message what was found and what is expected; never the value of a secret
/// @param suggestion the nearest known word, where something looks misspelled
public record Problem(
        ReasonCode code,
        int document,
        int line,
        int column,
        String path,
        String message,
        Optional<String> suggestion) {
    /// One line for a terminal.
    @Override
    public String toString() {
        return "document %d, line %d, column %d: %s%s%s"
                .formatted(
                        document,
                        line,
                        column,
                        path.isEmpty() ? "" : path + ": ",
                        message,
                        suggestion.map(s -> ": did you mean \"" + s + "\"?").orElse(""));
    }
}
