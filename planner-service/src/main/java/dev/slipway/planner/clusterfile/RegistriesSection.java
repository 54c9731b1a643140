package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.Quoted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;

/// Reads `spec.registries`: where images come from, whom hosts believe there, and who they are to
/// it.
final class RegistriesSection {
    private static final String HOST_FORM =
            "a registry's host as names of images have it, such as registry.example.org:5000, or \"*\"";
    private static final String URL_FORM =
            "an https: or http: URL without user, password and query, such as https://mirror.example.org";
    private static final String HOST =
            "[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:[1-9][0-9]{0,4})?";
    private static final String SERVER_URL =
            "https?://[A-Za-z0-9.-]+(:[1-9][0-9]{0,4})?(/[A-Za-z0-9._~-]+)*/?";

    /// Names of the network that Docker Hub's images never have.
    private static final Set<String> DOCKER_HUB_SERVERS =
            Set.of("registry-1.docker.io", "index.docker.io", "hub.docker.com");

    private final YamlMap spec;
    private final ContainerRuntime containers;
    private final SecretPolicy policy;
    private final Set<String> hosts = new HashSet<>();

    /// By host and port: containerd has one login for each.
    private final Map<String, String> credentials = new HashMap<>();

    /// @param containers what pulls the images
    RegistriesSection(YamlMap spec, ContainerRuntime containers, SecretPolicy policy) {
        this.spec = spec;
        this.containers = containers;
        this.policy = policy;
    }

    List<Registry> read() {
        var registries = new ArrayList<Registry>();
        for (YamlMap map : spec.maps("registries")) {
            map.allow(
                    "host",
                    "mirrors",
                    "ca",
                    "caFile",
                    "skipVerify",
                    "credential",
                    "username",
                    "password");
            if (containers == ContainerRuntime.DOCKER) {
                DockerRegistries.check(map);
            }
            List<RegistryServer> mirrors = mirrors(map);
            map.need("host")
                    .flatMap(t -> map.parse(t, HOST_FORM, RegistriesSection::host))
                    .flatMap(host -> registry(map, host, mirrors))
                    .ifPresent(registries::add);
        }
        return registries;
    }

    static Optional<String> host(String text) {
        return Optional.of(text)
                .filter(t ->
                        t.equals(Registry.ANY)
                                || (t.length() <= 253
                                        && t.matches(HOST)
                                        && (t.contains(".")
                                                || t.contains(":")
                                                || t.equals("localhost"))));
    }

    private Optional<Registry> registry(YamlMap map, String host, List<RegistryServer> mirrors) {
        Node place = map.value("host").orElse(map.node());
        if (DOCKER_HUB_SERVERS.contains(host)) {
            map.place()
                    .invalid(
                            place,
                            map.child("host"),
                            "%s is no host that names of images have: say %s"
                                    .formatted(Quoted.of(host), Registry.DOCKER_HUB));
        }
        if (!hosts.add(host)) {
            map.place().invalid(place, map.child("host"), Quoted.of(host) + " stands there twice");
        }
        boolean settings =
                List.of("ca", "caFile", "skipVerify", "credential", "username", "password").stream()
                        .anyMatch(map::has);
        if (host.equals(Registry.ANY) && settings) {
            map.place()
                    .invalid(
                            map.node(),
                            map.child("host"),
                            "\"*\" is no one server: say ca, skipVerify and credential of its mirrors");
            return Optional.empty();
        }
        if (mirrors.isEmpty() && !settings) {
            map.place()
                    .invalid(
                            map.node(),
                            map.child("mirrors"),
                            "nothing is said of %s: name mirrors, a ca or a credential"
                                    .formatted(Quoted.of(host)));
        }
        return host.equals(Registry.ANY)
                ? Optional.of(new Registry(host, mirrors, Optional.empty()))
                : Optional.of(
                        new Registry(
                                host,
                                mirrors,
                                Optional.of(server(map, Registry.server(host).url()))));
    }

    private List<RegistryServer> mirrors(YamlMap registry) {
        var mirrors = new ArrayList<RegistryServer>();
        for (YamlMap map : registry.maps("mirrors")) {
            map.allow(
                    "url",
                    "pullOnly",
                    "ca",
                    "caFile",
                    "skipVerify",
                    "credential",
                    "username",
                    "password");
            if (containers == ContainerRuntime.DOCKER) {
                DockerRegistries.checkMirror(map);
            }
            map.need("url")
                    .flatMap(t -> map.parse(t, URL_FORM, RegistriesSection::url))
                    .map(url -> server(map, url))
                    .ifPresent(mirrors::add);
        }
        return mirrors;
    }

