package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.ContentDigest;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// Reads where a file comes from: exactly one of `text` or `url` (as the section has it), `file`
/// and `content`, which is what the command line makes of `file`.
final class FileSources {
    /// The fields that say it.
    static final List<String> TEXT_FIELDS = List.of("text", "file", "content", "size");

    static final List<String> URL_FIELDS = List.of("url", "sha256", "file", "content", "size");

    private final YamlMap map;
    private final SecretPolicy policy;

    FileSources(YamlMap map, SecretPolicy policy) {
        this.map = map;
        this.policy = policy;
    }

    /// @param usual `text` or `url`
    Optional<FileSource> read(String usual) {
        List<String> found = Stream.of(usual, "file", "content").filter(map::has).toList();
        if (found.size() != 1) {
            map.place()
                    .invalid(
                            map.node(),
                            map.child(usual),
                            "expected exactly one of %s and file, found %s"
                                    .formatted(
                                            usual,
                                            found.isEmpty()
                                                    ? "neither"
                                                    : String.join(" and ", found)));
            return Optional.empty();
        }
        onlyWith("sha256", "url", found.getFirst());
        onlyWith("size", "content", found.getFirst());
        return switch (found.getFirst()) {
            case "text" -> map.text("text").map(t -> new FileSource.Text(t.value()));
            case "url" -> url();
            case "file" -> local();
            default -> stored();
        };
    }

    private void onlyWith(String field, String owner, String found) {
        if (map.has(field) && !found.equals(owner)) {
            map.place()
                    .invalid(
                            map.key(field),
                            map.child(field),
                            "%s goes with %s only: take it out".formatted(field, owner));
        }
    }

    private Optional<FileSource> url() {
        Optional<String> url =
                map.need("url")
                        .flatMap(t -> map.parse(t, SettingSections.URL_FORM, SettingSections::url));
        Optional<ContentDigest> digest = map.need("sha256").flatMap(this::digest);
        return url.flatMap(u -> digest.map(d -> new FileSource.Url(u, d)));
    }

    private Optional<FileSource> local() {
        Optional<YamlMap.Text> path = map.text("file");
        if (path.isPresent() && policy == SecretPolicy.REFUSED) {
            map.place()
                    .invalid(
                            path.get().node(),
                            path.get().path(),
                            "a file of your machine, which only the command line can read: `slipway apply -f` sends it to the content store and puts its digest here");
            return Optional.empty();
        }
        return path.flatMap(t ->
                        map.parse(
                                t,
                                "a path of a file, relative to the Clusterfile",
                                v -> Optional.of(v).filter(p -> p.matches("[^\\x00-\\x1f]+"))))
                .map(FileSource.Local::new);
    }

    private Optional<FileSource> stored() {
        Optional<ContentDigest> digest = map.need("content").flatMap(this::digest);
        OptionalLong size = size();
        return digest.isPresent() && size.isPresent()
                ? Optional.of(new FileSource.Stored(digest.get(), size.getAsLong()))
                : Optional.empty();
    }

    private Optional<ContentDigest> digest(YamlMap.Text text) {
        return map.parse(text, SettingSections.DIGEST_FORM, v -> Optional.of(new ContentDigest(v)));
    }

    private OptionalLong size() {
        return map.need("size")
                .flatMap(t ->
                        map.parse(
                                t,
                                "a number of bytes",
                                v ->
                                        Optional.of(v)
                                                .filter(n -> n.matches("[0-9]{1,15}"))
                                                .map(Long::parseLong)))
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
    }
}
