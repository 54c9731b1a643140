package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.Part;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.ClusterRuntime;
import dev.slipway.planner.plan.HostEnvironment;
import dev.slipway.planner.plan.PlanInput;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Steps that several phases make.
public final class Steps {
    /// A step that only touches files.
    public static final Duration SHORT = Duration.ofMinutes(1);

    private static final int CHUNK_BYTES = 60 * 1024;

    private Steps() {}

    /// A command that may run any number of times.
    public static Step.Command rerunnable(String name, String script) {
        return Step.Command.of(name, script, SHORT).withRerun().failingAs(Failures.SYSTEM);
    }

    /// `kubectl` with the administrator's kubeconfig.
    ///
    /// @param host a control plane, on which it is run
    public static String kubectl(PlanInput input, ClusterHost host) {
        String program =
                switch (input.clusterfile().runtime()) {
                    case ClusterRuntime.Kubeadm _ -> "kubectl";
                    case ClusterRuntime.K0s _ -> "k0s kubectl";
                };
        return "%s --kubeconfig %s"
                .formatted(program, ShellQuote.quote(adminKubeconfig(input, host).value()));
    }

    /// The administrator's kubeconfig on a control plane.
    public static RemotePath adminKubeconfig(PlanInput input, ClusterHost host) {
        return switch (input.clusterfile().runtime()) {
            case ClusterRuntime.Kubeadm _ -> NodePaths.ADMIN_CONF;
            case ClusterRuntime.K0s _ ->
                    host.k0s().dataDirectory().resolveInside("pki", "admin.conf");
        };
    }

    public static Step.Await await(
            String name, String condition, Duration timeout, ReasonCode onTimeout) {
        return new Step.Await(name, condition, Duration.ofSeconds(1), timeout, onTimeout);
    }

    public static Step.Put text(String name, RemotePath path, String text, int mode) {
        return new Step.Put(name, path, parts(text), mode, "root:root");
    }

    /// The text in pieces no longer than a literal may be, cut between characters.
    public static List<Part> parts(String text) {
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
    public static List<Step> withEnvironment(PlanInput input, ClusterHost host, List<Step> steps) {
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
                            case Step.Deposit deposit -> deposit;
                        })
                .toList();
    }
}
