package dev.slipway.planner.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.chassis.database.Transactions;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.testkit.StackResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
        value = StackResource.class,
        initArgs = {
            @ResourceArg(name = "service", value = "planner"),
            @ResourceArg(name = "slipway.planner.grace", value = "PT0S"),
            @ResourceArg(name = "slipway.planner.watchdog-interval", value = "1s"),
            @ResourceArg(name = "slipway.planner.authority-retry", value = "PT0.2S"),
            @ResourceArg(name = "slipway.planner.tasks-in-flight-per-tenant", value = "4")
        })
class ContentIT {
    private static final int MIB = 1024 * 1024;

    @Inject Transactions transactions;
    @Inject dev.slipway.planner.content.ContentStore contents;

    private final Planner ann = Planner.operator();

    /// Of several chunks, the last of which is not full.
    private static byte[] file(int size) {
        var bytes = new byte[size];
        new Random().nextBytes(bytes);
        return bytes;
    }

    private static String path(byte[] bytes) {
        return "/v1/contents/" + ContentDigest.ofBytes(bytes);
    }

    private int put(byte[] bytes) {
        return ann.send(path(bytes), "PUT", "application/octet-stream", bytes).status();
    }

    @Test
    void givesAFileWholeOrFromWhereItWasCutOff() {
        byte[] bytes = file(3 * MIB + 17);
        assertThat(ann.head(path(bytes)).statusCode()).isEqualTo(404);

        assertThat(put(bytes)).isEqualTo(204);

        assertThat(ann.head(path(bytes)))
                .satisfies(head -> {
                    assertThat(head.statusCode()).isEqualTo(200);
                    assertThat(head.headers().firstValue("content-length"))
                            .hasValue(String.valueOf(bytes.length));
                });
        var executor = Planner.service("executor/default");
        assertThat(executor.bytes(path(bytes), "").body()).isEqualTo(bytes);
        int from = 2 * MIB - 3;
        var rest = executor.bytes(path(bytes), "bytes=%d-".formatted(from));
        assertThat(rest.statusCode()).isEqualTo(206);
        assertThat(rest.headers().firstValue("content-range"))
                .hasValue("bytes %d-%d/%d".formatted(from, bytes.length - 1, bytes.length));
        assertThat(rest.body()).isEqualTo(Arrays.copyOfRange(bytes, from, bytes.length));
        assertThat(executor.bytes(path(bytes), "bytes=5-9").body())
                .isEqualTo(Arrays.copyOfRange(bytes, 5, 10));
        assertThat(executor.bytes(path(bytes), "bytes=%d-".formatted(bytes.length)).statusCode())
                .isEqualTo(416);
        byte[] nothing = new byte[0];
        assertThat(put(nothing)).isEqualTo(204);
        assertThat(executor.bytes(path(nothing), "").body()).isEmpty();
    }

    @Test
    void aTenantSeesItsOwnFilesOnly() {
        byte[] bytes = file(100);
        put(bytes);
        var bob = Planner.operator();

        assertThat(bob.bytes(path(bytes), "").statusCode()).isEqualTo(404);
        assertThat(bob.head(path(bytes)).statusCode()).isEqualTo(404);
        String applied = bob.clusterfile(1, "") + stored("cni", bytes);
        assertThat(bob.apply(applied).status()).isEqualTo(422);
    }

