package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.Part;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.HostEnvironment;
import dev.slipway.planner.plan.PlanInput;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Steps that several phases make.
final class Steps {
    /// A step that only touches files.
    static final Duration SHORT = Duration.ofMinutes(1);

    private static final int CHUNK_BYTES = 60 * 1024;

    private Steps() {}

    /// A command that may run any number of times.
    static Step.Command rerunnable(String name, String script) {
        return Step.Command.of(name, script, SHORT).withRerun().failingAs(Failures.SYSTEM);
    }

    /// `kubectl` with the admin's kubeconfig; only on the control plane.
    static String kubectl() {
        return "kubectl --kubeconfig " + ShellQuote.quote(NodePaths.ADMIN_CONF.value());
    }

    static Step.Await await(String name, String condition, Duration timeout, ReasonCode onTimeout) {
        return new Step.Await(name, condition, Duration.ofSeconds(1), timeout, onTimeout);
    }

    static Step.Put text(String name, RemotePath path, String text, int mode) {
        return new Step.Put(name, path, parts(text), mode, "root:root");
    }

    /// The text in pieces no longer than a literal may be, cut between characters.
    static List<Part> parts(String text) {
        var parts = new ArrayList<Part>();
        var piece = new StringBuilder();
        int bytes = 0;
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            String character = Character.toString(codePoint);
            int size = character.getBytes(StandardCharsets.UTF_8).length;
            if (bytes + size > CHUNK_BYTES) {
                parts.add(new Part.Literal(piece.toString()));
                piece.setLength(0);
                bytes = 0;
            }
            piece.append(character);
            bytes += size;
            i += Character.charCount(codePoint);
        }
        parts.add(new Part.Literal(piece.toString()));
        return parts;
    }

    /// Every command with the host's environment, and every step with a search path that does not
    /// depend on how root was reached and holds what artifacts bring.
    static List<Step> withEnvironment(PlanInput input, ClusterHost host, List<Step> steps) {
        String path = HostEnvironment.path(Artifacts.folders(input, host));
        var environment = HostEnvironment.of(host.env(), path);
        return steps.stream()
                .<Step>map(step ->
                        switch (step) {
                            case Step.Command command -> command.withEnvironment(environment);
                            case Step.Await await ->
                                    new Step.Await(
                                            await.name(),
                                            "PATH=%s; export PATH\n%s"
                                                    .formatted(path, await.condition()),
                                            await.interval(),
                                            await.timeout(),
                                            await.onTimeout());
                            case Step.Put put -> put;
                            case Step.Read read -> read;
                            case Step.Kube kube -> kube;
                        })
                .toList();
    }
}
