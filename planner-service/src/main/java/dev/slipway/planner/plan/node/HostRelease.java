package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.inspect.Ownership;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The end of a reset, the same whatever made the node. The mark of ownership goes last, so that a
/// reset that broke off can be done again. What Slipway did not make stays: packages, kernel
/// settings in force, images, the hostname.
public final class HostRelease {
    private HostRelease() {}

    /// @param registries the folder of registries
    /// @param own what is to be put back besides, once Slipway's files are gone
    /// @param temporary what else is thrown away; paths that need no quotes
    public static List<Step> steps(
            Services services, RemotePath registries, List<Step> own, RemotePath... temporary) {
        var steps = new ArrayList<Step>();
        steps.add(Artifacts.forget());
        steps.add(MadeFiles.remove(registries));
        steps.add(HostsFile.clean());
        steps.addAll(own);
        steps.add(Steps.rerunnable("reload-units", services.reload()));
        steps.add(
                Steps.rerunnable(
                        "remove-temporary-files",
                        "rm -rf %s%s\n"
                                .formatted(
                                        ShellQuote.quote(NodePaths.VOLATILE.value()),
                                        Stream.of(temporary)
                                                .map(path -> " " + path)
                                                .collect(Collectors.joining()))));
        steps.add(
                Steps.rerunnable(
                        "release-host",
                        "rm -rf %s %s %s %s %s\nrm -f %s\n"
                                .formatted(
                                        NodePaths.INITIALISED,
                                        NodePaths.JOINED,
                                        NodePaths.MANIFESTS,
                                        NodePaths.HOOKS,
                                        NodePaths.SLIPWAY.resolveInside("containerd-config.sha256"),
                                        ShellQuote.quote(Ownership.FILE))));
        return steps;
    }
}
