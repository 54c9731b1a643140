package dev.slipway.cert;

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
                    .importPackages("dev.slipway.cert");

    @Test
    void featuresDependOnEachOtherInOneDirection() {
        slices().matching("dev.slipway.cert.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void seamsKnowNoFeature() {
        noClasses()
                .that()
                .resideInAnyPackage("..vault", "..database", "..event", "..run")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "..cert.authority",
                        "..cert.token",
                        "..cert.material",
                        "..cert.node",
                        "..cert.sshca",
                        "..cert.credential",
                        "..cert.k0s",
                        "..cert.kube",
                        "..cert.registry",
                        "..cert.kubeconfig")
                .check(CLASSES);
    }

    @Test
    void dependsOnNoOtherService() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.slipway.planner..",
                        "dev.slipway.executor..",
                        "dev.slipway.status..",
                        "dev.slipway.local..")
                .check(CLASSES);
    }
}
