package dev.slipway.planner.inspect;

import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.ClusterRuntime;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.ContainerRuntime;
import dev.slipway.planner.clusterfile.K0sConfig;
import dev.slipway.planner.clusterfile.K0sImages;
import dev.slipway.planner.clusterfile.Registry;
import dev.slipway.planner.clusterfile.RegistryServer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Asks for Kubernetes' images as the container runtime will: the mirrors of their registry in
/// their order, then the registry, with the authorities and logins of the Clusterfile.
///
/// kubeadm's images are known. Of k0s's, whose names and versions are its releases' own, the one is
/// asked for that has Kubernetes' version, to see whether the registry answers.
final class RegistryCheck {
    private static final String STANDARD = "registry.k8s.io";
    private static final String STANDARD_OF_K0S = "quay.io";
    private static final String LOGIN = "REGISTRY_LOGIN_";

    private final Clusterfile clusterfile;
    private final ClusterHost host;

    RegistryCheck(Clusterfile clusterfile, ClusterHost host) {
        this.clusterfile = clusterfile;
        this.host = host;
    }

    /// Whether the host asks: k0s's controllers pull nothing, and its workers nothing where the
    /// images are brought.
    static boolean isAsked(Clusterfile clusterfile, ClusterHost host) {
        return switch (clusterfile.runtime()) {
            case ClusterRuntime.Kubeadm _ -> true;
            case ClusterRuntime.K0s k0s ->
                    clusterfile.isNode(host)
                            && clusterfile.images().isEmpty()
                            && images(k0s).flatMap(K0sImages::kubeproxy).isEmpty()
                            && images(k0s)
                                    .flatMap(K0sImages::defaultPullPolicy)
                                    .filter("Never"::equals)
                                    .isEmpty();
        };
    }

    /// Where Kubernetes' images are, as kubeadm's `imageRepository` and k0s's `images.repository`
    /// have it.
    static String repository(Clusterfile clusterfile) {
        return switch (clusterfile.runtime()) {
            case ClusterRuntime.Kubeadm _ -> clusterfile.imageRepository().orElse(STANDARD);
            case ClusterRuntime.K0s k0s ->
                    images(k0s).flatMap(K0sImages::repository).orElse(STANDARD_OF_K0S);
        };
    }

    private static Optional<K0sImages> images(ClusterRuntime.K0s k0s) {
        return k0s.config().spec().flatMap(K0sConfig.Spec::images);
    }

    /// The names under which hosts look for them: of the mirrors where there are some, since the
    /// registry itself may be out of reach then.
    static Stream<String> serverNames(Clusterfile clusterfile) {
        Optional<Registry> registry = registry(clusterfile);
        List<RegistryServer> mirrors = registry.map(Registry::mirrors).orElse(List.of());
        return (mirrors.isEmpty() ? servers(clusterfile) : mirrors)
                .stream().map(RegistryServer::host);
    }

    /// The names of the credentials that hosts have for them.
    static List<String> credentials(Clusterfile clusterfile) {
        return servers(clusterfile).stream().flatMap(s -> s.credential().stream()).toList();
    }

    private static String registryHost(Clusterfile clusterfile) {
        return repository(clusterfile).split("/", 2)[0];
    }

    private static Optional<Registry> registry(Clusterfile clusterfile) {
        return clusterfile.registry(registryHost(clusterfile));
    }

    private static List<RegistryServer> servers(Clusterfile clusterfile) {
        RegistryServer standard = Registry.server(registryHost(clusterfile));
        return registry(clusterfile)
                .map(r ->
                        Stream.concat(r.mirrors().stream(), Stream.of(r.itself().orElse(standard)))
                                .toList())
                .orElse(List.of(standard));
    }

    Step.Command step() {
        List<RegistryServer> servers = servers(clusterfile);
        Step.Command step =
                InspectSteps.fact(
                        "ask-registry", CheckSteps.REGISTRY, script(servers), CheckSteps.TIMEOUT);
        for (int i = 0; i < servers.size(); i++) {
            Optional<String> credential = servers.get(i).credential();
            if (credential.isPresent()) {
                step = step.withMaterialFile(LOGIN + i, Materials.registryLogin(credential.get()));
            }
        }
        return step;
    }

