package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.order.Part;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ContainerRuntime;
import dev.slipway.planner.clusterfile.FileSource;
import dev.slipway.planner.clusterfile.ImageArchive;
import dev.slipway.planner.plan.node.Artifacts;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Script;
import java.time.Duration;
import java.util.List;

/// Archives of images that a host fetches and checks, or is brought, and imports where kubeadm and
/// the kubelet look for images. What came so is pinned where the runtime can: else the kubelet
/// would remove it when the disk fills, and there may be no registry to pull it from again.
final class Images {
    private Images() {}

    /// @param runtime what takes them
    static List<Step> steps(ImageArchive archive, ContainerRuntime runtime) {
        return switch (archive.source()) {
            case FileSource.Url(String url, ContentDigest sha256) ->
                    List.of(
                            load(
                                            archive,
                                            runtime,
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
                                    .unless(isLoaded(archive, sha256)));
            case FileSource.Stored(ContentDigest content, long size) ->
                    List.of(
                            Step.Put.content(
                                    "put-images-" + archive.name(),
                                    file(archive),
                                    new Part.Content(content, size),
                                    0600),
                            load(
                                    archive,
                                    runtime,
                                    content,
                                    Script.fill(
                                            """
                                            if @LOADED@; then
                                                rm -f "$archive"
                                                exit 0
                                            fi\
                                            """,
                                            "LOADED",
                                            isLoaded(archive, content))));
            case FileSource.Text _, FileSource.Local _ ->
                    throw new IllegalArgumentException("no images come from " + archive);
        };
    }

    private static RemotePath file(ImageArchive archive) {
        return NodePaths.ARTIFACTS.resolveInside("images-" + archive.name() + ".tar");
    }

    private static String stamp(ImageArchive archive) {
        return ShellQuote.quote(
                NodePaths.ARTIFACTS.resolveInside("images-" + archive.name() + ".sha256").value());
    }

    /// A shell condition.
    private static String isLoaded(ImageArchive archive, ContentDigest sha256) {
        return "[ \"$(cat %s 2>/dev/null)\" = %s ]"
                .formatted(stamp(archive), ShellQuote.quote(sha256.value()));
    }

    /// @param arrival what puts the archive in its place
    private static Step.Command load(
            ImageArchive archive, ContainerRuntime runtime, ContentDigest sha256, String arrival) {
        return Step.Command.of(
                        "load-images-" + archive.name(),
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
                                switch (runtime) {
                                    case CONTAINERD -> Containerd.LOAD;
                                    case DOCKER -> Docker.LOAD;
                                },
                                "SHA256",
                                ShellQuote.quote(sha256.value()),
                                "STAMP",
                                stamp(archive)),
                        Duration.ofMinutes(15))
                .withRerun()
                .failingAs(
                        Failures.with(
                                Failures.as(
                                        "slipway: checksum mismatch", ReasonCode.CHECKSUM_MISMATCH),
                                Failures.as("slipway: download failed", ReasonCode.DOWNLOAD_FAILED),
                                Failures.as("slipway: no download tool", ReasonCode.TOOL_MISSING),
                                Failures.as(
                                        switch (runtime) {
                                            case CONTAINERD -> "ctr: ";
                                            case DOCKER -> "Error response from daemon";
                                        },
                                        ReasonCode.IMAGE_PULL_FAILED)));
    }
}
