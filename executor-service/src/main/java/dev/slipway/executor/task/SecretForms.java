package dev.slipway.executor.task;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The shapes in which a secret may show in output: as it is, escaped in JSON, in Base64 (at each
/// of the three alignments, RFC 4648 §4 and §5). A text of several lines shows line by line, since
/// tools indent and escape them.
final class SecretForms {
    /// Lines shorter than this say nothing by themselves when they are part of a longer text.
    private static final int SHORTEST_LINE = 12;

    /// `base64` and PEM wrap at 76 and 64 characters; pieces of this length fit into both.
    private static final int PIECE = 32;

    private final Set<String> forms = new LinkedHashSet<>();

    private SecretForms() {}

    static List<byte[]> of(Collection<byte[]> secrets) {
        var all = new SecretForms();
        secrets.forEach(all::add);
        List<byte[]> bytes = new ArrayList<>();
        all.forms.forEach(form -> bytes.add(form.getBytes(StandardCharsets.ISO_8859_1)));
        return bytes;
    }

    private void add(byte[] secret) {
        String text = new String(secret, StandardCharsets.ISO_8859_1).strip();
        if (text.isEmpty()) {
            return;
        }
        if (text.indexOf('\n') < 0) {
            addLine(text);
        } else {
            text.lines()
                    .map(String::strip)
                    .filter(line -> line.length() >= SHORTEST_LINE && !line.startsWith("-----"))
                    .forEach(this::addLine);
        }
        addBase64(secret, 0);
        byte[] stripped = text.getBytes(StandardCharsets.ISO_8859_1);
        if (stripped.length <= 256) {
            for (int shift = 0; shift < 3; shift++) {
                addBase64(stripped, shift);
            }
        }
    }

    private void addLine(String line) {
        forms.add(line);
        String unicode =
                new String(line.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        String escaped = new String(JsonStringEncoder.getInstance().quoteAsString(unicode));
        forms.add(
                new String(escaped.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
        forms.add(
                new String(
                        escaped.replace("/", "\\/").getBytes(StandardCharsets.UTF_8),
                        StandardCharsets.ISO_8859_1));
    }

    /// The characters that the secret alone decides, when `shift` other bytes stand before it.
    private void addBase64(byte[] secret, int shift) {
        byte[] shifted = new byte[secret.length + shift];
        System.arraycopy(secret, 0, shifted, shift, secret.length);
        String whole = Base64.getEncoder().withoutPadding().encodeToString(shifted);
        int from = (shift * 8 + 5) / 6;
        int to = shifted.length * 8 / 6;
        if (to - from < 6) {
            return;
        }
        String own = whole.substring(from, to);
        for (int start = 0; start < own.length(); start += PIECE) {
            int end = own.length() - start < 2 * PIECE ? own.length() : start + PIECE;
            String piece = own.substring(start, end);
            forms.add(piece);
            forms.add(piece.replace('+', '-').replace('/', '_'));
            if (end == own.length()) {
                break;
            }
        }
    }
}
