package dev.slipway.planner.inspect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.order.Step;
import dev.slipway.planner.Shells;
import dev.slipway.planner.clusterfile.HostFamily;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What hosts of every family say of themselves, read in every shell that hosts have. The files are
/// those of the distributions, as far as they are looked at.
class DistributionsIT {
    private static final Map<String, Optional<HostFamily>> FILES =
            Map.ofEntries(
                    of(
                            "PRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"13\"\nID=debian\n",
                            HostFamily.DEBIAN),
                    of(
                            "PRETTY_NAME=\"Raspbian GNU/Linux 12 (bookworm)\"\nID=raspbian\nID_LIKE=debian\nVERSION_ID=\"12\"\n",
                            HostFamily.DEBIAN),
                    of(
                            "PRETTY_NAME=\"Ubuntu 24.04.1 LTS\"\nNAME=\"Ubuntu\"\nVERSION_ID=\"24.04\"\nID=ubuntu\nID_LIKE=debian\n",
                            HostFamily.UBUNTU),
                    of(
                            "NAME=\"Linux Mint\"\nID=linuxmint\nID_LIKE=\"ubuntu debian\"\nPRETTY_NAME=\"Linux Mint 22\"\nVERSION_ID=\"22\"\n",
                            HostFamily.UBUNTU),
                    of(
                            "NAME=\"Red Hat Enterprise Linux\"\nVERSION=\"9.4 (Plow)\"\nID=\"rhel\"\nID_LIKE=\"fedora\"\nVERSION_ID=\"9.4\"\nPRETTY_NAME=\"Red Hat Enterprise Linux 9.4 (Plow)\"\n",
                            HostFamily.RHEL),
                    of(
                            "NAME=\"Rocky Linux\"\nID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\nVERSION_ID=\"9.4\"\nPRETTY_NAME=\"Rocky Linux 9.4 (Blue Onyx)\"\n",
                            HostFamily.RHEL),
                    of(
                            "NAME=\"AlmaLinux\"\nID=\"almalinux\"\nID_LIKE=\"rhel centos fedora\"\nVERSION_ID=\"9.4\"\nPRETTY_NAME=\"AlmaLinux 9.4 (Seafoam Ocelot)\"\n",
                            HostFamily.RHEL),
                    of(
                            "NAME=\"CentOS Stream\"\nID=\"centos\"\nID_LIKE=\"rhel fedora\"\nVERSION_ID=\"9\"\nPRETTY_NAME=\"CentOS Stream 9\"\n",
                            HostFamily.RHEL),
                    of(
                            "NAME=\"Fedora Linux\"\nID=fedora\nVERSION_ID=41\nPRETTY_NAME=\"Fedora Linux 41 (Server Edition)\"\n",
                            HostFamily.RHEL),
                    of(
                            "NAME=\"Amazon Linux\"\nID=\"amzn\"\nID_LIKE=\"fedora\"\nVERSION_ID=\"2023\"\nPRETTY_NAME=\"Amazon Linux 2023\"\n",
                            HostFamily.RHEL),
                    of(
                            "NAME=\"Oracle Linux Server\"\nID=\"ol\"\nID_LIKE=\"fedora\"\nVERSION_ID=\"9.4\"\nPRETTY_NAME=\"Oracle Linux Server 9.4\"\n",
                            HostFamily.RHEL),
                    of(
                            "NAME=\"openEuler\"\nVERSION=\"22.03 (LTS-SP3)\"\nID=\"openEuler\"\nVERSION_ID=\"22.03\"\nPRETTY_NAME=\"openEuler 22.03 (LTS-SP3)\"\n",
                            HostFamily.RHEL),
                    of(
                            "NAME=\"SLES\"\nVERSION=\"15-SP6\"\nVERSION_ID=\"15.6\"\nPRETTY_NAME=\"SUSE Linux Enterprise Server 15 SP6\"\nID=\"sles\"\nID_LIKE=\"suse\"\n",
                            HostFamily.SUSE),
                    of(
                            "NAME=\"openSUSE Leap\"\nID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\nVERSION_ID=\"15.6\"\nPRETTY_NAME=\"openSUSE Leap 15.6\"\n",
                            HostFamily.SUSE),
                    of(
                            "NAME=\"openSUSE Tumbleweed\"\nID=\"opensuse-tumbleweed\"\nID_LIKE=\"opensuse suse\"\nVERSION_ID=\"20240901\"\nPRETTY_NAME=\"openSUSE Tumbleweed\"\n",
                            HostFamily.SUSE),
                    of(
                            "NAME=\"Alpine Linux\"\nID=alpine\nVERSION_ID=3.20.3\nPRETTY_NAME=\"Alpine Linux v3.20\"\n",
                            HostFamily.ALPINE),
                    of(
                            "NAME=\"Flatcar Container Linux by Kinvolk\"\nID=flatcar\nID_LIKE=coreos\nVERSION_ID=3975.2.2\nPRETTY_NAME=\"Flatcar Container Linux by Kinvolk 3975.2.2 (Oklo)\"\n",
                            HostFamily.FLATCAR),
                    Map.entry(
                            "NAME=\"Arch Linux\"\nPRETTY_NAME=\"Arch Linux\"\nID=arch\nBUILD_ID=rolling\n",
                            Optional.empty()),
                    Map.entry(
                            "NAME=NixOS\nID=nixos\nID_LIKE=''\nVERSION_ID='24.05'\nPRETTY_NAME='NixOS 24.05 (Uakari)'\n",
                            Optional.empty()),
                    Map.entry("", Optional.empty()));

