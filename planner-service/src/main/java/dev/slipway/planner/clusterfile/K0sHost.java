package dev.slipway.planner.clusterfile;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.slipway.contracts.order.RemotePath;
import java.util.List;
import java.util.Optional;

/// What k0s alone is told of a host.
///
/// @param working whether a controller is a worker too (`k0s controller --enable-worker`)
/// @param noTaints whether such a controller takes any pod; default no
/// @param installFlags more flags of `k0s install`, each as one word such as `--debug=true`
/// @param dataDir where k0s keeps everything; default `/var/lib/k0s`
/// @param kubeletRootDir where the kubelet keeps its own; default `kubelet` below `dataDir`
/// @param profile the worker profile; default `default`
/// @param privateAddress by which other nodes reach it, where that is not the address of its SSH
///   server
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record K0sHost(
        boolean working,
        boolean noTaints,
        List<String> installFlags,
        Optional<RemotePath> dataDir,
        Optional<RemotePath> kubeletRootDir,
        Optional<String> profile,
        Optional<String> privateAddress) {
    /// Of a host of which nothing was said.
    public static final K0sHost NONE =
            new K0sHost(
                    false,
                    false,
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());

    private static final RemotePath DATA = RemotePath.of("/var/lib/k0s");

    public K0sHost {
        installFlags = List.copyOf(installFlags);
    }

    public RemotePath dataDirectory() {
        return dataDir.orElse(DATA);
    }

    public RemotePath kubeletRoot() {
        return kubeletRootDir.orElseGet(() -> dataDirectory().resolveInside("kubelet"));
    }
}
