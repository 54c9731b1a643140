package dev.slipway.local.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortsFileTest {

    @TempDir Path folder;

    @Test
    void keepsThePortsItChose() throws IOException {
        Path file = folder.resolve("ports.properties");

        Map<String, Integer> first = PortsFile.of(file, List.of("planner", "cert"));
        Map<String, Integer> second = PortsFile.of(file, List.of("planner", "cert"));

        assertThat(second).isEqualTo(first);
        assertThat(first.values()).doesNotHaveDuplicates().allMatch(port -> port > 1023);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void addsAPortForANameThatIsNew() {
        Path file = folder.resolve("ports.properties");
        Map<String, Integer> first = PortsFile.of(file, List.of("planner"));

        Map<String, Integer> second = PortsFile.of(file, List.of("planner", "status"));

        assertThat(second).containsAllEntriesOf(first).containsKey("status");
    }

    @Test
    void namesTheLineThatHoldsNoPort() throws IOException {
        Path file = Files.writeString(folder.resolve("ports.properties"), "planner=70000\n");

        assertThatThrownBy(() -> PortsFile.of(file, List.of("planner")))
                .hasMessageContainingAll("planner", "70000", file.toString());
    }

    @Test
    void namesTheProcessThatHoldsThePort() throws IOException {
        try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<String> taken =
                    PortsFile.taken(Map.of("broker", holder.getLocalPort()), folder.resolve("p"));

            assertThat(taken)
                    .singleElement()
                    .asString()
                    .contains("port " + holder.getLocalPort() + " of broker")
                    .contains("process " + ProcessHandle.current().pid());
        }
    }
}