    @Test
    void anUploadThatBreaksOffLeavesNothing() throws IOException {
        byte[] bytes = file(3 * MIB);

        ann.breakOff(path(bytes), Arrays.copyOf(bytes, 2 * MIB + 1), bytes.length);

        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> rows("content_chunks") + rows("contents") == 0);
        assertThat(ann.head(path(bytes)).statusCode()).isEqualTo(404);
        assertThat(put(bytes)).isEqualTo(204);
        byte[] other = file(2 * MIB);
        assertThat(
                        ann.send(
                                        path(bytes).replaceFirst("[0-9a-f]{64}", "0".repeat(64)),
                                        "PUT",
                                        "application/octet-stream",
                                        other)
                                .status())
                .isEqualTo(422);
        assertThat(rows("contents")).isEqualTo(1);
        assertThat(rows("content_chunks")).isEqualTo(3);
    }

    @Test
    void aClusterfileMayNameOnlyWhatIsThere() {
        byte[] bytes = file(1000);
        String file = ann.clusterfile(1, "");

        var missing = ann.apply(file + stored("cni", bytes));
        assertThat(missing.status()).isEqualTo(422);
        assertThat(missing.json().path("code").asText()).isEqualTo("CLUSTERFILE_INVALID");
        assertThat(missing.json().path("problems").get(0).path("path").asText())
                .isEqualTo("spec.artifacts.cni.content");
        assertThat(ann.get("/v1/clusters/" + ann.cluster).status()).isEqualTo(404);
        put(bytes);
        var short1 = ann.apply(file + stored("cni", bytes).replace("size: 1000", "size: 999"));
        assertThat(short1.json().path("problems").get(0).path("path").asText())
                .isEqualTo("spec.artifacts.cni.size");
        var local = ann.apply(file + "  artifacts:\n    cni: {file: ./cni.tar.gz}\n");
        assertThat(local.status()).isEqualTo(422);
        assertThat(local.text()).contains("spec.artifacts.cni.file", "slipway apply -f");
        assertThat(ann.apply(file + stored("cni", bytes)).status()).isEqualTo(201);
    }

    @Test
    void onlyWhatNoRunCouldNeedIsLetGo() {
        byte[] unfinished = file(10);
        byte[] last = file(11);
        byte[] older = file(12);
        byte[] unnamed = file(13);
        for (byte[] bytes : List.of(unfinished, last, older, unnamed)) {
            put(bytes);
        }
        var other = ann.elsewhere();
        settled(other.opened(other.apply(other.clusterfile(1, "") + stored("cni", older))));
        settled(other.opened(other.apply(other.clusterfile(1, "") + stored("cni", last))));
        ann.opened(ann.apply(ann.clusterfile(1, "") + stored("cni", unfinished)));

        sweep(Duration.ofDays(1));
        assertThat(rows("contents")).isEqualTo(4);
        sweep(Duration.ZERO);

        assertThat(ann.head(path(unfinished)).statusCode()).isEqualTo(200);
        assertThat(ann.head(path(last)).statusCode()).isEqualTo(200);
        assertThat(ann.head(path(older)).statusCode()).isEqualTo(404);
        assertThat(ann.head(path(unnamed)).statusCode()).isEqualTo(404);
    }

    @Test
    void onlyContentsMayBeLong() {
        byte[] bytes = file(16 * MIB + 1);

        assertThat(ann.send("/v1/validations", "POST", "text/yaml", bytes).status()).isEqualTo(413);
        assertThat(put(bytes)).isEqualTo(204);
    }

    private static String stored(String artifact, byte[] bytes) {
        return "  artifacts:\n    %s: {content: %s, size: %d}\n"
                .formatted(artifact, ContentDigest.ofBytes(bytes), bytes.length);
    }

    private int rows(String table) {
        return transactions
                .asWorker(c ->
                        c.preparedQuery(
                                        "SELECT count(*)::int FROM %s WHERE tenant = $1"
                                                .formatted(table))
                                .execute(Tuple.of(ann.tenant()))
                                .map(rows -> rows.iterator().next().getInteger(0)))
                .await()
                .indefinitely();
    }

    private void settled(String run) {
        transactions
                .asWorker(c ->
                        c.preparedQuery(
                                        "UPDATE runs SET stage = 'SETTLED', outcome = 'FAILED', settled_at = now() - interval '1 hour' WHERE id = $1")
                                .execute(Tuple.of(UUID.fromString(run))))
                .await()
                .indefinitely();
    }

    private void sweep(Duration kept) {
        transactions
                .asWorker(c -> contents.sweep(c, Duration.ofHours(1), kept))
                .await()
                .indefinitely();
    }
}
