package dev.slipway.planner.plan.node;

import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.order.Part;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.Artifact;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.FileSource;
import dev.slipway.planner.plan.PlanInput;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Tarballs that a host fetches and checks, or is brought, and unpacks. What is unpacked counts as
/// written by Slipway, so that `reset` removes it and puts back what stood there.
///
/// Releases are taken as their projects publish them: Kubernetes' node and server tarballs, of
/// which the three programs that a node needs are used, cri-dockerd's, whose program is in a
/// folder, Distribution's, of which the program `registry` is used, and runc, which is a bare
/// program.
public final class Artifacts {
    /// A project's tarball of which programs are taken out of their folder.
    ///
    /// @param folder a basic regular expression, with the slash at its end, or nothing
    /// @param depth how many folders that is
    /// @param programs the first of which tells that it is such a tarball
    private record Release(String folder, int depth, List<String> programs) {
        private static final Release KUBERNETES =
                new Release("kubernetes/[a-z]*/bin/", 3, List.of("kubeadm", "kubelet", "kubectl"));
        private static final Release CRI_DOCKERD =
                new Release("cri-dockerd/", 1, List.of("cri-dockerd"));

        private static final Release REGISTRY = new Release("", 0, List.of("registry"));

        static Release of(Artifact artifact) {
            return switch (artifact.name()) {
                case "cri-dockerd" -> CRI_DOCKERD;
                case "registry" -> REGISTRY;
                default -> KUBERNETES;
            };
        }

        String members() {
            return programs.stream()
                    .map("\"${programs#+}%s\""::formatted)
                    .collect(Collectors.joining(" "));
        }
    }

    private static final RemotePath LOCAL = RemotePath.of("/usr/local");
    private static final String OPT = "/opt";

    private Artifacts() {}

    /// A tarball of the content store is put where a fetched one would be, each time: the host has
    /// it in the executor's cache, and a plan does not know what is unpacked there.
    public static List<Step> steps(Artifact artifact) {
        return switch (artifact.source()) {
            case FileSource.Url(String url, ContentDigest sha256) ->
                    List.of(
                            unpack("fetch-", artifact, sha256, fetch(url, sha256))
                                    .unless(isUnpacked(artifact, sha256)));
            case FileSource.Stored(ContentDigest content, long size) ->
                    List.of(
                            Step.Put.content(
                                    "put-" + artifact.name(),
                                    tarball(artifact),
                                    new Part.Content(content, size),
                                    0600),
                            unpack(
                                    "unpack-",
                                    artifact,
                                    content,
                                    Script.fill(
                                            """
                                            if @UNPACKED@; then
                                                rm -f "$tarball"
                                                exit 0
                                            fi\
                                            """,
                                            "UNPACKED",
                                            isUnpacked(artifact, content))));
            case FileSource.Text _, FileSource.Local _ ->
                    throw new IllegalArgumentException("no artifact comes from " + artifact);
        };
    }

    private static String fetch(String url, ContentDigest sha256) {
        return Script.fill(
                """
                @FETCH@
                fetch @URL@ "$tarball" @SHA256@\
                """,
                "FETCH",
                FETCH_FUNCTION,
                "URL",
                ShellQuote.quote(url),
                "SHA256",
                ShellQuote.quote(sha256.value()));
    }

    private static RemotePath tarball(Artifact artifact) {
        return NodePaths.ARTIFACTS.resolveInside(artifact.name() + ".tar.gz");
    }

    private static String stamp(Artifact artifact) {
        return ShellQuote.quote(
                NodePaths.ARTIFACTS.resolveInside(artifact.name() + ".sha256").value());
    }

    /// A shell condition.
    private static String isUnpacked(Artifact artifact, ContentDigest sha256) {
        return "[ \"$(cat %s 2>/dev/null)\" = %s ]"
                .formatted(stamp(artifact), ShellQuote.quote(sha256.value()));
    }

