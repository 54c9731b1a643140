package dev.slipway.scenarios;

import static org.awaitility.Awaitility.await;

import dev.slipway.local.LocalStack;
import dev.slipway.local.Readiness;
import dev.slipway.local.UpOutcome;
import dev.slipway.local.files.FileMutex;
import dev.slipway.local.files.PrivateFile;
import dev.slipway.local.home.StackHome;
import dev.slipway.local.identity.LocalAuthority;
import dev.slipway.local.identity.TlsFiles;
import dev.slipway.local.identity.TokenIssuer;
import dev.slipway.local.part.StackPrograms;
import dev.slipway.local.process.ProcessStamp;
import dev.slipway.local.settings.ServiceSettings;
import dev.slipway.local.supervisor.PartState;
import dev.slipway.local.supervisor.PartStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// One local stack for all stories, in a folder of its own, ended after the last of them.
final class Platform implements AutoCloseable {
    /// Ends the stack when JUnit is through: a shutdown hook would be cut off after 30 s.
    static final class Lifetime implements BeforeAllCallback {
        /// How long a story waits where it says nothing else: what is waited for takes seconds, and
        /// machines that run these stories differ by a factor of ten.
        private static final Duration PATIENCE = Duration.ofMinutes(2);

        @Override
        public void beforeAll(ExtensionContext context) {
            Awaitility.setDefaultTimeout(PATIENCE);
            context.getRoot()
                    .getStore(ExtensionContext.Namespace.GLOBAL)
                    .computeIfAbsent(Platform.class, type -> Platform.get(), Platform.class);
        }
    }

    /// Two, so that one can go on with what another one leaves.
    private static final int EXECUTORS = Integer.getInteger("slipway.scenarios.executors", 2);

    /// Only whoever starts parts again and again is served by start-up caches.
    private static final boolean RECORDS = Integer.getInteger("slipway.chaos.kills", 1) > 1;

    private static @Nullable Platform running;

    private final LocalStack stack;
    private final Cli cli;
    private final List<FileMutex> recorders;

    private Platform(LocalStack stack, Cli cli, List<FileMutex> recorders) {
        this.stack = stack;
        this.cli = cli;
        this.recorders = recorders;
    }

    static synchronized Platform get() {
        if (running == null) {
            running = start();
        }
        return running;
    }

    private static Platform start() {
        Path root = Path.of(System.getenv("SLIPWAY_ROOT")).toAbsolutePath();
        try {
            Path home = Files.createTempDirectory("slipway-scenarios");
            var stack = new LocalStack(new StackHome(home), StackPrograms.ofCheckout(root));
            List<FileMutex> recorders = RECORDS ? List.of() : recorders(root);
            if (stack.up(EXECUTORS) instanceof UpOutcome.Refused(String why)) {
                throw new AssertionError(why);
            }
            Platform platform = new Platform(stack, new Cli(root, home), recorders);
            platform.awaitReady();
            platform.cli.makeStartUpCache();
            return platform;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Who holds them is who records. A part stands still while its recording is written, which
    /// takes seconds of a processor, and on a slow machine longer than a story waits.
    private static List<FileMutex> recorders(Path root) {
        return Stream.of("planner", "executor", "cert", "status")
                .map(part -> root.resolve("%1$s-service/target/aot/%1$s.lock".formatted(part)))
                .map(FileMutex::tryLock)
                .flatMap(Optional::stream)
                .toList();
    }

    @Override
    public void close() {
        stack.purge();
        recorders.forEach(FileMutex::close);
        PrivateFile.deleteTree(home());
    }

    void awaitReady() {
        if (stack.waitReady(Duration.ofMinutes(4), status -> {})
                instanceof Readiness.NotReady(String why)) {
            throw new AssertionError(why);
        }
    }

    /// Waits until the stack has made its executors' start-up cache, as one that has run for some
    /// minutes has: without it a start takes a processor for itself.
    void awaitStartUpCache() {
        Path target = cli.root().resolve("executor-service/target");
        FileTime built = modified(target.resolve("quarkus-app/quarkus-run.jar"));
        await("a start-up cache of the executors in " + target.resolve("aot"))
                .atMost(Duration.ofMinutes(8))
                .pollInterval(Duration.ofSeconds(2))
                .until(() -> {
                    try (Stream<Path> files = Files.list(target.resolve("aot"))) {
                        return files.filter(f -> f.toString().endsWith(".aot"))
                                .anyMatch(f -> modified(f).compareTo(built) > 0);
                    }
                });
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Cli cli() {
        return cli;
    }

    LocalStack stack() {
        return stack;
    }

    Path home() {
        return stack.home().root();
    }

    /// The environment in which the command line is another user.
    Map<String, String> as(String tenant, String user, String role) {
        try {
            String token =
                    TokenIssuer.in(stack.home().keys(), Clock.systemUTC())
                            .mint(tenant, user, Set.of(role), Duration.ofHours(1));
            Path configuration = Files.createTempFile(home(), "config", ".yaml");
            Files.writeString(
                    configuration,
                    Files.readString(stack.home().configuration())
                            .replaceAll("(?m)^token: .*$", "token: " + token));
            return Map.of("SLIPWAY_CONFIG", configuration.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Ends a part as `kill -9` does and returns at once; the supervisor starts it again.
    void kill(String part) {
        process(part).signal("KILL");
    }

    /// The process of a part; one that has just ended is waited for until it is started again.
    ProcessStamp process(String part) {
        return await().alias("process of " + part)
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> part(part).process(), Optional::isPresent)
                .orElseThrow();
    }

    /// The parts that are executors.
    List<String> executors() {
        return stack.status().orElseThrow().parts().stream()
                .map(PartStatus::part)
                .filter(part -> ServiceSettings.service(part).equals("executor"))
                .toList();
    }

    /// Settings of a Kafka client with the identity of a service.
    Map<String, String> broker(String service) {
        TlsFiles tls =
                LocalAuthority.in(stack.home().tls(), Clock.systemUTC())
                        .identity(ServiceSettings.identity(service));
        return Map.of(
                "bootstrap.servers",
                "127.0.0.1:" + PrivateFile.read(stack.home().ports()).get("broker"),
                "security.protocol",
                "SSL",
                "ssl.keystore.type",
                "PEM",
                "ssl.keystore.location",
                tls.bundle().toString(),
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.location",
                tls.authority().toString());
    }

    PartStatus part(String name) {
        return stack.status().orElseThrow().parts().stream()
                .filter(p -> p.part().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no part " + name));
    }

    boolean isReady(String part) {
        return part(part).state() == PartState.READY;
    }
}
