package dev.slipway.planner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.order.Part;
import dev.slipway.contracts.order.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;

/// Plans as readable text under src/test/resources/plans. After a change that is meant:
/// `-Dgolden.write=true`, then read the difference.
public final class GoldenPlan {
    private static final Path GOLDEN = Path.of("src/test/resources/plans");

    private GoldenPlan() {}

    public static void matches(String name, Plan plan) throws IOException {
        compare(name, text(plan));
    }

    /// The phases and the steps' names only, and the digest of the whole.
    public static void matchesInShort(String name, Plan plan) throws IOException {
        compare(name, summary(plan) + "\nsha256 " + plan.digest() + "\n");
    }

    private static void compare(String name, String text) throws IOException {
        Path file = GOLDEN.resolve(name + ".txt");
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(file, text);
        }
        assertThat(text).isEqualTo(Files.readString(file));
    }

    private static String text(Plan plan) {
        return text(plan, true);
    }

    private static String summary(Plan plan) {
        return text(plan, false);
    }

    private static String text(Plan plan, boolean whole) {
        var text =
                new StringBuilder(
                        "%s %s, generation %d%n"
                                .formatted(
                                        plan.operation().word(),
                                        plan.cluster(),
                                        plan.generation()));
        for (PlannedPhase phase : plan.phases()) {
            var summary = phase.summary();
            text.append(
                    "%n== %s: %s. %d hosts, window %d%s, failure limit %d, timeout %s, start by %s, halts on %s%s%s%n"
                            .formatted(
                                    summary.name(),
                                    summary.title(),
                                    summary.hosts().size(),
                                    summary.window(),
                                    summary.disruptionBudget().isPresent()
                                            ? ", budget " + summary.disruptionBudget().getAsInt()
                                            : "",
                                    summary.failureLimit(),
                                    phase.taskTimeout(),
                                    phase.startBy(),
                                    phase.haltingHosts(),
                                    phase.deadline().map(d -> ", deadline " + d).orElse(""),
                                    phase.renewedFor().isEmpty()
                                            ? ""
                                            : ", renewed for " + phase.renewedFor()));
            // The tasks of many hosts differ in names only: the first two and the last say it all.
            int count = phase.tasks().size();
            for (int i = 0; i < count; i++) {
                if (count <= 3 || i < 2 || i == count - 1) {
                    task(text, phase.tasks().get(i), whole && i <= 1);
                }
            }
        }
        return text.toString();
    }

    private static void task(StringBuilder text, PlannedTask task, boolean whole) {
        text.append("-- ").append(task.host()).append('\n');
        for (Step step : task.steps()) {
            text.append(step.name())
                    .append(whole ? ": " + describe(step).stripTrailing().indent(6).strip() : "")
                    .append('\n');
        }
    }

    private static String describe(Step step) {
        return switch (step) {
            case Step.Command c ->
                    "command %s%s%s%s\n%s"
                            .formatted(
                                    c.timeout(),
                                    c.rerunnable() ? " rerunnable" : "",
                                    c.unless().map(u -> " unless " + u).orElse(""),
                                    variables(c),
                                    c.script());
            case Step.Put p ->
                    "put %s %o %s\n%s"
                            .formatted(
                                    p.path(),
                                    p.mode(),
                                    p.owner(),
                                    p.content().stream()
                                            .map(GoldenPlan::part)
                                            .reduce("", String::concat));
            case Step.Read r -> "read " + r.path();
            case Step.Kube k -> "kube %s at %s%n%s".formatted(k.timeout(), k.server(), k.request());
            case Step.Deposit d ->
                    "deposit %s from %s, ca.crt %s, for %s, leaves %s"
                            .formatted(
                                    d.timeout(),
                                    d.folder(),
                                    d.caDigest(),
                                    d.endpoint().orElse("nobody"),
                                    d.leafValidity());
            case Step.Await a ->
                    "await %s or %s\n%s".formatted(a.timeout(), a.onTimeout(), a.condition());
        };
    }

    /// All but the search path, which every command has; a material's file by the material's name.
    private static String variables(Step.Command command) {
        var shown = new TreeMap<>(command.environment());
        shown.remove("PATH", HostEnvironment.PATH);
        command.materialFiles()
                .forEach(
                        (name, material) -> shown.put(name, "<<material %s>>".formatted(material)));
        return shown.isEmpty() ? "" : " with " + shown;
    }

    private static String part(Part part) {
        return switch (part) {
            case Part.Literal(String text) -> text;
            case Part.Material(var name) -> "<<material " + name + ">>";
            case Part.Content(var digest, long size) ->
                    "<<content %s, %d bytes>>".formatted(digest, size);
        };
    }
}
