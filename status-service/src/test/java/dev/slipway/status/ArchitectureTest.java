package dev.slipway.status;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("dev.slipway.status");

    @Test
    void featuresAreAcyclic() {
        slices().matching("dev.slipway.status.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void intakeAndStreamKnowNoFeature() {
        noClasses()
                .that()
                .resideInAnyPackage("..status.intake..", "..status.stream..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "..status.progress..", "..status.output..", "..status.certificate..")
                .check(CLASSES);
    }

    @Test
    void theReadSideHoldsNoOrderAndSendsNone() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.slipway.contracts.order..", "dev.slipway.chassis.outbox..")
                .check(CLASSES);
    }
}
