package dev.slipway.planner;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final String HOME = "dev.slipway.planner.";
    private static final JavaClasses PLANNER =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("dev.slipway.planner");

    @Test
    void featuresAreAcyclic() {
        slices().matching("dev.slipway.planner.(*)..").should().beFreeOfCycles().check(PLANNER);
    }

    @Test
    void whatDecidesIsPure() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        HOME + "run..",
                        HOME + "plan..",
                        HOME + "inspect..",
                        HOME + "clusterfile..",
                        HOME + "importer..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.quarkus..",
                        "io.smallrye..",
                        "io.vertx..",
                        "jakarta..",
                        "org.apache.kafka..",
                        "org.hibernate..",
                        "org.jboss..",
                        "dev.slipway.chassis..",
                        "java.net.http..",
                        "java.nio.file..",
                        "java.sql..")
                .check(PLANNER);
    }

    @Test
    void decisionsTakeTimeAndChanceAsArguments() {
        noClasses()
                .that()
                .resideInAnyPackage(HOME + "run..", HOME + "plan..")
                .should()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .dependOnClassesThat(resideInAnyPackage("java.util.random.."))
                .check(PLANNER);
    }

    @Test
    void theStateMachineKnowsTheContractsOnly() {
        classes()
                .that()
                .resideInAPackage(HOME + "run")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        HOME + "run",
                        "dev.slipway.contracts..",
                        "java..",
                        "org.jspecify..",
                        "com.fasterxml.jackson.annotation..")
                .check(PLANNER);
    }

    @Test
    void nobodyOpensSsh() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.sshd..", "com.jcraft..", "net.schmizz..")
                .check(PLANNER);
    }
}
