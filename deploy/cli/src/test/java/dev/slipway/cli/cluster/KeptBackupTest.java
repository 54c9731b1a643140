package dev.slipway.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.contracts.Wire;
import org.junit.jupiter.api.Test;

class KeptBackupTest {
    private static final String DIGEST = "ab".repeat(32);

    @Test
    void findsTheLastWholeTellingInTheOutput() {
        String told = "slipway: %s has %d bytes and SHA-256 %s\n";
        String file = "/var/backups/slipway/demo-20260101T000000Z.tar.gz";
        var reader = new KeptBackup.Reader();
        reader.read(chunk("10.0.0.1:22", told.formatted("/old.tar.gz", 1, "cd".repeat(32))));
        reader.read(chunk("10.0.0.2:22", "level=info msg=archive\nslipway: /var/backups/sli"));
        reader.read(
                chunk(
                        "10.0.0.2:22",
                        told.formatted(file, 12345, DIGEST)
                                .substring("slipway: /var/backups/sli".length())));

        assertThat(reader.kept()).contains(new KeptBackup("10.0.0.2:22", file, 12345, DIGEST));
        assertThat(reader.kept().orElseThrow().text("demo"))
                .contains(
                        "10.0.0.2:22",
                        "12345 bytes",
                        DIGEST,
                        "keys of the cluster's authorities",
                        "slipway restore demo --from " + file);
    }

    @Test
    void hasNothingToTellBeforeTheDigestHasCome() {
        var reader = new KeptBackup.Reader();
        reader.read(chunk("10.0.0.2:22", "slipway: /b.tar.gz has 12345 bytes and SHA-2"));

        assertThat(reader.kept()).isEmpty();
    }

    private static ObjectNode chunk(String host, String text) {
        ObjectNode chunk = Wire.mapper().createObjectNode().put("text", text);
        chunk.putObject("ref").put("host", host);
        return chunk;
    }
}
