package dev.slipway.planner.clusterfile;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.RepresentToNode;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.representer.StandardRepresenter;

/// One YAML text for one value: block style, two blanks a level, no anchors, long texts as they
/// are. A text that YAML 1.1 would take for something else is quoted, because programs written in
/// Go read that version.
public final class CanonicalYaml {
    private static final DumpSettings SETTINGS =
            DumpSettings.builder()
                    .setDefaultFlowStyle(FlowStyle.BLOCK)
                    .setIndent(2)
                    .setIndicatorIndent(2)
                    .setIndentWithIndicator(true)
                    .setWidth(4096)
                    .setSplitLines(false)
                    .setDereferenceAliases(true)
                    .build();

    private CanonicalYaml() {}

    /// @param documents each of maps, lists and scalars
    public static String text(List<? extends Map<String, ?>> documents) {
        return documents.stream()
                .map(d -> new Dump(SETTINGS, new Unambiguous()).dumpToString(d))
                .collect(Collectors.joining("---\n"));
    }

    private static final class Unambiguous extends StandardRepresenter {
        /// Of YAML 1.1: null, booleans, numbers (octal, of base 60), times, merging.
        private static final Pattern OTHERWISE =
                Pattern.compile(
                        "~|null|true|false|yes|no|on|off|y|n|=|<<|[-+]?\\.(inf|nan)"
                                + "|[-+]?0[box]?[0-9a-f_]+|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\\.[0-9_]*)?"
                                + "|[-+]?([0-9][0-9_]*)?\\.?[0-9_]*(e[-+]?[0-9]+)?"
                                + "|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*",
                        Pattern.CASE_INSENSITIVE);

        Unambiguous() {
            super(SETTINGS);
            RepresentToNode usual = Objects.requireNonNull(representers.get(String.class));
            representers.put(
                    String.class,
                    text ->
                            OTHERWISE.matcher((String) text).matches()
                                    ? representScalar(
                                            Tag.STR, (String) text, ScalarStyle.SINGLE_QUOTED)
                                    : usual.representData(text));
        }
    }
}
