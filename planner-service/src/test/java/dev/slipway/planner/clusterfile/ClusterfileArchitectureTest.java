package dev.slipway.planner.clusterfile;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ClusterfileArchitectureTest {
    @Test
    void dependsOnContractsYamlAndJacksonOnly() {
        classes()
                .that()
                .resideInAnyPackage(
                        "dev.slipway.planner.clusterfile..", "dev.slipway.planner.importer..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.slipway.planner.clusterfile..",
                        "dev.slipway.planner.importer..",
                        "dev.slipway.contracts..",
                        "org.snakeyaml.engine..",
                        "com.fasterxml.jackson..",
                        "org.jspecify..",
                        "java..")
                .check(imported());
    }

    @Test
    void plansAreMadeWithoutInputAndOutput() {
        classes()
                .that()
                .resideInAnyPackage(
                        "dev.slipway.planner.clusterfile..",
                        "dev.slipway.planner.importer..",
                        "dev.slipway.planner.inspect..",
                        "dev.slipway.planner.plan..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.slipway.planner.clusterfile..",
                        "dev.slipway.planner.importer..",
                        "dev.slipway.planner.inspect..",
                        "dev.slipway.planner.plan..",
                        "dev.slipway.contracts..",
                        "org.snakeyaml.engine..",
                        "com.fasterxml.jackson..",
                        "org.jspecify..",
                        "java.lang..",
                        "java.util..",
                        "java.time..",
                        "java.math..",
                        "java.net",
                        "java.nio.charset..")
                .check(imported());
    }

    private static com.tngtech.archunit.core.domain.JavaClasses imported() {
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(
                        "dev.slipway.planner.clusterfile",
                        "dev.slipway.planner.importer",
                        "dev.slipway.planner.inspect",
                        "dev.slipway.planner.plan");
    }
}
