package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.FailurePattern;
import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.order.Part;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.ContainerRuntime;
import dev.slipway.planner.clusterfile.FileSource;
import dev.slipway.planner.clusterfile.ImageArchive;
import dev.slipway.planner.clusterfile.OwnRegistry;
import dev.slipway.planner.clusterfile.Registry;
import dev.slipway.planner.clusterfile.RegistryServer;
import dev.slipway.planner.plan.node.Artifacts;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Script;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Archives of images that a host fetches and checks, or is brought, and hands on: to its container
/// runtime, or to the cluster's own registry on it.
final class Images {
    private Images() {}

    /// Where images go to.
    ///
    /// @param verb of the step's name
    /// @param stamp the end of the name of the file that says of an archive that it is there
    /// @param place what that file says besides the archive's digest: with another place it does
    ///   not count
    /// @param script takes `$archive` and removes it
    /// @param login the login that the script finds in the file `$REGISTRY_LOGIN`
    record Into(
            String verb,
            String stamp,
            String place,
            String script,
            List<FailurePattern> failures,
            Optional<MaterialName> login) {
        /// Where kubeadm and the kubelet look for images. What came so is pinned where the runtime
        /// can: else the kubelet would remove it when the disk fills, and there may be no registry
        /// to pull it from again.
        static Into runtime(ContainerRuntime runtime) {
            return new Into(
                    "load-images-",
                    ".sha256",
                    "",
                    switch (runtime) {
                        case CONTAINERD -> Containerd.LOAD;
                        case DOCKER -> Docker.LOAD;
                    },
                    List.of(
                            Failures.as(
                                    switch (runtime) {
                                        case CONTAINERD -> "ctr: ";
                                        case DOCKER -> "Error response from daemon";
                                    },
                                    ReasonCode.IMAGE_PULL_FAILED)),
                    Optional.empty());
        }

        /// The registry on the host itself.
        static Into registry(Clusterfile clusterfile, OwnRegistry registry, ClusterHost host) {
            return new Into(
                    "serve-images-",
                    ".served",
                    " %s %s".formatted(registry.authority(host.address()), registry.storage()),
                    Containerd.serve(
                            registry.authority(host.address()),
                            clusterfile.pulling().stream()
                                    .filter(r -> r.mirrors().stream().anyMatch(RegistryServer::own))
                                    .map(Registry::host)
                                    .toList()),
                    List.of(
                            Failures.as(
                                    "spec.registry.serves does not name",
                                    ReasonCode.CLUSTERFILE_INVALID),
                            Failures.as("connection refused", ReasonCode.REGISTRY_DOWN),
                            Failures.as("ctr: ", ReasonCode.IMAGE_PULL_FAILED)),
                    registry.credential().map(Materials::registryLogin));
        }
    }

    static List<Step> steps(ImageArchive archive, Into into) {
        return switch (archive.source()) {
            case FileSource.Url(String url, ContentDigest sha256) ->
                    List.of(
                            load(
                                            archive,
                                            into,
                                            sha256,
                                            Script.fill(
                                                    """
                                                    @FETCH@
                                                    fetch @URL@ "$archive" @SHA256@\
                                                    """,
                                                    "FETCH",
                                                    Artifacts.FETCH_FUNCTION,
                                                    "URL",
                                                    ShellQuote.quote(url),
                                                    "SHA256",
                                                    ShellQuote.quote(sha256.value())))
                                    .unless(isLoaded(archive, into, sha256)));
            case FileSource.Stored(ContentDigest content, long size) ->
                    List.of(
                            Step.Put.content(
                                    "put-images-" + archive.name(),
                                    file(archive),
                                    new Part.Content(content, size),
                                    0600),
                            load(
                                    archive,
                                    into,
                                    content,
                                    Script.fill(
                                            """
                                            if @LOADED@; then
                                                rm -f "$archive"
                                                exit 0
                                            fi\
                                            """,
                                            "LOADED",
                                            isLoaded(archive, into, content))));
            case FileSource.Text _, FileSource.Local _ ->
                    throw new IllegalArgumentException("no images come from " + archive);
        };
    }

    private static RemotePath file(ImageArchive archive) {
        return NodePaths.ARTIFACTS.resolveInside("images-" + archive.name() + ".tar");
    }

    private static String stamp(ImageArchive archive, Into into) {
        return ShellQuote.quote(
                NodePaths.ARTIFACTS
                        .resolveInside("images-" + archive.name() + into.stamp())
                        .value());
    }

    /// A shell condition.
    private static String isLoaded(ImageArchive archive, Into into, ContentDigest sha256) {
        return "[ \"$(cat %s 2>/dev/null)\" = %s ]"
                .formatted(stamp(archive, into), ShellQuote.quote(sha256.value() + into.place()));
    }

    /// @param arrival what puts the archive in its place
    private static Step.Command load(
            ImageArchive archive, Into into, ContentDigest sha256, String arrival) {
        Step.Command command =
                Step.Command.of(
                        into.verb() + archive.name(),
                        Script.fill(
                                """
                                archive=@ARCHIVE@
                                mkdir -p "${archive%/*}"
                                @ARRIVAL@
                                @LOAD@
                                printf '%s\\n' @SHA256@ > @STAMP@
                                """,
                                "ARCHIVE",
                                ShellQuote.quote(file(archive).value()),
                                "ARRIVAL",
                                arrival,
                                "LOAD",
                                into.script(),
                                "SHA256",
                                ShellQuote.quote(sha256.value() + into.place()),
                                "STAMP",
                                stamp(archive, into)),
                        Duration.ofMinutes(15));
        Step.Command told =
                into.login()
                        .map(login -> command.withMaterialFile("REGISTRY_LOGIN", login))
                        .orElse(command);
        return told.withRerun()
                .failingAs(
                        Stream.concat(Failures.FETCH.stream(), into.failures().stream()).toList());
    }
}
