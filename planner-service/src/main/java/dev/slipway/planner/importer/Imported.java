package dev.slipway.planner.importer;

import dev.slipway.planner.clusterfile.Problem;
import java.util.List;

/// What an import came to.
public sealed interface Imported {
    /// @param format the other tool's name for such a file
    /// @param clusterfile free of secrets
    /// @param fields every field of the other file, in the order of the text
    /// @param problems what `validate` says of the Clusterfile; empty if it can be applied
    record Done(
            String format, String clusterfile, List<ImportedField> fields, List<Problem> problems)
            implements Imported {
        public Done {
            fields = List.copyOf(fields);
            problems = List.copyOf(problems);
        }

        /// Whether the Clusterfile says all that the other file says.
        public boolean isWhole() {
            return fields.stream().noneMatch(f -> f.outcome() == ImportedField.Outcome.LOST);
        }
    }

    /// Nothing was made of it.
    ///
    /// @param problems why; at least one
    record Refused(List<Problem> problems) implements Imported {
        public Refused {
            problems = List.copyOf(problems);
        }
    }
}
