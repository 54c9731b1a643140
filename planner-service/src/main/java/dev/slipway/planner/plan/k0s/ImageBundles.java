package dev.slipway.planner.plan.k0s;

import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.order.Part;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.FileSource;
import dev.slipway.planner.clusterfile.ImageArchive;
import dev.slipway.planner.plan.node.Artifacts;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Script;
import java.time.Duration;
import java.util.List;

/// Archives of images that a host fetches and checks, or is brought, into the folder that k0s
/// imports them from: when it starts before the kubelet does, and later as they come (k0s
/// documentation, "Airgap install").
final class ImageBundles {
    private ImageBundles() {}

    static List<Step> steps(ImageArchive archive, ClusterHost host) {
        return switch (archive.source()) {
            case FileSource.Url(String url, ContentDigest sha256) ->
                    List.of(
                            place(
                                            "fetch-images-",
                                            archive,
                                            host,
                                            sha256,
                                            Script.fill(
                                                    """
                                                    @FETCH@
                                                    fetch @URL@ "$archive" @SHA256@\
                                                    """,
                                                    "FETCH",
                                                    Artifacts.FETCH_FUNCTION.strip(),
                                                    "URL",
                                                    ShellQuote.quote(url),
                                                    "SHA256",
                                                    ShellQuote.quote(sha256.value())))
                                    .unless(isThere(archive, host, sha256)));
            case FileSource.Stored(ContentDigest content, long size) ->
                    List.of(
                            Step.Put.content(
                                    "put-images-" + archive.name(),
                                    arriving(archive),
                                    new Part.Content(content, size),
                                    0600),
                            place(
                                    "place-images-",
                                    archive,
                                    host,
                                    content,
                                    Script.fill(
                                            """
                                            if @THERE@; then
                                                rm -f "$archive"
                                                exit 0
                                            fi\
                                            """,
                                            "THERE",
                                            isThere(archive, host, content))));
            case FileSource.Text _, FileSource.Local _ ->
                    throw new IllegalArgumentException("no images come from " + archive);
        };
    }

    private static RemotePath arriving(ImageArchive archive) {
        return NodePaths.ARTIFACTS.resolveInside("images-" + archive.name() + ".tar");
    }

    private static RemotePath bundle(ImageArchive archive, ClusterHost host) {
        return K0sPaths.images(host).resolveInside(archive.name() + ".tar");
    }

    private static String stamp(ImageArchive archive) {
        return quoted(NodePaths.ARTIFACTS.resolveInside("images-" + archive.name() + ".sha256"));
    }

    /// A shell condition.
    private static String isThere(ImageArchive archive, ClusterHost host, ContentDigest sha256) {
        return "[ \"$(cat %s 2>/dev/null)\" = %s ] && [ -e %s ]"
                .formatted(
                        stamp(archive),
                        ShellQuote.quote(sha256.value()),
                        quoted(bundle(archive, host)));
    }

    /// Renamed at the end: k0s reads what it finds in the folder.
    ///
    /// @param arrival what brings the archive to where it arrives
    private static Step.Command place(
            String verb,
            ImageArchive archive,
            ClusterHost host,
            ContentDigest sha256,
            String arrival) {
        return Step.Command.of(
                        verb + archive.name(),
                        Script.fill(
                                """
                                archive=@ARCHIVE@
                                bundle=@BUNDLE@
                                mkdir -p "${archive%/*}" "${bundle%/*}"
                                @ARRIVAL@
                                mv -f "$archive" "$bundle"
                                printf '%s\\n' @SHA256@ > @STAMP@
                                """,
                                "ARCHIVE",
                                quoted(arriving(archive)),
                                "BUNDLE",
                                quoted(bundle(archive, host)),
                                "ARRIVAL",
                                arrival,
                                "SHA256",
                                ShellQuote.quote(sha256.value()),
                                "STAMP",
                                stamp(archive)),
                        Duration.ofMinutes(15))
                .withRerun()
                .failingAs(Failures.FETCH);
    }

    private static String quoted(RemotePath path) {
        return ShellQuote.quote(path.value());
    }
}
