package dev.slipway.executor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.Utf8Entry;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final String HOME = "dev.slipway.executor.";
    private static final JavaClasses EXECUTOR =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("dev.slipway.executor");

    /// What a plan's steps may name and the executor may not.
    private static final Pattern RUNTIMES =
            Pattern.compile(
                    "kubeadm|kubectl|kubeconfig|k0s|etcd|containerd", Pattern.CASE_INSENSITIVE);

    @Test
    void featuresAreAcyclic() {
        slices().matching(HOME + "(*)..").should().beFreeOfCycles().check(EXECUTOR);
    }

    @Test
    void seamsKnowNoFeatureAndNotEachOther() {
        noClasses()
                .that()
                .resideInAPackage(HOME + "ssh..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(HOME + "task..", HOME + "journal..")
                .check(EXECUTOR);
        noClasses()
                .that()
                .resideInAPackage(HOME + "journal..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(HOME + "task..", HOME + "ssh..")
                .check(EXECUTOR);
    }

    @Test
    void onlyTheKubePackageKnowsTheClientOfApiServers() {
        noClasses()
                .that()
                .resideOutsideOfPackage(HOME + "kube..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.fabric8..")
                .check(EXECUTOR);
        noClasses()
                .that()
                .resideInAPackage(HOME + "kube..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(HOME + "task..", HOME + "journal..", HOME + "ssh..")
                .check(EXECUTOR);
    }

    @Test
    void theJournalIsPlainCodeOverTheContracts() {
        classes()
                .that()
                .resideInAPackage(HOME + "journal")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        HOME + "journal", "dev.slipway.contracts..", "java..", "org.jspecify..")
                .check(EXECUTOR);
    }

    @Test
    void onlyTheSshPackageKnowsHowAHostIsEntered() {
        noClasses()
                .that()
                .resideOutsideOfPackage(HOME + "ssh..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.sshd..", "org.bouncycastle..")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching(".*\\.Mina.*")
                .check(EXECUTOR);
    }

    @Test
    void hasNoDatabase() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.sql..",
                        "javax.sql..",
                        "jakarta.persistence..",
                        "org.hibernate..",
                        "io.vertx.sqlclient..",
                        "io.vertx.mutiny.sqlclient..",
                        "io.vertx.pgclient..",
                        "org.flywaydb..",
                        "dev.slipway.chassis.database..",
                        "dev.slipway.chassis.outbox..")
                .check(EXECUTOR);
    }

    @Test
    void knowsNoKubernetesRuntimeNotEvenByName() throws Exception {
        List<String> found;
        try (Stream<Path> files = Files.walk(classesFolder())) {
            found =
                    files.filter(Files::isRegularFile)
                            .flatMap(file ->
                                    texts(file)
                                            .filter(text -> RUNTIMES.matcher(text).find())
                                            .map(text -> file.getFileName() + ": " + text))
                            .toList();
        }
        assertThat(found).isEmpty();
    }

    private static Path classesFolder() throws URISyntaxException {
        Path folder =
                Path.of(
                        ExecutorConfig.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI());
        assertThat(folder.resolve("dev/slipway/executor/journal/journal.sh")).exists();
        return folder;
    }

    /// Every name and string of a class; every line of another file.
    private static Stream<String> texts(Path file) {
        try {
            if (!file.toString().endsWith(".class")) {
                return Files.readAllLines(file).stream();
            }
            var constants = ClassFile.of().parse(file).constantPool();
            return StreamSupport.stream(constants.spliterator(), false)
                    .filter(Utf8Entry.class::isInstance)
                    .map(constant -> ((Utf8Entry) constant).stringValue());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
