package dev.slipway.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.slipway.cli");

    @Test
    void usesOfThePlannerItsReaderOfClusterfilesAndItsImporterAlone() {
        noClasses()
                .should()
                .dependOnClassesThat(
                        DescribedPredicate.describe(
                                "are the planner's, but neither its Clusterfile reader nor its importer",
                                (JavaClass c) ->
                                        c.getPackageName().startsWith("dev.slipway.planner")
                                                && !Set.of(
                                                                "dev.slipway.planner.clusterfile",
                                                                "dev.slipway.planner.importer")
                                                        .contains(c.getPackageName())))
                .check(CLASSES);
    }

    @Test
    void keepsTalkingAndPrintingFreeOfCommands() {
        noClasses()
                .that()
                .resideInAnyPackage("..cli.api..", "..cli.print..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "..cli.run..", "..cli.cluster..", "..cli.host..", "..cli.stack..")
                .check(CLASSES);
    }
}
