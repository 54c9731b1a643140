package dev.slipway.cli.api;

import dev.slipway.cli.CommandFailure;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Where the services are and who we are: one YAML file with `planner`, `cert`, `status` (URLs),
/// `ca` (PEM file) and `token` (the text, or a file: whatever holds a slash). Relative files are
/// looked for beside it.
///
/// @param planner base URL
/// @param cert base URL
/// @param status base URL
/// @param ca PEM file with the CA of the services' certificates
/// @param token a bearer token; secret
public record Settings(URI planner, URI cert, URI status, Path ca, String token) {
    @Override
    public String toString() {
        return "Settings[planner=%s, cert=%s, status=%s, ca=%s, token=hidden]"
                .formatted(planner, cert, status, ca);
    }

    /// `SLIPWAY_CONFIG` if set, else `config.yaml` in `SLIPWAY_HOME`, else in
    /// `~/.local/state/slipway`.
    public static Path defaultFile() {
        return Optional.ofNullable(System.getenv("SLIPWAY_CONFIG"))
                .map(Path::of)
                .orElseGet(() -> home().resolve("config.yaml"));
    }

    /// The local stack's directory: `SLIPWAY_HOME`, else `~/.local/state/slipway`.
    public static Path home() {
        return Optional.ofNullable(System.getenv("SLIPWAY_HOME"))
                .map(Path::of)
                .orElseGet(() ->
                        Path.of(System.getProperty("user.home"), ".local", "state", "slipway"))
                .toAbsolutePath();
    }

    /// @throws CommandFailure naming the file and the key that is missing
    public static Settings read(Path file) {
        if (!Files.exists(file)) {
            throw CommandFailure.failed(
                    "no configuration at %s: start the local stack with `slipway up`, or name a file with --config"
                            .formatted(file));
        }
        try {
            if (new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file))
                    instanceof Map<?, ?> map) {
                return of(map, file);
            }
        } catch (IOException e) {
            throw CommandFailure.failed("cannot read %s (%s)".formatted(file, e.getMessage()));
        }
        throw CommandFailure.failed(
                "%s is no YAML mapping: expected planner, cert, status, ca, token".formatted(file));
    }

    private static Settings of(Map<?, ?> map, Path file) throws IOException {
        Path beside = file.toAbsolutePath();
        // A JWT is base64url with dots (RFC 7515 §3.1): it never holds a slash.
        String given = text(map, "token", file);
        String token =
                given.contains("/")
                        ? Files.readString(beside.resolveSibling(given)).strip()
                        : given;
        return new Settings(
                URI.create(text(map, "planner", file)),
                URI.create(text(map, "cert", file)),
                URI.create(text(map, "status", file)),
                beside.resolveSibling(text(map, "ca", file)),
                token);
    }

    private static String text(Map<?, ?> map, String key, Path file) {
        Object value = map.get(key);
        if (value == null) {
            throw CommandFailure.failed(
                    "%s lacks \"%s\": expected planner, cert, status, ca, token"
                            .formatted(file, key));
        }
        return value.toString();
    }
}
