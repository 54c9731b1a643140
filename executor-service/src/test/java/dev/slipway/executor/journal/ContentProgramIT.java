package dev.slipway.executor.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.Part;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.Step;
import dev.slipway.executor.journal.ContentProgram.Answer;
import dev.slipway.executor.ssh.OpenSshServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@Execution(ExecutionMode.CONCURRENT)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ValueSource(strings = {"dash", "bash", "busybox"})
class ContentProgramIT {
    private static final int SIZE = 3_000_000;
    private static final int HALF = 1_500_001;

    private final Path root;
    private final LocalHost host;
    private final byte[] bytes = bytes();
    private final Part.Content content = new Part.Content(ContentDigest.ofBytes(bytes), SIZE);

    ContentProgramIT(String shell, @TempDir Path root) {
        assumeTrue(
                "root".equals(System.getProperty("user.name")),
                "skipped: contents are brought as root only");
        assumeTrue(
                Stream.of("/usr/bin/", "/bin/").anyMatch(dir -> Files.exists(Path.of(dir + shell))),
                () -> "skipped: " + shell + " is not installed (apt-get install " + shell + ")");
        this.root = root;
        this.host = new LocalHost(shell, root.resolve("state"));
    }

    private static byte[] bytes() {
        var bytes = new byte[SIZE];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    private Path part() {
        return Path.of(host.content(content.digest()) + ".part");
    }

    @Test
    void keepsAFileForRootAloneAndTakesItOnce() throws IOException {
        assertThat(host.bring(content, bytes)).isEqualTo(new Answer.Kept());

        Path kept = host.content(content.digest());
        assertThat(kept).hasBinaryContent(bytes);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept.getParent())))
                .isEqualTo("rwx------");
        assertThat(part()).doesNotExist();
        assertThat(host.bring(content, bytes)).isEqualTo(new Answer.Whole());
        var nothing = new Part.Content(ContentDigest.ofBytes(new byte[0]), 0);
        assertThat(host.bring(nothing, new byte[0])).isEqualTo(new Answer.Kept());
        assertThat(host.content(nothing.digest())).isEmptyFile();
    }

    @Test
    void goesOnWhereItWasCutOff() throws IOException {
        try (var bringing = host.bring(content)) {
            assertThat(bringing.next()).isEqualTo(new Answer.Part(0));
            bringing.input().write(bytes, 0, HALF);
            bringing.input().close();
            assertThat(bringing.next()).isEqualTo(new Answer.CutOff());
        }
        assertThat(host.content(content.digest())).doesNotExist();

        try (var bringing = host.bring(content)) {
            assertThat(bringing.next()).isEqualTo(new Answer.Part(HALF));
            bringing.input().write(bytes, HALF, SIZE - HALF);
            bringing.input().close();
            assertThat(bringing.next()).isEqualTo(new Answer.Kept());
        }
        assertThat(host.content(content.digest())).hasBinaryContent(bytes);
    }

    @Test
    void throwsAwayWhatIsNotTheFile() throws IOException {
        byte[] wrong = bytes.clone();
        wrong[HALF]++;

        Answer answer = host.bring(content, wrong);

        assertThat(answer)
                .isEqualTo(
                        new Answer.Refused(
                                "CHECKSUM_MISMATCH", ContentDigest.ofBytes(wrong).value()));
        assertThat(part()).doesNotExist();
        assertThat(host.content(content.digest())).doesNotExist();
        Files.write(part(), new byte[SIZE + 1]);
        assertThat(host.bring(content, bytes)).isEqualTo(new Answer.Kept());
    }

    @Test
    void letsTwoBringTheSameFileAtTheSameTime() throws IOException {
        try (var first = host.bring(content);
                var second = host.bring(content)) {
            assertThat(first.next()).isEqualTo(new Answer.Part(0));
            assertThat(second.next()).isEqualTo(new Answer.Part(0));
            first.input().write(bytes, 0, HALF);
            first.input().flush();
            second.input().write(bytes);
            second.input().close();
            assertThat(second.next()).isEqualTo(new Answer.Kept());
            first.input().write(bytes, HALF, SIZE - HALF);
            first.input().close();
            assertThat(first.next()).isEqualTo(new Answer.Kept());
        }
        assertThat(host.content(content.digest())).hasBinaryContent(bytes);
    }

    @Test
    void namesADiskThatIsFullOrReadOnlyAndFreesIt() throws IOException {
        Path disk = Files.createDirectories(root.resolve("state"));
        OpenSshServer.run("mount", "-t", "tmpfs", "-o", "size=2m", "none", disk.toString());
        try {
            assertThat(host.bring(content, bytes))
                    .isInstanceOfSatisfying(
                            Answer.Refused.class,
                            r -> assertThat(r.reason()).isEqualTo("DISK_FULL"));
            // Others fill the disk while the file comes.
            var small = new Part.Content(content.digest(), SIZE / 2);
            try (var bringing = host.bring(small)) {
                assertThat(bringing.next()).isEqualTo(new Answer.Part(0));
                Files.write(disk.resolve("filler"), new byte[1024 * 1024]);
                try {
                    bringing.input().write(bytes, 0, SIZE / 2);
                    bringing.input().close();
                } catch (IOException e) {
                    // It has stopped to read.
                }
                assertThat(bringing.next())
                        .isInstanceOfSatisfying(
                                Answer.Refused.class,
                                r -> assertThat(r.reason()).isEqualTo("DISK_FULL"));
            }
            assertThat(part()).doesNotExist();
            OpenSshServer.run("mount", "-o", "remount,ro", disk.toString());
            assertThat(host.bring(new Part.Content(content.digest(), 1000), new byte[1000]))
                    .isInstanceOfSatisfying(
                            Answer.Refused.class,
                            r -> assertThat(r.reason()).isEqualTo("DISK_READ_ONLY"));
        } finally {
            OpenSshServer.run("umount", disk.toString());
        }
    }

    @Test
    void putsAFileFromThereAndLeavesAloneWhatIsAsAsked() throws IOException {
        host.bring(content, bytes);
        RemotePath path = RemotePath.of(root + "/new/big file");
        Order order =
                Orders.fresh()
                        .with(
                                put("put", path, 0640),
                                put("again", path, 0640),
                                put("mode", path, 0755));

        try (var delivery = host.deliver(order)) {
            assertThat(delivery.outcome()).isEqualTo("SUCCEEDED -");
            assertThat(delivery.outcomes())
                    .containsExactly("1 SUCCEEDED", "2 SKIPPED", "3 SUCCEEDED");
        }
        Path put = root.resolve("new/big file");
        assertThat(put).hasBinaryContent(bytes);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(put)))
                .isEqualTo("rwxr-xr-x");
        assertThat(put.getParent()).isDirectoryNotContaining("glob:**/.slipway*");
    }

    @Test
    void putsNothingThatChangedSinceAndBringsItAnewThen() throws IOException {
        host.bring(content, bytes);
        byte[] rotten = bytes.clone();
        rotten[0]++;
        Files.write(host.content(content.digest()), rotten);
        Order order = Orders.fresh().with(put("put", RemotePath.of(root + "/big"), 0644));

        try (var delivery = host.deliver(order)) {
            assertThat(delivery.outcome()).isEqualTo("FAILED CHECKSUM_MISMATCH");
            assertThat(delivery.output()).contains("has SHA-256");
        }
        assertThat(root.resolve("big")).doesNotExist();
        assertThat(host.bring(content, bytes)).isEqualTo(new Answer.Kept());
    }

    @Test
    void forgetsWithItsJournalsWhatNoTaskHasAskedForSince() throws IOException {
        host.bring(content, bytes);
        var other = new Part.Content(ContentDigest.ofBytes(new byte[5]), 5);
        host.bring(other, new byte[5]);
        FileTime old = FileTime.from(Instant.now().minus(Duration.ofDays(32)));
        Files.setLastModifiedTime(host.content(content.digest()), old);
        Files.setLastModifiedTime(host.content(other.digest()), old);
        assertThat(host.bring(other, new byte[5])).isEqualTo(new Answer.Whole());

        try (var delivery =
                host.deliver(
                        Orders.fresh()
                                .with(Step.Command.of("step", "true", Duration.ofSeconds(9))))) {
            assertThat(delivery.outcome()).isEqualTo("SUCCEEDED -");
        }
        assertThat(host.content(content.digest())).doesNotExist();
        assertThat(host.content(other.digest())).exists();
    }

    private Step put(String name, RemotePath path, int mode) {
        return Step.Put.content(name, path, content, mode);
    }
}
