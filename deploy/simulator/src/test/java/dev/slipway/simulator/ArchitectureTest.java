package dev.slipway.simulator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.slipway.simulator");

    @Test
    void featuresAreAcyclic() {
        slices().matching("dev.slipway.simulator.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void sandboxesKnowNoSsh() {
        noClasses()
                .that()
                .resideInAPackage("..host..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.sshd..", "..simulator.ssh..")
                .check(CLASSES);
    }

    @Test
    void theSimulatorKnowsNoService() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.slipway.planner..",
                        "dev.slipway.executor..",
                        "dev.slipway.cert..",
                        "dev.slipway.status..")
                .check(CLASSES);
    }
}
