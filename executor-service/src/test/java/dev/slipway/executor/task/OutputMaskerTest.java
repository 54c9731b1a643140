package dev.slipway.executor.task;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OutputMaskerTest {
    private static final String TOKEN = "abc\"d/ef.0123456789abcdef";
    private static final String PEM =
            """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2
            OF/2NxApJCzGCEDdfSp6VQO30hyhRANCAAQRWz+jn65BtOMvdyHKcvjBeBSDZH2r
            -----END PRIVATE KEY-----
            """;
    private static final List<byte[]> SECRETS =
            List.of(TOKEN.getBytes(UTF_8), PEM.getBytes(UTF_8), "pä55".getBytes(UTF_8));

    @Test
    void masksEveryFormWhereverTheOutputIsCut() {
        String base64 = Base64.getEncoder().encodeToString(TOKEN.getBytes(UTF_8));
        String inner = Base64.getEncoder().encodeToString(("xy" + TOKEN + "z").getBytes(UTF_8));
        String output =
                "token=%s; json=\"%s\"; b64=%s inner=%s pw=pä55 %s end"
                        .formatted(
                                TOKEN,
                                TOKEN.replace("\"", "\\\""),
                                base64,
                                inner,
                                PEM.replace("\n", "\\n"));
        byte[] bytes = output.getBytes(UTF_8);
        String whole = mask(bytes, new int[0]);
        assertThat(whole)
                .doesNotContain("0123456789abcdef")
                .doesNotContain("pä55")
                .doesNotContain("MIGHAgEAMBMG")
                .doesNotContain("OF/2NxApJCzG")
                .doesNotContain(base64.substring(0, 30))
                .doesNotContain(inner.substring(4, 30))
                .contains("token=[masked]; json=\"[masked]\"; b64=")
                .endsWith(" end");
        for (int cut = 0; cut <= bytes.length; cut++) {
            assertThat(mask(bytes, new int[] {cut})).isEqualTo(whole);
        }
        for (int second = 0; second < bytes.length; second += 3) {
            assertThat(mask(bytes, new int[] {second / 2, second})).isEqualTo(whole);
        }
    }

    @Test
    void neverLetsASecretThroughNorLosesABytesPlace() {
        var random = new Random(4711);
        for (int round = 0; round < 300; round++) {
            var output = new ByteArrayOutputStream();
            for (int i = 0; i < 40; i++) {
                byte[] piece =
                        switch (random.nextInt(4)) {
                            case 0 -> TOKEN.getBytes(UTF_8);
                            case 1 ->
                                    TOKEN.substring(0, random.nextInt(TOKEN.length()))
                                            .getBytes(UTF_8);
                            case 2 -> "pä55".getBytes(UTF_8);
                            default -> new byte[] {(byte) random.nextInt(256)};
                        };
                output.writeBytes(piece);
            }
            byte[] bytes = output.toByteArray();
            var seen = new Counting();
            var masker = new OutputMasker(SECRETS, seen);
            for (int from = 0; from < bytes.length; ) {
                int to = Math.min(bytes.length, from + 1 + random.nextInt(9));
                masker.feed(Arrays.copyOfRange(bytes, from, to));
                from = to;
            }
            masker.end();
            assertThat(seen.raw).isEqualTo(bytes.length);
            assertThat(seen.text.toString(UTF_8)).doesNotContain(TOKEN).doesNotContain("pä55");
        }
    }

    @Test
    void holdsNothingBackThatCannotBeASecret() {
        var seen = new Counting();
        new OutputMasker(SECRETS, seen).feed("plain text\n".getBytes(UTF_8));
        assertThat(seen.text.toString(UTF_8)).isEqualTo("plain text\n");
    }

    private static String mask(byte[] bytes, int[] cuts) {
        var seen = new Counting();
        var masker = new OutputMasker(SECRETS, seen);
        int from = 0;
        for (int cut : cuts) {
            masker.feed(Arrays.copyOfRange(bytes, from, cut));
            from = cut;
        }
        masker.feed(Arrays.copyOfRange(bytes, from, bytes.length));
        masker.end();
        return seen.text.toString(UTF_8);
    }

    private static final class Counting implements OutputMasker.Sink {
        private final ByteArrayOutputStream text = new ByteArrayOutputStream();
        private int raw;

        @Override
        public void plain(byte[] bytes) {
            text.writeBytes(bytes);
            raw += bytes.length;
        }

        @Override
        public void masked(int length) {
            text.writeBytes(PrintableText.MASK);
            raw += length;
        }
    }
}
