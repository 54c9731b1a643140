package dev.slipway.planner.plan.node;

import java.util.Map;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.representer.StandardRepresenter;

/// Writes plain maps, lists and scalars as block-style YAML. A text that any YAML version could
/// read as something else (`yes`, `1.36`, `null`) stands in double quotes.
public final class BlockYaml {
    private static final Pattern PLAIN =
            Pattern.compile("[A-Za-z/][A-Za-z0-9._/-]*(:[A-Za-z0-9/._-]+)*");
    private static final Pattern PLAIN_DIGITS =
            Pattern.compile("[0-9]+(\\.[0-9]+){3}(/[0-9]+)?(:[0-9]+)?|[0-9]+h[0-9]+m[0-9]+s");
    private static final Pattern WORD =
            Pattern.compile("(?i)y|n|yes|no|on|off|true|false|null|nan|inf");

    private BlockYaml() {}

    public static String write(Map<String, Object> document) {
        var settings =
                DumpSettings.builder()
                        .setDefaultFlowStyle(FlowStyle.BLOCK)
                        .setIndent(2)
                        .setWidth(4096)
                        .setSplitLines(false)
                        .build();
        return new Dump(settings, new Representer(settings)).dumpToString(document);
    }

    private static final class Representer extends StandardRepresenter {
        Representer(DumpSettings settings) {
            super(settings);
            representers.put(String.class, data -> scalar((String) data));
        }

        private static Node scalar(String text) {
            return new ScalarNode(Tag.STR, text, style(text));
        }

        private static ScalarStyle style(String text) {
            if (text.contains("\n")) {
                return ScalarStyle.LITERAL;
            }
            boolean plain =
                    (PLAIN.matcher(text).matches() && !WORD.matcher(text).matches())
                            || PLAIN_DIGITS.matcher(text).matches();
            return plain ? ScalarStyle.PLAIN : ScalarStyle.DOUBLE_QUOTED;
        }
    }
}