    private String script(List<RegistryServer> servers) {
        return """
        command -v curl >/dev/null 2>&1 || exit 0
        repository=%s
        version=%s
        registry=${repository%%%%/*}
        """
                        .formatted(
                                ShellQuote.quote(repository(clusterfile)),
                                ShellQuote.quote(clusterfile.version().toString()))
                + untilItIsThere(servers)
                + (registry(clusterfile).isPresent() ? "" : foreign())
                + (servers.stream().anyMatch(s -> s.ca().isPresent() || s.own()) ? FOLDER : "")
                + "server() {\n    base= query= ca= verify=yes login=\n    case $1 in\n"
                + IntStream.range(0, servers.size())
                        .mapToObj(i -> server(i, servers.get(i)))
                        .collect(Collectors.joining())
                + "    esac\n}\nservers='%s'\n"
                        .formatted(
                                IntStream.range(0, servers.size())
                                        .mapToObj(Integer::toString)
                                        .collect(Collectors.joining(" ")))
                + switch (clusterfile.runtime()) {
                    case ClusterRuntime.Kubeadm _ ->
                            "all=%s\n".formatted(host.isControlPlane() ? "yes" : "no")
                                    + KUBEADM.replace("@PRESENT@", present());
                    case ClusterRuntime.K0s _ ->
                            "kubelet=%s\n"
                                            .formatted(
                                                    ShellQuote.quote(
                                                            host.k0s().kubeletRoot().value()))
                                    + K0S;
                }
                + ASK;
    }

    private String foreign() {
        return switch (clusterfile.containerRuntime()) {
            case CONTAINERD -> FOREIGN;
            case DOCKER -> FOREIGN_OF_DOCKER;
        };
    }

    /// A command that prints the images that the host has.
    private String present() {
        return switch (clusterfile.containerRuntime()) {
            case CONTAINERD -> CONTAINERD_IMAGES;
            case DOCKER -> DOCKER_IMAGES;
        };
    }

    private String server(int number, RegistryServer server) {
        String registry = registryHost(clusterfile);
        boolean mirror =
                !server.authority().equals(registry)
                        && !server.url().equals(Registry.server(registry).url());
        return "        %d) base=%s query=%s verify=%s%s%s ;;\n"
                .formatted(
                        number,
                        ShellQuote.quote(server.api()),
                        mirror && clusterfile.containerRuntime() == ContainerRuntime.CONTAINERD
                                ? ShellQuote.quote("?ns=" + registry)
                                : "",
                        server.skipVerify() ? "no" : "yes",
                        server.credential().map(_ -> " login=$" + LOGIN + number).orElse(""),
                        server.own()
                                ? " ca=\"$(cat %s 2>/dev/null || :)\"".formatted(authority(server))
                                : server.ca()
                                        .map(pem -> " ca=" + ShellQuote.quote(pem))
                                        .orElse(""));
    }

    /// Where the cluster's own registry is filled from archives, there is nothing to ask before it
    /// was.
    private String untilItIsThere(List<RegistryServer> servers) {
        return clusterfile.images().isEmpty()
                ? ""
                : servers.stream()
                        .filter(RegistryServer::own)
                        .findFirst()
                        .map(s -> "[ -e %s ] || exit 0\n".formatted(authority(s)))
                        .orElse("");
    }

    private static String authority(RegistryServer server) {
        return ShellQuote.quote("/etc/containerd/certs.d/%s/ca.crt".formatted(server.authority()));
    }

    /// Where containerd has settings for the registry that are not the Clusterfile's, asking it
    /// would say nothing about what containerd does.
    private static final String FOREIGN =
            """
            for folder in "$registry" _default; do
                [ ! -d "/etc/containerd/certs.d/$folder" ] || exit 0
            done
            for file in /etc/k0s/containerd.d/*; do
                case $file in */slipway.toml | */\\*) ;; *) exit 0 ;; esac
            done
            """;

    private static final String FOREIGN_OF_DOCKER =
            """
            [ ! -d "/etc/docker/certs.d/$registry" ] || exit 0
            """;

    private static final String CONTAINERD_IMAGES =
            "crictl --runtime-endpoint unix:///run/containerd/containerd.sock images 2>/dev/null | awk 'NR > 1 { print $1 \":\" $2 }'";

    /// Docker leaves out what is Docker Hub's.
    private static final String DOCKER_IMAGES =
            "docker images --format '{{.Repository}}:{{.Tag}}' 2>/dev/null | awk -F / '{ print (NF == 1 ? \"docker.io/library/\" : $1 ~ /[.:]/ || $1 == \"localhost\" ? \"\" : \"docker.io/\") $0 }'";

    /// curl reads authorities of files only.
    private static final String FOLDER =
            """
            folder=$(mktemp -d)
            trap 'rm -rf "$folder"' EXIT
            """;

