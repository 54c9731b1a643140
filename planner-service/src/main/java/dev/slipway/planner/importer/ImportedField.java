package dev.slipway.planner.importer;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// What became of one field of the other tool's file. It shows no secret.
///
/// @param document counted from 1
/// @param line in the whole text, from 1
/// @param path of the field there, `spec.hosts[0].ssh.port`
/// @param target the field of the Clusterfile, or `ClusterConfig` and the field in that document;
///   empty unless it is mapped
/// @param note what to know or to do; may be empty
public record ImportedField(
        int document, int line, String path, Outcome outcome, String target, String note) {
    public enum Outcome {
        /// It stands in the Clusterfile.
        MAPPED,
        /// Nothing is needed for it: it is so without being said, or it means nothing.
        IMPLIED,
        /// The Clusterfile does not say it.
        LOST;

        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