    @TempDir private Path folder;

    private static Map.Entry<String, Optional<HostFamily>> of(String file, HostFamily family) {
        return Map.entry(file, Optional.of(family));
    }

    static Stream<Arguments> distributions() {
        return Shells.all()
                .flatMap(shell ->
                        FILES.entrySet().stream()
                                .map(e -> Arguments.of(shell, e.getKey(), e.getValue())));
    }

    @ParameterizedTest
    @MethodSource("distributions")
    void areOfTheirFamilies(List<String> shell, String file, Optional<HostFamily> family)
            throws Exception {
        HostFacts.SystemFacts system = read(shell, file);

        assertThat(system.family()).as(file).isEqualTo(family);
        assertThat(file).contains(system.osName());
        assertThat(system.osName()).doesNotContain("\"", "'");
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void knowTheirInitSystem(List<String> shell) throws Exception {
        assertThat(read(shell, "ID=alpine\n").openrc()).isFalse();

        Files.createDirectories(folder.resolve("openrc"));
        Files.createDirectories(folder.resolve("bin"));
        Path service = Files.writeString(folder.resolve("bin/rc-service"), "#!/bin/sh\n");
        assertThat(service.toFile().setExecutable(true)).isTrue();
        HostFacts.SystemFacts system = read(shell, "ID=alpine\n");

        assertThat(system.openrc()).isTrue();
        assertThat(system.systemd()).isFalse();
    }

    private HostFacts.SystemFacts read(List<String> shell, String file) throws Exception {
        Path release = Files.writeString(folder.resolve("os-release"), file);
        String script =
                ((Step.Command) InspectSteps.steps(List.of(), List.of()).getFirst())
                        .script()
                        .replace("/etc/os-release", release.toString())
                        .replace("/run/openrc", folder.resolve("openrc").toString());
        Path program = Files.writeString(folder.resolve("script.sh"), script);
        var command = new ArrayList<>(shell);
        command.addAll(List.of("-eu", program.toString()));
        var builder = new ProcessBuilder(command);
        builder.environment()
                .merge("PATH", folder.resolve("bin").toString(), (path, bin) -> bin + ":" + path);
        Process process = builder.start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).isZero();
        return FactReader.read(Map.of("system", printed), Instant.EPOCH).system();
    }
}
