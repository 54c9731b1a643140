package dev.slipway.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.local.files.PrivateFile;
import dev.slipway.local.home.StackHome;
import dev.slipway.local.part.AddedPart;
import dev.slipway.local.part.StackPrograms;
import dev.slipway.local.process.ProcessStamp;
import dev.slipway.local.settings.ServiceSettings;
import dev.slipway.local.supervisor.PartState;
import dev.slipway.local.supervisor.PartStatus;
import dev.slipway.local.supervisor.StackStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// A stack's life, from the first start to its removal, with real broker and database and dummy
/// services. The tests are chapters of one story.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LocalStackScenarioTest {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir static Path folder;

    private static LocalStack stack;

    @BeforeAll
    static void makeStack() throws IOException {
        Map<String, Path> services = new HashMap<>();
        for (String service : ServiceSettings.SERVICES) {
            services.put(
                    service, DummyService.jar(folder.resolve(service).resolve("quarkus-run.jar")));
        }
        stack =
                new LocalStack(
                        new StackHome(folder.resolve("a home/slipway")),
                        new StackPrograms(System.getProperty("java.class.path"), services));
    }

    @AfterAll
    static void stopStack() {
        stack.down();
    }

    @Test
    @Order(1)
    void startsEveryPart() {
        assertThat(stack.up(2)).isInstanceOf(UpOutcome.Started.class);

        assertThat(stack.waitReady(LIMIT, status -> {})).isInstanceOf(Readiness.Ready.class);
        assertThat(status().parts())
                .extracting(PartStatus::part)
                .containsExactly(
                        "database",
                        "broker",
                        "planner",
                        "executor",
                        "executor-2",
                        "cert",
                        "status");
    }

    @Test
    @Order(2)
    void aSecondStartChangesNothing() {
        StackStatus before = status();

        assertThat(stack.up()).isEqualTo(new UpOutcome.AlreadyRunning(before));
        assertThat(status()).isEqualTo(before);
    }

    @Test
    @Order(3)
    void everySecretIsTheOwnersAlone() throws IOException {
        Path home = stack.home().root();
        assertThat(mode(home)).isEqualTo("rwx------");

        try (Stream<Path> files = Files.walk(home)) {
            assertThat(
                            files.filter(Files::isRegularFile)
                                    .filter(file ->
                                            file.toString()
                                                    .matches(
                                                            ".*\\.(key|pem|properties|yaml|jwt|json)"))
                                    .filter(file ->
                                            !file.startsWith(home.resolve("database/programs"))))
                    .hasSizeGreaterThan(15)
                    .allSatisfy(file -> assertThat(mode(file)).isEqualTo("rw-------"));
        }
    }

    @Test
    @Order(4)
    void showsNoSecretInTheProcessListOrALog() throws IOException {
        List<String> secrets =
                Stream.concat(
                                PrivateFile.read(
                                        stack.home()
                                                .part("database")
                                                .resolve("passwords.properties"))
                                        .values()
                                        .stream(),
                                Stream.of(Files.readString(stack.home().token()).strip()))
                        .toList();
        StringBuilder seen = new StringBuilder();
        for (PartStatus part : status().parts()) {
            seen.append(
                    Files.readString(
                            Path.of("/proc", "" + part.process().orElseThrow().pid(), "cmdline")));
            seen.append(Files.readString(stack.home().log(part.part())));
        }
        seen.append(Files.readString(stack.home().log("supervisor")))
                .append(Files.readString(stack.home().state()));

        assertThat(secrets)
                .hasSize(11)
                .allSatisfy(secret -> assertThat(seen).doesNotContain(secret));
        assertThat(seen).contains("postgres");
    }

    @Test
    @Order(5)
    void bringsBackAKilledPart() {
        Map<String, ProcessStamp> killed =
                Map.of("broker", process("broker"), "database", process("database"));

        killed.values().forEach(process -> process.signal("KILL"));

        killed.forEach((part, process) -> {
            await().atMost(LIMIT)
                    .until(() ->
                            part(part).restarts() == 1 && part(part).state() == PartState.READY);
            assertThat(process(part)).isNotEqualTo(process);
        });
    }

    @Test
    @Order(6)
    void runsAPartThatWasAddedAndEndsItWhenItIsRemoved() {
        stack.add(
                new AddedPart(
                        "simulator",
                        List.of("sleep", "600"),
                        Map.of(),
                        Optional.empty(),
                        Optional.empty()));
        await().atMost(LIMIT).until(() -> status().parts().size() == 8 && status().ready());
        ProcessStamp simulator = process("simulator");

        stack.remove("simulator");

        await().atMost(LIMIT).until(() -> !simulator.alive() && status().parts().size() == 7);
    }

    @Test
    @Order(6)
    void servesWithoutAnAddedPartThatDoesNotStart() {
        stack.add(
                new AddedPart(
                        "simulator",
                        List.of("false"),
                        Map.of(),
                        Optional.empty(),
                        Optional.empty()));
        await().atMost(LIMIT)
                .until(() ->
                        status().parts().stream()
                                .anyMatch(p -> p.part().equals("simulator") && p.restarts() > 0));

        assertThat(stack.waitReady(LIMIT, status -> {})).isInstanceOf(Readiness.Ready.class);

        stack.remove("simulator");
        await().atMost(LIMIT).until(() -> status().parts().size() == 7);
    }

    @Test
    @Order(7)
    void clearsAwayWhatAKilledSupervisorLeft() {
        StackStatus before = status();
        before.supervisor().signal("KILL");
        await().atMost(LIMIT).until(() -> !before.supervisor().alive());
        assertThat(stack.status()).isEmpty();
        assertThat(before.parts()).allMatch(part -> part.process().orElseThrow().alive());

        assertThat(stack.up(2)).isInstanceOf(UpOutcome.Started.class);

        assertThat(stack.waitReady(LIMIT, status -> {})).isInstanceOf(Readiness.Ready.class);
        assertThat(before.parts()).noneMatch(part -> part.process().orElseThrow().alive());
        assertThat(status().parts())
                .extracting(PartStatus::port)
                .isEqualTo(before.parts().stream().map(PartStatus::port).toList());
    }

    @Test
    @Order(8)
    void endsEveryPart() {
        StackStatus before = status();

        assertThat(stack.down()).isInstanceOf(DownOutcome.Stopped.class);

        assertThat(before.parts()).noneMatch(part -> part.process().orElseThrow().alive());
        assertThat(stack.status()).isEmpty();
        assertThat(stack.down()).isInstanceOf(DownOutcome.NotRunning.class);
        assertThat(stack.waitReady(Duration.ofMillis(100), status -> {}))
                .isInstanceOfSatisfying(
                        Readiness.NotReady.class,
                        not -> assertThat(not.message()).contains("slipway up"));
    }

    @Test
    @Order(9)
    void removesWhatItMadeAndNothingElse() throws IOException {
        Path strange = Files.writeString(stack.home().root().resolve("notes.txt"), "mine");

        stack.purge();

        try (Stream<Path> left = Files.list(stack.home().root())) {
            assertThat(left).containsExactly(strange);
        }
    }

    @Test
    @Order(10)
    void refusesToStartWhatIsNotBuilt() {
        LocalStack unbuilt =
                new LocalStack(
                        new StackHome(folder.resolve("unbuilt")),
                        StackPrograms.ofCheckout(folder.resolve("nowhere")));

        assertThat(unbuilt.up())
                .isInstanceOfSatisfying(
                        UpOutcome.Refused.class,
                        refused ->
                                assertThat(refused.message())
                                        .contains("nowhere/cert-service", "./mvnw package"));
    }

    private static StackStatus status() {
        return stack.status().orElseThrow();
    }

    private static PartStatus part(String name) {
        return status().parts().stream()
                .filter(part -> part.part().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static ProcessStamp process(String part) {
        return part(part).process().orElseThrow();
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
