package dev.slipway.local.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.local.doctor.Check.Verdict;
import dev.slipway.local.files.PrivateFile;
import dev.slipway.local.home.StackHome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {

    @TempDir Path folder;

    @Test
    void findsThisMachinesJdkDiskAndFolderGood() {
        Doctor doctor = new Doctor(new StackHome(folder.resolve("not/yet/there")));

        assertThat(doctor.checks())
                .filteredOn(check -> check.name().matches("jdk|disk|folder"))
                .hasSize(3)
                .allMatch(check -> check.verdict() == Verdict.OK);
        assertThat(folder.resolve("not")).doesNotExist();
    }

    @Test
    void saysHowToMendEverythingThatIsNotOk() throws IOException {
        proc("meminfo", "MemTotal: 9 kB\nMemAvailable:    1048576 kB\n");
        proc(
                "self/limits",
                """
                Max processes             100                  100                  processes
                Max open files            64                   4096                 files
                """);

        assertThat(checks())
                .filteredOn(check -> check.name().matches("memory|open files|processes"))
                .hasSize(3)
                .allMatch(check -> check.verdict() == Verdict.FAIL && !check.mend().isEmpty());
    }

    @Test
    void warnsOfLittleMemoryBeforeItFails() throws IOException {
        proc("meminfo", "MemAvailable:    2621440 kB\n");

        assertThat(Limits.memory(machine()))
                .returns(Verdict.WARN, Check::verdict)
                .extracting(Check::found)
                .asString()
                .contains("2.5 GiB");
    }

    @Test
    void takesUnlimitedAsEnough() throws IOException {
        proc(
                "self/limits",
                "Max open files            unlimited            unlimited            files\n");

        assertThat(Limits.openFiles(machine()).verdict()).isEqualTo(Verdict.OK);
    }

    @Test
    void namesTheSwitchThatForbidsUserNamespaces() throws IOException {
        proc("sys/kernel/apparmor_restrict_unprivileged_userns", "1\n");

        assertThat(machine().userNamespaceMend())
                .contains("apparmor_restrict_unprivileged_userns=0");
    }

    @Test
    void namesThePortThatSomebodyElseHolds() throws IOException {
        try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            PrivateFile.write(
                    folder.resolve("ports.properties"),
                    Map.of("broker", "" + holder.getLocalPort()));

            assertThat(new Doctor(new StackHome(folder)).checks())
                    .filteredOn(check -> check.name().equals("ports"))
                    .singleElement()
                    .returns(Verdict.FAIL, Check::verdict)
                    .extracting(Check::found)
                    .asString()
                    .contains("port " + holder.getLocalPort());
        }
    }

    private Iterable<Check> checks() {
        return new Doctor(new StackHome(folder), machine()).checks();
    }

    private Machine machine() {
        return new Machine(folder, false);
    }

    private void proc(String file, String content) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.resolveSibling(""));
        Files.writeString(path, content);
    }
}
