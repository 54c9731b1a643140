package dev.slipway.executor.journal;

import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.Part;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Turns an order into the input of the journal's program. Pure: the same order and ingredients
/// give the same bytes. Every value of the order gets into the shell text through [ShellQuote];
/// scripts and contents do not get into it at all but travel as files.
public final class StepCompiler {
    private final Order order;
    private final Ingredients ingredients;
    private final List<CompiledOrder.Blob> blobs = new ArrayList<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Map<MaterialName, String> materialFiles = new LinkedHashMap<>();
    private final List<String> loans = new ArrayList<>();

    private StepCompiler(Order order, Ingredients ingredients) {
        this.order = order;
        this.ingredients = ingredients;
    }

    /// @param digest of the signed order, kept in the journal
    /// @throws MissingIngredient if a step needs what the ingredients lack
    public static CompiledOrder compile(
            Order order, ContentDigest digest, Ingredients ingredients) {
        return new StepCompiler(order, ingredients).compile(digest);
    }

    private CompiledOrder compile(ContentDigest digest) {
        var describe = new StringBuilder();
        var environment = new StringBuilder();
        for (int i = 0; i < order.steps().size(); i++) {
            int number = i + 1;
            Step step = order.steps().get(i);
            describe.append("    %d) %s ;;\n".formatted(number, describe(number, step)));
            if (step instanceof Step.Command command) {
                environment.append(environment(number, command));
            }
        }
        String list =
                blobs.stream()
                        .map(blob -> blob.name() + " " + blob.length())
                        .collect(Collectors.joining("\n"));
        String text =
                """
                task=%s
                attempt=%d
                first=%d
                mutating=%s
                steps=%d
                timeout=%d
                digest=%s
                describe() {
                    limit=0 rerun=yes fact=no path= mode= owner= content= max=0 interval=0
                    case $1 in
                %s    esac
                }
                environment() {
                    case $1 in
                %s    esac
                }
                blobs=%s
                loans=%s
                """
                        .formatted(
                                ShellQuote.quote(order.task().toString()),
                                order.attempt(),
                                order.firstAttempt().orElse(1),
                                order.mutating() ? "yes" : "no",
                                order.steps().size(),
                                ticks(order.times().timeout()),
                                ShellQuote.quote(digest.value()),
                                describe,
                                environment,
                                ShellQuote.quote(list),
                                ShellQuote.quote(String.join("\n", loans)));
        return new CompiledOrder(order, text, blobs, bytes.toByteArray());
    }

    private String describe(int number, Step step) {
        return switch (step) {
            case Step.Command command -> {
                file(number + ".script", utf8(command.script()));
                command.unless().ifPresent(text -> file(number + ".unless", utf8(text)));
                yield "step=command rerun=%s limit=%d fact=%s"
                        .formatted(
                                command.rerunnable() ? "yes" : "no",
                                ticks(command.timeout()),
                                command.factName().isPresent() ? "yes" : "no");
            }
            case Step.Put put -> {
                file(number + ".content", content(put));
                yield "step=put path=%s mode=%s owner=%s%s"
                        .formatted(
                                quote(put.path()),
                                ShellQuote.quote("0" + Integer.toOctalString(put.mode())),
                                ShellQuote.quote(put.owner()),
                                put.stored().map(c -> " content=" + c.digest()).orElse(""));
            }
            case Step.Read read ->
                    "step=read path=%s max=%d".formatted(quote(read.path()), read.maxBytes());
            case Step.Await await -> {
                file(number + ".condition", utf8(await.condition()));
                yield "step=await limit=%d interval=%d"
                        .formatted(ticks(await.timeout()), ticks(await.interval()));
            }
            case Step.Kube _, Step.Deposit _ ->
                    throw new IllegalArgumentException(
                            "step \"%s\" is none of a host's program".formatted(step.name()));
        };
    }

    private String environment(int number, Step.Command command) {
        var exports = new StringBuilder();
        new TreeMap<>(command.environment())
                .forEach((name, value) ->
                        exports.append(" %s=%s".formatted(name, ShellQuote.quote(value))));
        new TreeMap<>(command.materialFiles())
                .forEach((name, material) ->
                        exports.append(" %s=\"$stage/%s\"".formatted(name, file(material))));
        command.file()
                .ifPresent(content -> {
                    loans.add(number + ".file " + content.digest());
                    exports.append(" %s=\"$stage/%d.file\"".formatted(Step.Command.FILE, number));
                });
        return exports.isEmpty() ? "" : "    %d) export%s ;;\n".formatted(number, exports);
    }

    /// A material that several steps name is one file.
    private String file(MaterialName material) {
        String known = materialFiles.get(material);
        if (known == null) {
            known = "m." + (materialFiles.size() + 1);
            materialFiles.put(material, known);
            file(known, ingredients.material(material));
        }
        return known;
    }

    /// Nothing of a file of the content store, which is on the host by then.
    private byte[] content(Step.Put put) {
        var whole = new ByteArrayOutputStream();
        for (Part part : put.content()) {
            whole.writeBytes(
                    switch (part) {
                        case Part.Literal(var text) -> utf8(text);
                        case Part.Material(var name) -> ingredients.material(name);
                        case Part.Content _ -> new byte[0];
                    });
        }
        return whole.toByteArray();
    }

    private void file(String name, byte[] content) {
        blobs.add(new CompiledOrder.Blob(name, content.length));
        bytes.writeBytes(content);
    }

    private static String quote(RemotePath path) {
        return ShellQuote.quote(path.value());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// Centiseconds, the program's unit; never less than one.
    private static long ticks(Duration duration) {
        return Math.max(1, duration.toMillis() / 10);
    }
}
