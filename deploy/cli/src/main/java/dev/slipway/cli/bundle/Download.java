package dev.slipway.cli.bundle;

import dev.slipway.cli.CommandFailure;
import dev.slipway.contracts.id.ContentDigest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

/// Fetches files into a folder, each under its digest. What was cut off goes on where it was, with
/// a server that serves ranges (RFC 9110 §14); what is there already is not fetched again.
final class Download {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(30);
    private static final int ATTEMPTS = 3;
    private static final int PIECE_BYTES = 256 * 1024;

    private final Path folder;
    private final HttpClient http;

    /// @param folder is made where it is not there
    Download(Path folder) {
        this.folder = folder;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NORMAL)
                        .connectTimeout(CONNECT_LIMIT)
                        .build();
    }

    /// @throws CommandFailure if it cannot be fetched, or is not what it should be
    Path fetch(String url, ContentDigest sha256) {
        Path file = folder.resolve(sha256.value());
        try {
            Files.createDirectories(folder);
            if (!Files.exists(file)) {
                Path part = folder.resolve(sha256 + ".part");
                persistently(url, part);
                check(url, part, sha256);
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            }
            return file;
        } catch (IOException e) {
            throw CommandFailure.failed(
                    "cannot fetch %s to \"%s\" (%s): look whether it is there and whether the disk has room, then call again; what is there goes on where it was"
                            .formatted(url, folder, e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted while fetching " + url);
        }
    }

    private void persistently(String url, Path part) throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                piece(url, part);
                return;
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private void piece(String url, Path part) throws IOException, InterruptedException {
        long there = Files.exists(part) ? Files.size(part) : 0;
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
        if (there > 0) {
            request.header("Range", "bytes=%d-".formatted(there));
        }
        HttpResponse<InputStream> answer =
                http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            switch (answer.statusCode()) {
                case 200 -> write(body, part, StandardOpenOption.TRUNCATE_EXISTING);
                case 206 -> write(body, part, StandardOpenOption.APPEND);
                // All of it was there before.
                case 416 -> {}
                default -> throw new IOException("HTTP status " + answer.statusCode());
            }
        }
    }

    private static void write(InputStream body, Path part, StandardOpenOption how)
            throws IOException {
        try (OutputStream out =
                Files.newOutputStream(
                        part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how)) {
            body.transferTo(out);
        }
    }

    private static void check(String url, Path part, ContentDigest sha256) throws IOException {
        ContentDigest found = digest(part);
        if (!found.equals(sha256)) {
            Files.delete(part);
            throw CommandFailure.failed(
                    "%s has the SHA-256 %s, expected %s: take the right one into the Clusterfile, or look who changed the file"
                            .formatted(url, found, sha256));
        }
    }

    static ContentDigest digest(Path file) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            var piece = new byte[PIECE_BYTES];
            for (int count = bytes.read(piece); count >= 0; count = bytes.read(piece)) {
                sha256.update(piece, 0, count);
            }
            return new ContentDigest(HexFormat.of().formatHex(sha256.digest()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
