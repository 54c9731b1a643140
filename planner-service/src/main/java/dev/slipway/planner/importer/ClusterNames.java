package dev.slipway.planner.importer;

import java.util.Locale;

/// The cluster's name from `metadata.name` of another tool's file.
final class ClusterNames {
    private ClusterNames() {}

    /// @param standard the name of a file without one
    static String of(ForeignDocument file, String standard) {
        String said = file.text("metadata.name").orElse(standard);
        String name = label(said, 63, standard);
        file.mapped(
                "metadata.name",
                "metadata.name",
                name.equals(said) ? "" : "written as %s, as names have to be".formatted(name));
        return name;
    }

    /// A DNS label that looks like `text`, at most `length` long.
    static String label(String text, int length, String standard) {
        String letters = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        String cut = letters.substring(0, Math.min(letters.length(), length));
        String label = cut.replaceAll("^-+|-+$", "");
        return label.isEmpty() ? standard : label;
    }
}
