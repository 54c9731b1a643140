package dev.slipway.scenarios;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What holds in every room of the house, over the sources and the classes that the build has just
/// made of them. What holds in one room only stands in that module.
class ArchitectureTest {
    private static final Path HOUSE = Path.of("../..");
    private static final Map<String, String> ROOMS =
            Map.of(
                    "dev.slipway.contracts", "platform/contracts",
                    "dev.slipway.chassis", "platform/chassis",
                    "dev.slipway.testkit", "platform/testkit",
                    "dev.slipway.planner", "planner-service",
                    "dev.slipway.executor", "executor-service",
                    "dev.slipway.cert", "cert-service",
                    "dev.slipway.status", "status-service",
                    "dev.slipway.local", "deploy/local",
                    "dev.slipway.simulator", "deploy/simulator",
                    "dev.slipway.cli", "deploy/cli");
    private static final List<String> SERVICES =
            List.of(
                    "dev.slipway.planner..",
                    "dev.slipway.executor..",
                    "dev.slipway.cert..",
                    "dev.slipway.status..");

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .importPaths(
                            ROOMS.values().stream()
                                    .map(room -> HOUSE.resolve(room).resolve("target/classes"))
                                    .toList());

    @Test
    void everyRoomIsLookedInto() {
        for (String room : ROOMS.keySet()) {
            assertThat(CLASSES).as(room).anyMatch(c -> c.getPackageName().startsWith(room));
        }
    }

    @Test
    void everyPackageSaysWhatLivesThere() {
        List<Path> silent =
                ROOMS.values().stream()
                        .flatMap(room -> packages(HOUSE.resolve(room).resolve("src/main/java")))
                        .filter(folder -> !speaks(folder.resolve("package-info.java")))
                        .toList();
        assertThat(silent).isEmpty();
    }

    private static Stream<Path> packages(Path sources) {
        try (Stream<Path> files = Files.walk(sources)) {
            return files
                    .filter(file -> file.toString().endsWith(".java"))
                    .map(Path::getParent)
                    .distinct()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean speaks(Path packageInfo) {
        try {
            List<String> lines =
                    Files.exists(packageInfo) ? Files.readAllLines(packageInfo) : List.of();
            return lines.contains("@NullMarked")
                    && lines.stream().anyMatch(line -> line.matches("/// .{20,}"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void noRoomsFeaturesFormACycle() {
        for (String room : ROOMS.keySet()) {
            slices().matching(room + ".(*)..")
                    .should()
                    .beFreeOfCycles()
                    .allowEmptyShould(true) // The testkit is one package.
                    .check(CLASSES);
        }
    }

    @Test
    void servicesMeetInTheContractsOnly() {
        for (String service : SERVICES) {
            noClasses()
                    .that()
                    .resideInAPackage(service)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            Stream.concat(SERVICES.stream(), Stream.of("dev.slipway.local.."))
                                    .filter(other -> !other.equals(service))
                                    .toArray(String[]::new))
                    .check(CLASSES);
        }
    }

    @Test
    void whatTheServicesStandOnKnowsNoneOfThem() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.slipway.contracts..",
                        "dev.slipway.chassis..",
                        "dev.slipway.local..",
                        "dev.slipway.simulator..",
                        "dev.slipway.testkit..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(SERVICES.toArray(String[]::new))
                .check(CLASSES);
    }

    /// They work on event loops. What touches SSH or a terminal has threads of its own.
    @Test
    void servicesWithADatabaseNeverSleep() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.slipway.planner..", "dev.slipway.cert..", "dev.slipway.status..")
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", java.time.Duration.class)
                .check(CLASSES);
    }
}
