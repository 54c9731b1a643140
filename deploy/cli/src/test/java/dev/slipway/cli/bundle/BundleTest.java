package dev.slipway.cli.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.cli.CommandFailure;
import dev.slipway.cli.Slipway;
import dev.slipway.contracts.id.ContentDigest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Bundles, made of files of a real server that may cut a transfer off.
class BundleTest {
    private static final byte[] LARGE = new byte[3_000_001];

    @TempDir private Path folder = Path.of("target");
    private final Map<String, byte[]> served = new TreeMap<>();
    private final ConcurrentLinkedQueue<String> ranges = new ConcurrentLinkedQueue<>();
    private volatile int cutAfter = Integer.MAX_VALUE;
    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        new Random(7).nextBytes(LARGE);
        served.put("/cni.tgz", LARGE);
        served.put("/network.yaml", "apiVersion: v1\nkind: Namespace\n".getBytes(UTF_8));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void putsWhatHostsFetchIntoOneFile() throws IOException {
        Path bundle = folder.resolve("b.tar");

        assertThat(create(bundle)).isZero();

        var found = new ArrayList<String>();
        BundleIndex index =
                Bundle.read(
                        bundle,
                        folder,
                        (entry, content) -> found.add(entry.from() + " " + size(content)));
        assertThat(index.cluster()).isEqualTo("demo");
        assertThat(found)
                .containsExactly(url("/cni.tgz") + " 3000001", url("/network.yaml") + " 31");
        assertThat(left()).containsExactly("b.tar", "cluster.yaml");

        assertThat(create(folder.resolve("again.tar"))).isZero();
        assertThat(Files.mismatch(bundle, folder.resolve("again.tar"))).isEqualTo(-1);
    }

    @Test
    void goesOnWhereATransferWasCutOff() throws IOException {
        cutAfter = 1_200_000;

        Path fetched =
                new Download(folder.resolve("parts"))
                        .fetch(url("/cni.tgz"), ContentDigest.ofBytes(LARGE));

        assertThat(fetched).hasBinaryContent(LARGE);
        assertThat(ranges).hasSize(3);
        assertThat(ranges.stream().skip(1)).allMatch(r -> r.matches("bytes=[1-9][0-9]*-"));
    }

    @Test
    void keepsWhatItHasForTheNextCall() throws IOException {
        cutAfter = 300_000;
        var download = new Download(folder.resolve("parts"));
        ContentDigest digest = ContentDigest.ofBytes(LARGE);

        assertThatThrownBy(() -> download.fetch(url("/cni.tgz"), digest))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("goes on where it was");
        cutAfter = Integer.MAX_VALUE;

        assertThat(download.fetch(url("/cni.tgz"), digest)).hasBinaryContent(LARGE);
        assertThat(ranges.stream().reduce((_, last) -> last).orElseThrow())
                .matches("bytes=[1-9][0-9]{5}-");
    }

    @Test
    void refusesWhatIsNotWhatItShouldBe() {
        ContentDigest digest = ContentDigest.ofBytes(LARGE);
        served.put("/cni.tgz", "something else".getBytes(UTF_8));

        assertThatThrownBy(
                        () -> new Download(folder.resolve("parts")).fetch(url("/cni.tgz"), digest))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining(url("/cni.tgz") + " has the SHA-256")
                .hasMessageContaining("expected " + digest);
        assertThat(folder.resolve("parts")).isEmptyDirectory();
        assertThatThrownBy(() -> new Download(folder.resolve("parts")).fetch(url("/gone"), digest))
                .hasMessageContaining("HTTP status 404");
    }

    @Test
    void refusesABundleThatIsNotWholeOrWasChanged() throws IOException {
        Path bundle = folder.resolve("b.tar");
        assertThat(create(bundle)).isZero();
        byte[] whole = Files.readAllBytes(bundle);

        Files.write(bundle, Arrays.copyOf(whole, 1_000_000));
        assertRefused(bundle);
        byte[] changed = whole.clone();
        changed[1_500_000] ^= 1;
        Files.write(bundle, changed);
        assertRefused(bundle);
        Files.write(bundle, "no tar at all".getBytes(UTF_8));
        assertRefused(bundle);
        Files.write(bundle, Arrays.copyOfRange(whole, 1024, whole.length));
        assertRefused(bundle);
    }

    private void assertRefused(Path bundle) {
        assertThatThrownBy(() -> Bundle.read(bundle, folder, (_, _) -> {}))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("is no whole bundle");
    }

    private int create(Path bundle) throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("cluster.yaml"),
                        """
                        apiVersion: slipway.dev/v1
                        kind: Cluster
                        metadata: {name: demo}
                        spec:
                          runtime: {version: v1.36.2}
                          ssh: {credential: team}
                          hosts: [{ips: [10.0.0.1], roles: [control-plane]}]
                          artifacts:
                            cni: {url: "%1$s", sha256: %2$s}
                          images:
                            - {name: same, url: "%1$s", sha256: %2$s}
                          manifests:
                            - {name: network, url: "%3$s", sha256: %4$s}
                        """
                                .formatted(
                                        url("/cni.tgz"),
                                        digest("/cni.tgz"),
                                        url("/network.yaml"),
                                        digest("/network.yaml")));
        return Slipway.commandLine()
                .execute("bundle", "create", "-f", file.toString(), "--to", bundle.toString());
    }

    private ContentDigest digest(String path) {
        return ContentDigest.ofBytes(served.getOrDefault(path, new byte[0]));
    }

    private String url(String path) {
        return "http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), path);
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> left() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    /// Serves ranges, and gives up after some bytes where it shall.
    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = served.get(exchange.getRequestURI().getPath());
        if (body == null) {
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
            return;
        }
        String range = exchange.getRequestHeaders().getFirst("Range");
        ranges.add(String.valueOf(range));
        int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
        exchange.sendResponseHeaders(range == null ? 200 : 206, body.length - from);
        exchange.getResponseBody().write(body, from, Math.min(cutAfter, body.length - from));
        if (cutAfter >= body.length - from) {
            exchange.close();
        } else {
            exchange.getResponseBody().flush();
            throw new IOException("cut off on purpose");
        }
    }
}
