package dev.slipway.chassis;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CHASSIS =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("dev.slipway.chassis");

    /// The executor stands on these, and has none.
    @Test
    void eventsAndIdentityNeedNoDatabase() {
        noClasses()
                .that()
                .resideInAnyPackage("..chassis.event..", "..chassis.identity..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "..chassis.database..",
                        "..chassis.outbox..",
                        "io.vertx.mutiny.sqlclient..",
                        "org.hibernate..")
                .check(CHASSIS);
    }

    @Test
    void featuresAreAcyclic() {
        slices().matching("dev.slipway.chassis.(*)..").should().beFreeOfCycles().check(CHASSIS);
    }
}
