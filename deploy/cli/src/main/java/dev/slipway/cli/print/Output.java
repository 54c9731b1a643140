package dev.slipway.cli.print;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.contracts.Wire;
import java.util.function.Function;
import java.util.function.Supplier;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import picocli.CommandLine.Option;

/// The `-o` option and what it does. `json` and `yaml` show the API's answer as it is; `name` one
/// name a line, for scripts.
public final class Output {
    enum Format {
        TABLE,
        WIDE,
        JSON,
        YAML,
        NAME
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "TABLE",
            description = "table, wide, json, yaml or name (default: table).")
    private Format format = Format.TABLE;

    public boolean isWide() {
        return format == Format.WIDE;
    }

    public boolean isForPeople() {
        return format == Format.TABLE || format == Format.WIDE;
    }

    /// A list of things.
    ///
    /// @param items an array
    /// @param table makes the table; told whether it may be wide
    /// @param none said instead of an empty table
    public void list(
            JsonNode items,
            Function<Boolean, Table> table,
            Function<JsonNode, String> name,
            String none) {
        if (format == Format.NAME) {
            items.forEach(i -> System.out.println(Terminal.safe(name.apply(i))));
        } else if (isForPeople() && items.isEmpty()) {
            System.out.println(none);
        } else {
            one(items, () -> table.apply(format == Format.WIDE).toString(), i -> "");
        }
    }

    /// One thing.
    public void one(JsonNode item, Supplier<String> text, Function<JsonNode, String> name) {
        System.out.println(
                switch (format) {
                    case TABLE, WIDE -> text.get();
                    case JSON -> item.toPrettyString();
                    case YAML -> yaml(item);
                    case NAME -> Terminal.safe(name.apply(item));
                });
    }

    private static String yaml(JsonNode item) {
        return new Dump(DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build())
                .dumpToString(Wire.mapper().convertValue(item, Object.class))
                .stripTrailing();
    }
}
