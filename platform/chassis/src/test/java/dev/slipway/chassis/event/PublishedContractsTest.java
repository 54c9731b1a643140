package dev.slipway.chassis.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.event.RunEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The schemas under `deploy/docs/contracts` are what the code says, and the code breaks nothing
/// that they promise. A compatible change is published by running this test with
/// `-Dslipway.contracts.write=true`; an incompatible one needs a new version of the event.
class PublishedContractsTest {
    private static final Path FOLDER = Path.of("../../deploy/docs/contracts");
    private static final boolean WRITE = Boolean.getBoolean("slipway.contracts.write");
    private static final ObjectMapper JSON = Wire.mapper();

    static Stream<EventType> types() {
        return EventTypes.all().stream();
    }

    @ParameterizedTest
    @MethodSource("types")
    void anEventBreaksNothingThatWasPublished(EventType type) throws IOException {
        Path file = FOLDER.resolve(type.name() + ".schema.json");
        ObjectNode present = EventSchema.of(type);

        if (!WRITE || Files.exists(file)) {
            assertThat(Compatibility.breaks(JSON.readTree(file.toFile()), present)).isEmpty();
        }
        assertPublished(file, present);
    }

    @Test
    void theTopicsArePublished() throws IOException {
        assertPublished(FOLDER.resolve("asyncapi.json"), AsyncApi.document());
    }

    @Test
    void nothingIsPublishedThatIsGone() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertThat(
                            files.map(file -> file.getFileName().toString())
                                    .filter(name -> name.endsWith(".schema.json")))
                    .containsExactlyInAnyOrderElementsOf(
                            types().map(type -> type.name() + ".schema.json").toList());
        }
    }

    @Test
    void everyEventHasAChannel() {
        long messages =
                Stream.of(AsyncApi.document().path("channels"))
                        .flatMap(
                                channels -> channels.properties().stream().map(Map.Entry::getValue))
                        .mapToLong(channel -> channel.path("messages").size())
                        .sum();

        assertThat(messages).isEqualTo(EventTypes.all().size());
    }

    @Test
    void whatWouldBreakReadersIsFound() {
        ObjectNode published = EventSchema.of(EventTypes.of(RunEvent.RunSettled.class));
        Map<String, String> found = new TreeMap<>();

        found.put("gone", breaks(published, schema -> properties(schema).remove("message")));
        found.put("type", breaks(published, schema -> properties(schema).put("at", 1)));
        found.put(
                "required",
                breaks(published, schema -> schema.withArray("required").add("reason")));
        found.put("optional", breaks(published, schema -> schema.withArray("required").remove(1)));
        found.put(
                "enum",
                breaks(
                        published,
                        schema ->
                                properties(schema)
                                        .withObject("outcome")
                                        .withArray("enum")
                                        .remove(0)));
        found.put("more", breaks(published, schema -> properties(schema).put("mood", "good")));

        assertThat(found)
                .containsEntry("required", "[/reason is required now]")
                .containsEntry("optional", "[/tenant is no longer always there]")
                .containsEntry("enum", "[/outcome: value SUCCEEDED is gone]")
                .containsEntry("more", "[]");
        assertThat(found.get("gone")).contains("/message is gone");
        assertThat(found.get("type")).contains("/at: type was \"string\"");
    }

    private interface Change {
        void of(ObjectNode schema);
    }

    private static String breaks(ObjectNode published, Change change) {
        ObjectNode present = published.deepCopy();
        change.of(present);
        return Compatibility.breaks(published, present).toString();
    }

    private static ObjectNode properties(ObjectNode schema) {
        return schema.withObject("properties");
    }

    private static void assertPublished(Path file, JsonNode present) throws IOException {
        String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(present) + "\n";
        if (WRITE) {
            Files.createDirectories(FOLDER);
            Files.writeString(file, text);
        }
        assertThat(file).hasContent(text);
    }
}