    private static Optional<String> url(String text) {
        return Optional.of(text)
                .filter(t -> t.matches(SERVER_URL))
                .flatMap(SettingSections::url)
                .map(t -> t.endsWith("/") ? t.substring(0, t.length() - 1) : t);
    }

    private RegistryServer server(YamlMap map, String url) {
        Optional<String> ca = ca(map);
        boolean skipVerify = map.flag("skipVerify");
        Optional<String> credential = credential(map, policy);
        var server = new RegistryServer(url, ca, skipVerify, credential, map.flag("pullOnly"));
        if (map.has("url") && url.startsWith("http:") && !skipVerify) {
            map.place()
                    .invalid(
                            map.value("url").orElse(map.node()),
                            map.child("url"),
                            "%s is neither encrypted nor signed, so anybody on the way can answer in its place: use https, or say skipVerify: true if that is meant"
                                    .formatted(Quoted.of(url)));
        }
        if (skipVerify) {
            onlyVerified(map, "ca", "says whom to believe, and skipVerify to believe anybody");
            onlyVerified(map, "caFile", "says whom to believe, and skipVerify to believe anybody");
            for (String field : List.of("credential", "password")) {
                onlyVerified(
                        map,
                        field,
                        "would be told to whoever answers: name the server's ca in place of skipVerify");
            }
        }
        credential.ifPresent(name -> oneLogin(map, server.authority(), name));
        return server;
    }

    private static void onlyVerified(YamlMap map, String field, String why) {
        if (map.has(field)) {
            map.place().invalid(map.key(field), map.child(field), "%s %s".formatted(field, why));
        }
    }

    private void oneLogin(YamlMap map, String authority, String name) {
        // Names that are still to be given are not known to differ.
        String known = credentials.putIfAbsent(authority, name);
        if (known != null && !known.equals(name)) {
            map.place()
                    .invalid(
                            map.key("credential"),
                            map.child("credential"),
                            "%s has two credentials, %s and %s: hosts can have one for each server"
                                    .formatted(authority, Quoted.of(known), Quoted.of(name)));
        }
    }

    private Optional<String> ca(YamlMap map) {
        if (map.has("ca") && map.has("caFile")) {
            map.place()
                    .invalid(
                            map.key("caFile"),
                            map.child("caFile"),
                            "expected either ca or caFile, found both");
        }
        map.text("caFile")
                .filter(_ -> policy == SecretPolicy.REFUSED)
                .ifPresent(t ->
                        map.place()
                                .invalid(
                                        t.node(),
                                        t.path(),
                                        "a file of your machine, which only the command line can read: `slipway apply -f` puts its text here as ca"));
        Optional<YamlMap.Text> text = map.text("ca");
        text.ifPresent(t ->
                CertificateText.problem(t.value())
                        .ifPresent(problem ->
                                map.place().invalid(t.node(), t.path(), "ca " + problem)));
        return text.map(t -> t.value().stripTrailing() + "\n");
    }

    /// The name of a login, which is still to be given where the login itself stands there.
    static Optional<String> credential(YamlMap map, SecretPolicy policy) {
        Optional<String> named =
                map.parsed(
                        "credential",
                        SshSection.CREDENTIAL_FORM,
                        t -> Optional.of(t).filter(KubernetesNames::isLabel));
        boolean username = map.has("username");
        boolean password = map.has("password");
        if (!username && !password) {
            return named;
        }
        if (policy == SecretPolicy.REFUSED) {
            String field = password ? "password" : "username";
            map.place()
                    .secret(
                            map.key(field),
                            map.child(field),
                            "a login stands here: send it as a credential and say credential");
        } else if (map.has("credential")) {
            map.place()
                    .invalid(
                            map.key("credential"),
                            map.child("credential"),
                            "expected either credential or username and password, found both");
        } else if (username != password) {
            map.place()
                    .invalid(
                            map.node(),
                            map.child(username ? "password" : "username"),
                            "%s is missing".formatted(username ? "password" : "username"));
        }
        map.text("username");
        map.text("password");
        return Optional.of("pending");
    }
}
