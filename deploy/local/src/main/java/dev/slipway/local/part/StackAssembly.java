package dev.slipway.local.part;

import dev.slipway.local.database.DatabaseSettings;
import dev.slipway.local.database.PostgresServer;
import dev.slipway.local.files.PrivateFile;
import dev.slipway.local.home.PortsFile;
import dev.slipway.local.home.StackHome;
import dev.slipway.local.identity.LocalAuthority;
import dev.slipway.local.identity.OrderSigningKey;
import dev.slipway.local.identity.ServiceIdentity;
import dev.slipway.local.identity.TlsFiles;
import dev.slipway.local.identity.TokenIssuer;
import dev.slipway.local.settings.ServiceSettings;
import dev.slipway.local.settings.Wiring;
import dev.slipway.local.supervisor.Part;
import java.io.File;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/// Makes the parts of a stack out of its folder: ports, keys and certificates, settings, the
/// command line's configuration. Repeating it changes nothing that is right.
final class StackAssembly {

    private static final List<String> PORTS = List.of("broker", "broker-controller", "database");
    private static final Duration TOKEN_VALIDITY = Duration.ofDays(365);

    private final StackHome home;
    private final StackPrograms programs;
    private final Recorder recorder;
    private final List<String> services;
    private final Map<String, Integer> ports;
    private final Wiring wiring;

    /// @param executors how many there are, from 1
    StackAssembly(StackHome home, StackPrograms programs, Recorder recorder, int executors) {
        this.home = home;
        this.programs = programs;
        this.recorder = recorder;
        this.services = ServiceSettings.parts(executors);
        this.ports =
                PortsFile.of(
                        home.ports(), Stream.concat(PORTS.stream(), services.stream()).toList());
        this.wiring = wire();
    }

    /// Database and broker, then the services.
    List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        parts.add(part("database", Set.of()));
        parts.add(part("broker", Set.of()));
        for (String service : services) {
            boolean stores = ServiceSettings.WITH_DATABASE.contains(service);
            parts.add(part(service, stores ? Set.of("database", "broker") : Set.of("broker")));
        }
        return parts;
    }

    /// Writes what the command line reads: three addresses, the authority, a token of the local
    /// administrator.
    void writeConfiguration() {
        String token =
                wiring.keys()
                        .tokens()
                        .mint(
                                "local",
                                System.getProperty("user.name"),
                                Set.of("admin"),
                                TOKEN_VALIDITY);
        PrivateFile.write(home.token(), token + "\n");
        StringBuilder yaml = new StringBuilder();
        for (String service : ServiceSettings.WITH_DATABASE) {
            yaml.append(service)
                    .append(": https://127.0.0.1:")
                    .append(ports.get(service))
                    .append('\n');
        }
        yaml.append("ca: ").append(quoted(home.tls().resolve("ca.crt"))).append('\n');
        yaml.append("token: ").append(quoted(home.token())).append('\n');
        PrivateFile.write(home.configuration(), yaml.toString());
    }

    private Wiring wire() {
        PostgresServer database =
                new PostgresServer(
                        new DatabaseSettings(
                                home.part("database"),
                                home.part("database").resolve("programs"),
                                port("database"),
                                true,
                                ServiceSettings.WITH_DATABASE));
        Wiring.Keys keys =
                new Wiring.Keys(
                        LocalAuthority.in(home.tls(), Clock.systemUTC()),
                        OrderSigningKey.in(home.keys()),
                        TokenIssuer.in(home.keys(), Clock.systemUTC()));
        return new Wiring(
                home.root(),
                new Wiring.Broker("127.0.0.1:" + port("broker"), "SSL"),
                database,
                keys,
                ports,
                home.installation());
    }

    private Part part(String name, Set<String> needs) {
        return new Part(
                name,
                OptionalInt.of(port(name)),
                needs,
                switch (name) {
                    case "database" ->
                            new DatabaseProgram(wiring.database(), guard(name), home.part(name));
                    case "broker" ->
                            new BrokerProgram(
                                    launch(name, classPath()),
                                    programs.classPath(),
                                    brokerSettings());
                    default -> {
                        Path jar = programs.jar(ServiceSettings.service(name));
                        yield new ServiceProgram(
                                launch(name, List.of(jar.resolveSibling(""))), name, jar, wiring);
                    }
                });
    }

    private Map<String, String> brokerSettings() {
        TlsFiles tls = wiring.keys().authority().identity(ServiceIdentity.of("broker"));
        return BrokerMain.text(home.part("broker"), ports, tls, List.of(ServiceSettings.POOL));
    }

    private JavaProgram.Launch launch(String name, List<Path> code) {
        return new JavaProgram.Launch(
                programs.java(),
                guard(name),
                home.part(name),
                new AotCache(
                        AotCache.folder(code.getFirst(), home.aot()),
                        ServiceSettings.service(name),
                        code,
                        JavaProgram.FLAGS),
                recorder);
    }

    private PortGuard guard(String name) {
        return new PortGuard(name, port(name), home.ports());
    }

    private int port(String name) {
        Integer port = ports.get(name);
        if (port == null) {
            throw new IllegalArgumentException("no port for \"" + name + "\"");
        }
        return port;
    }

    private List<Path> classPath() {
        return Arrays.stream(programs.classPath().split(File.pathSeparator)).map(Path::of).toList();
    }

    private static String quoted(Path path) {
        return "\"" + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