    private static final String KUBEADM =
            """
            kubelet=/var/lib/kubelet
            wanted="kube-proxy:$version"
            [ $all = no ] || wanted="$wanted kube-apiserver:$version kube-controller-manager:$version kube-scheduler:$version"
            more=$(kubeadm config images list --kubernetes-version "$version" --image-repository "$repository" 2>/dev/null || :)
            for image in $more; do
                case $all/$image in
                    */kube-*) ;;
                    yes/* | no/*/pause:*) case $image in "$repository"/*) wanted="$wanted ${image#"$repository"/}" ;; esac ;;
                esac
            done
            present=$({ @PRESENT@; } || :)
            """;

    private static final String K0S =
            """
            wanted="k0sproject/kube-proxy:$version"
            present=$(k0s ctr --timeout 10s --namespace k8s.io images ls -q 2>/dev/null || :)
            """;

    /// For what the host does not have, as the OCI Distribution Specification and Docker's token
    /// authentication have it: with the server's login, else, at the registry itself, with that of
    /// Docker's config.json. Logins are handed to curl on standard input. Of several answers the
    /// best one counts, and of others the first.
    private static final String ASK =
            """
            docker=
            for file in /root/.docker/config.json "$kubelet/config.json"; do
                [ -n "$docker" ] || [ ! -r "$file" ] || docker=$(tr -d ' \\t\\r\\n' < "$file" | tr '{' '\\n' | awk -v registry="$registry" '
                    index(line, "\\"" registry "\\":") || index(line, "\\"https://" registry "\\":") || index(line, "\\"https://" registry "/v2/\\":") || (registry == "docker.io" && index(line, "\\"https://index.docker.io/v1/\\":")) {
                        if (match($0, /"auth":"[A-Za-z0-9+\\/=]*"/)) { print substr($0, RSTART + 8, RLENGTH - 9); exit }
                    }
                    { line = $0; sub(/.*,/, ",", line) }')
            done
            header() { [ -z "$1" ] || printf 'header = "Authorization: %s"\\n' "$1"; }
            part() { printf '%s\\n' "$challenge" | sed -n "s/.*$1=\\"\\([^\\"\\\\]*\\)\\".*/\\1/p"; }
            choose() {
                server "$1"
                auth=$docker tls=
                [ -z "$query" ] || auth=
                [ -z "$login" ] || auth=$(cat "$login")
                [ "$verify" = yes ] || tls=-k
                if [ -n "$ca" ]; then
                    printf '%s' "$ca" > "$folder/$1"
                    tls="--cacert $folder/$1"
                fi
            }
            ask() {
                said=$(header "$2" | curl -sIL $tls --connect-timeout 5 --max-time 15 -K - -H 'Accept: application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.docker.distribution.manifest.v2+json' "$1" | tr -d '\\r' || :)
                code=$(printf '%s\\n' "$said" | awk '/^HTTP\\// { code = $2 } END { print code }')
                case $code in [1-5][0-9][0-9]) ;; *) code=000 ;; esac
            }
            ask_server() {
                url=$base/$path/manifests/${image##*:}$query
                ask "$url" ''
                [ "$code" = 401 ] || return 0
                challenge=$(printf '%s\\n' "$said" | sed -n 's/^[Ww][Ww][Ww]-[Aa]uthenticate: *//p' | tail -n 1)
                case $challenge in
                    [Bb]earer*)
                        realm=$(part realm)
                        token=
                        case $realm in
                            https://* | http://127.* | http://localhost*)
                                token=$(header "${auth:+Basic $auth}" | curl -s $tls --connect-timeout 5 --max-time 15 -K - -G --data-urlencode "service=$(part service)" --data-urlencode "scope=repository:$path:pull" "$realm" | tr -d '\\n' | sed -n 's/.*"\\(access_\\)\\{0,1\\}token" *: *"\\([^"\\\\]*\\)".*/\\2/p' || :)
                                ;;
                        esac
                        [ -z "$token" ] || ask "$url" "Bearer $token"
                        ;;
                    [Bb]asic*) [ -z "$auth" ] || ask "$url" "Basic $auth" ;;
                esac
            }
            for n in $servers; do
                choose "$n"
                [ -z "$auth" ] || { echo login=yes; break; }
            done
            for image in $wanted; do
                if printf '%s\\n' "$present" | grep -qxF "$repository/$image"; then
                    echo "image=$repository/$image present"
                    continue
                fi
                path=$repository/${image%:*}
                path=${path#*/}
                answer=000
                for n in $servers; do
                    choose "$n"
                    ask_server
                    [ "$answer" != 000 ] || answer=$code
                    [ "$code" != 200 ] || { answer=200; break; }
                done
                echo "image=$repository/$image $answer"
                [ "$answer" != 000 ] || break
            done
            """;
}
