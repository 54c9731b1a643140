package dev.slipway.local;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private final JavaClasses module =
            new ClassFileImporter().importPath(Path.of("target", "classes"));

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.slipway.local.(*)..").should().beFreeOfCycles().check(module);
    }

    @Test
    void seamsKnowNoPartOfTheStack() {
        noClasses()
                .that()
                .resideInAnyPackage("..local.files..", "..local.process..", "..local.supervisor..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "..local.broker..",
                        "..local.database..",
                        "..local.part..",
                        "..local.settings..")
                .check(module);
    }
}
