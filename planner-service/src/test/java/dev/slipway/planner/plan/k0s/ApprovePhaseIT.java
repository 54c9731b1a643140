package dev.slipway.planner.plan.k0s;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.contracts.order.Step;
import dev.slipway.planner.plan.PlanFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Which requests for certificates are approved, of real ones, in every shell that hosts have.
class ApprovePhaseIT {
    private static final String SERVING = "kubernetes.io/kubelet-serving";

    @TempDir private Path folder;

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void approvesWhatKubeletsOfTheClusterAskForThemselves(List<String> shell) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "skipped: no openssl here");
        Path requests = folder.resolve("requests");
        Files.write(
                requests,
                List.of(
                        line("good-1", SERVING, "w-1", pem("/O=system:nodes/CN=system:node:w-1")),
                        line("good-2", SERVING, "w-2", pem("/CN=system:node:w-2/O=system:nodes")),
                        line("other-kind", "kubernetes.io/legacy-unknown", "w-1", own()),
                        line("of-a-stranger", SERVING, "w-10", pem(node("w-10"))),
                        line("for-another", SERVING, "w-1", pem(node("w-2"))),
                        line("for-longer-name", SERVING, "w-1", pem(node("w-10"))),
                        line("two-names", SERVING, "w-1", pem(node("w-2") + "/CN=system:node:w-1")),
                        line("no-request", SERVING, "w-1", "nothing"),
                        line("approved", SERVING, "w-1", own()) + "Approved",
                        line("denied", SERVING, "w-1", own()) + "Denied"));
        ScriptHost host =
                new ScriptHost(folder, shell).program("k0s", k0s(requests)).program("sleep", "");

        ScriptHost.Outcome outcome = host.run(step());

        assertThat(outcome.code()).as(outcome.printed()).isZero();
        assertThat(host.calls())
                .filteredOn(call -> call.contains("approve"))
                .singleElement()
                .asString()
                .endsWith("certificate approve good-1 good-2");
        assertThat(host.has("/run/slipway/cluster/requests")).isFalse();
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void asksForManyAtOnce(List<String> shell) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "skipped: no openssl here");
        Path requests = folder.resolve("requests");
        String own = own();
        Files.write(
                requests,
                Stream.iterate(1, i -> i + 1)
                        .limit(1000)
                        .map(i -> line("csr-" + i, SERVING, "w-1", own))
                        .toList());
        ScriptHost host =
                new ScriptHost(folder, shell)
                        .program(
                                "k0s",
                                "case $* in *approve*) : > %1$s ;; *) cat %1$s ;; esac"
                                        .formatted(requests))
                        .program("sleep", "");

        assertThat(host.run(step()).code()).isZero();

        assertThat(host.calls()).filteredOn(call -> call.contains("approve")).hasSize(10);
    }

    /// Tells the requests of a file; those that were approved have a condition from then on.
    private static String k0s(Path requests) {
        return """
        case $* in
        *' get certificatesigningrequests '*) cat %1$s ;;
        *' certificate approve '*)
            for name in "$@"; do
                sed "s|^\\($name .*[^ ]\\) *$|\\1 Approved|" %1$s > %1$s.new
                mv %1$s.new %1$s
            done ;;
        *) exit 9 ;;
        esac
        """
                .formatted(requests);
    }

    private static Step step() {
        return PlanFixture.plan(
                        RunningK0s.install(RunningK0s.cluster(RunningK0s.RELEASE, 1, 3, "")))
                .phases()
                .stream()
                .filter(p -> p.name().value().equals("approve"))
                .flatMap(p -> p.tasks().getFirst().steps().stream())
                .findFirst()
                .orElseThrow();
    }

    private String own() throws IOException, InterruptedException {
        return pem(node("w-1"));
    }

    private static String node(String name) {
        return "/O=system:nodes/CN=system:node:" + name;
    }

    /// As the step's template prints a request without conditions.
    private static String line(String name, String signer, String node, String pem) {
        return "%s %s system:node:%s %s "
                .formatted(
                        name,
                        signer,
                        node,
                        Base64.getEncoder().encodeToString(pem.getBytes(UTF_8)));
    }

    private String pem(String subject) throws IOException, InterruptedException {
        Path file = folder.resolve("request.pem");
        Process openssl =
                new ProcessBuilder(
                                "openssl",
                                "req",
                                "-new",
                                "-newkey",
                                "ec",
                                "-pkeyopt",
                                "ec_paramgen_curve:P-256",
                                "-nodes",
                                "-keyout",
                                "/dev/null",
                                "-subj",
                                subject,
                                "-addext",
                                "subjectAltName=IP:10.0.1.1",
                                "-out",
                                file.toString())
                        .redirectErrorStream(true)
                        .start();
        String printed = new String(openssl.getInputStream().readAllBytes(), UTF_8);
        assertThat(openssl.waitFor()).as(printed).isZero();
        return Files.readString(file);
    }
}