    /// @param arrival what puts the tarball in its place
    private static Step.Command unpack(
            String verb, Artifact artifact, ContentDigest sha256, String arrival) {
        Release release = Release.of(artifact);
        return Step.Command.of(
                        verb + artifact.name(),
                        Script.fill(
                                """
                                name=@NAME@
                                into=@INTO@
                                directory=@DIRECTORY@
                                tarball=$directory/$name.tar.gz
                                files=$directory/$name.files
                                mkdir -p "$directory" "$into"
                                @ARRIVAL@
                                programs=
                                if [ "$name" = runc ] && ! gzip -t < "$tarball" 2>/dev/null; then
                                    programs=self
                                    echo runc > "$files"
                                else
                                    tar -tzf "$tarball" > "$files"
                                    if grep -Eq '(^/|(^|/)\\.\\.(/|$))' "$files"; then
                                        echo "slipway: unsafe path in $name" >&2
                                        exit 1
                                    fi
                                    programs=$(sed -n 's|^\\(@FOLDER@\\)@FIRST@$|+\\1|p' "$files")
                                    if [ -n "$programs" ]; then printf '%s\\n' @PROGRAMS@ > "$files"; fi
                                fi
                                @REMEMBER@
                                sed -e 's|^\\./||' -e '/^$/d' -e '/\\/$/d' "$files" | while IFS= read -r file; do
                                    remember "$into/$file"
                                done
                                case $programs in
                                    '') tar -xzof "$tarball" -C "$into" ;;
                                    self)
                                        chmod 0755 "$tarball"
                                        mv -f "$tarball" "$into/runc"
                                        ;;
                                    *) tar -xzof "$tarball" -C "$into" --strip-components=@DEPTH@ @MEMBERS@ ;;
                                esac
                                rm -f "$tarball" "$files"
                                printf '%s\\n' @SHA256@ > @STAMP@
                                """,
                                "NAME",
                                ShellQuote.quote(artifact.name()),
                                "INTO",
                                ShellQuote.quote(artifact.into().value()),
                                "DIRECTORY",
                                ShellQuote.quote(NodePaths.ARTIFACTS.value()),
                                "ARRIVAL",
                                arrival,
                                "FOLDER",
                                release.folder(),
                                "FIRST",
                                release.programs().getFirst(),
                                "PROGRAMS",
                                String.join(" ", release.programs()),
                                "DEPTH",
                                Integer.toString(release.depth()),
                                "MEMBERS",
                                release.members(),
                                "REMEMBER",
                                MadeFiles.REMEMBER_FUNCTION,
                                "SHA256",
                                ShellQuote.quote(sha256.value()),
                                "STAMP",
                                stamp(artifact)),
                        Duration.ofMinutes(10))
                .withRerun()
                .failingAs(Failures.FETCH);
    }

    /// `fetch URL FILE SHA256`, with curl, GNU wget or BusyBox' wget, whose options are few. A
    /// partial file is never left under its name, a server that falls silent is given up after a
    /// minute, and a proxy counts in either case of its variable, whatever the tool thinks.
    public static final String FETCH_FUNCTION =
            """
            fetch() {
                http_proxy=${http_proxy:-${HTTP_PROXY:-}}
                https_proxy=${https_proxy:-${HTTPS_PROXY:-}}
                no_proxy=${no_proxy:-${NO_PROXY:-}}
                export http_proxy https_proxy no_proxy
                if command -v curl >/dev/null 2>&1; then
                    get() { curl -fsSL --retry 2 --connect-timeout 15 --speed-limit 1 --speed-time 60 -o "$2" "$1"; }
                elif ! command -v wget >/dev/null 2>&1; then
                    echo "slipway: no download tool on the PATH to fetch $1, expected curl or wget" >&2
                    exit 1
                elif wget --version 2>/dev/null | grep -q 'GNU Wget'; then
                    get() { wget -nv -t 3 -T 60 -O "$2" "$1"; }
                else
                    get() { wget -q -O "$2" "$1"; }
                fi
                if ! get "$1" "$2.part"; then
                    rm -f "$2.part"
                    echo "slipway: download failed: $1" >&2
                    exit 1
                fi
                found=$(sha256sum < "$2.part")
                if [ "${found%% *}" != "$3" ]; then
                    rm -f "$2.part"
                    echo "slipway: checksum mismatch: $1 has ${found%% *}, expected $3" >&2
                    exit 1
                fi
                mv -f "$2.part" "$2"
            }
            """;

