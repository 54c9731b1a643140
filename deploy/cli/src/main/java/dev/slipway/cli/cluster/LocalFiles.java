package dev.slipway.cli.cluster;

import dev.slipway.cli.CommandFailure;
import dev.slipway.cli.api.Services;
import dev.slipway.planner.clusterfile.CertificateText;
import dev.slipway.planner.clusterfile.FileFields;
import dev.slipway.planner.clusterfile.FileFields.LocalFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The files of this machine that a Clusterfile names, relative to it: those that are sent, and
/// certificates, whose text becomes part of it. What is sent is what stood there when it was looked
/// at first; a file that changes in between is refused by its checksum.
final class LocalFiles {
    /// More than certificates may have, so that too many are told of.
    private static final int MOST_TEXT_BYTES = 1024 * 1024;

    private final Path folder;
    private final List<LocalFile> named;
    private final List<LocalFile> texts;
    private final Map<LocalFile, LocalContent> known = new LinkedHashMap<>();

    /// @param file the Clusterfile; `-`, standard input, lies in the working directory
    LocalFiles(Path file, String text) {
        Path parent = file.toString().equals("-") ? null : file.toAbsolutePath().getParent();
        this.folder = Optional.ofNullable(parent).orElse(Path.of("").toAbsolutePath());
        this.named = FileFields.find(text);
        this.texts = FileFields.findTexts(text);
    }

    private Path path(LocalFile file) {
        return file.path().startsWith("~/")
                ? Path.of(System.getProperty("user.home"), file.path().substring(2))
                : folder.resolve(file.path());
    }

    /// What keeps a file from being sent, a line each: field, file, reason, way out.
    List<String> problems() {
        return Stream.concat(
                        named.stream().flatMap(file -> line(file, problem(file))),
                        texts.stream()
                                .flatMap(file ->
                                        line(
                                                file,
                                                problem(file).or(() -> certificateProblem(file)))))
                .toList();
    }

    private static Stream<String> line(LocalFile file, Optional<String> problem) {
        return problem.map(p -> file.field() + ": " + p).stream();
    }

    private Optional<String> certificateProblem(LocalFile file) {
        return CertificateText.problem(text(file))
                .map(problem -> "\"%s\" %s".formatted(path(file), problem));
    }

    private String text(LocalFile file) {
        try (InputStream bytes = Files.newInputStream(path(file))) {
            return new String(bytes.readNBytes(MOST_TEXT_BYTES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private CommandFailure unreadable(LocalFile file, IOException e) {
        return CommandFailure.usage(
                "cannot read \"%s\" of %s (%s): name an existing file"
                        .formatted(path(file), file.field(), e.getMessage()));
    }

    private Optional<String> problem(LocalFile file) {
        Path path = path(file);
        if (!Files.exists(path)) {
            return Optional.of(
                    "there is no file \"%s\": paths are relative to the Clusterfile"
                            .formatted(path));
        }
        if (!Files.isRegularFile(path)) {
            return Optional.of("\"%s\" is no regular file: name a file".formatted(path));
        }
        return Files.isReadable(path)
                ? Optional.empty()
                : Optional.of(
                        "\"%s\" may not be read by you: check its permissions".formatted(path));
    }

    /// The text with digests and sizes in place of paths, and certificates in place of theirs;
    /// nothing is sent.
    String replaced(String text) {
        return FileFields.replaceTexts(
                FileFields.replace(text, file -> look(file).stored()), this::text);
    }

    /// Sends what the planner does not have yet.
    void send(Services services) {
        for (LocalFile file : named) {
            look(file).send(services, file.path());
        }
    }

    private LocalContent look(LocalFile file) {
        return known.computeIfAbsent(file, this::read);
    }

    private LocalContent read(LocalFile file) {
        try {
            return LocalContent.of(path(file));
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }
}