    /// Those of the Clusterfile with the folders they go to on the host: where /usr cannot be
    /// written, what would go below /usr/local goes below /opt, programs to /opt/bin.
    public static List<Artifact> on(PlanInput input, ClusterHost host) {
        List<Artifact> artifacts =
                input.clusterfile().artifacts().stream()
                        .filter(a ->
                                !a.name().equals("registry")
                                        || input.clusterfile().hasRegistry(host))
                        .toList();
        return input.familyOf(host).isReadOnlyUsr()
                ? artifacts.stream()
                        .map(a -> new Artifact(a.name(), a.source(), belowOpt(a.into())))
                        .toList()
                : artifacts;
    }

    private static RemotePath belowOpt(RemotePath into) {
        return into.isInside(LOCAL)
                ? RemotePath.of(
                        OPT
                                + into.value()
                                        .substring(LOCAL.value().length())
                                        .replaceFirst("^/sbin(?=/|$)", "/bin"))
                : into;
    }

    /// The folders that hold programs which shells and services look for, besides the usual ones.
    public static List<String> folders(PlanInput input, ClusterHost host) {
        Stream<String> brought =
                on(input, host).stream()
                        .filter(a -> !a.name().equals("cni"))
                        .map(a -> a.into().value() + (a.name().equals("containerd") ? "/bin" : ""));
        return Stream.concat(
                        brought,
                        input.familyOf(host).isReadOnlyUsr()
                                ? Stream.of(OPT + "/bin")
                                : Stream.of())
                .distinct()
                .toList();
    }

    /// Where one of the artifacts puts the program, if one brings it.
    public static Optional<String> program(List<Artifact> artifacts, String program) {
        return switch (program) {
            case "kubelet" -> in(artifacts, "kubernetes", "kubelet");
            case "containerd" -> in(artifacts, "containerd", "bin/containerd");
            case "cri-dockerd" -> in(artifacts, "cri-dockerd", "cri-dockerd");
            case "registry" -> in(artifacts, "registry", "registry");
            default -> throw new IllegalArgumentException("no unit starts " + program);
        };
    }

    private static Optional<String> in(List<Artifact> artifacts, String artifact, String path) {
        return artifacts.stream()
                .filter(a -> a.name().equals(artifact))
                .map(a -> a.into().value() + "/" + path)
                .findFirst();
    }

    /// What was unpacked gets the labels that SELinux's policy has for its path, without which
    /// services may not start it.
    public static Optional<Step> labels(PlanInput input, ClusterHost host) {
        List<String> folders =
                on(input, host).stream()
                        .map(a -> a.into().value() + (a.name().equals("containerd") ? "/bin" : ""))
                        .distinct()
                        .toList();
        return folders.isEmpty() || !input.factsOf(host).system().hasSelinux()
                ? Optional.empty()
                : Optional.of(
                        Steps.rerunnable(
                                "restore-labels",
                                "if command -v restorecon >/dev/null 2>&1; then restorecon -RF %s; fi\n"
                                        .formatted(ShellQuote.words(folders))));
    }

    /// To be done before the files go: a tarball that is thought to be unpacked is not fetched.
    public static Step forget() {
        return Steps.rerunnable(
                "forget-artifacts",
                "rm -rf %s\n".formatted(ShellQuote.quote(NodePaths.ARTIFACTS.value())));
    }
}
