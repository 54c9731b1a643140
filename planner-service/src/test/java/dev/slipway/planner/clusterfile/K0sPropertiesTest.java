package dev.slipway.planner.clusterfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// Any configuration that the schema can say, made from the schema itself.
class K0sPropertiesTest {
    @Property(tries = 300)
    void whatIsWrittenReadsTheSame(@ForAll long seed) {
        K0sConfig config = random(new Random(seed), K0sConfig.class, 0);
        String text = new K0sDocument(config, List.of()).text();

        K0sDocument read = K0sDocument.read(text, Optional.empty());

        assertThat(read.problems()).isEmpty();
        assertThat(read.config()).isEqualTo(config);
        assertThat(read.text()).isEqualTo(text);
    }

    @Property(tries = 200)
    void defaultsAreFilledInOnceAndChangeNothingThatIsSaid(
            @ForAll long seed, @ForAll @IntRange(min = 22, max = 40) int minor) {
        K0sConfig config = random(new Random(seed), K0sConfig.class, 0);
        var version = new KubernetesVersion(1, minor, 0, "");

        K0sConfig filled = K0sDefaults.fill(config, version);

        assertThat(K0sDefaults.fill(filled, version)).isEqualTo(filled);
        assertHolds(SchemaWriter.plain(filled), SchemaWriter.plain(config));
    }

    @Property(tries = 300)
    void readsAnyTextWithoutFailing(@ForAll String text) {
        assertThat(K0sDocument.read(text, Optional.empty())).isNotNull();
    }

    private static void assertHolds(Map<?, ?> whole, Map<?, ?> part) {
        part.forEach((key, value) -> {
            assertThat(whole.containsKey(key)).as("%s in %s", key, whole).isTrue();
            if (value instanceof Map<?, ?> inner && whole.get(key) instanceof Map<?, ?> outer) {
                assertHolds(outer, inner);
            } else if (!(value instanceof List<?>)) {
                assertThat((Object) whole.get(key)).isEqualTo(value);
            }
        });
    }

    private static <R extends Record> R random(Random random, Class<R> type, int depth) {
        return Schema.make(
                type,
                Arrays.stream(type.getRecordComponents())
                        .map(c -> value(random, c, depth))
                        .toArray());
    }

    private static Object value(Random random, RecordComponent component, int depth) {
        boolean needed = component.isAnnotationPresent(Schema.Needed.class);
        Schema.Secret secret = component.getAnnotation(Schema.Secret.class);
        boolean never = secret != null && secret.where().equals("(?s).+");
        if (never || (!needed && random.nextInt(3) == 0)) {
            return Schema.nothing(component);
        }
        Class<?> item = Schema.item(component);
        if (component.getType() == Map.class) {
            return map(random, item == String.class);
        }
        if (component.getType() == List.class) {
            var items = new ArrayList<>();
            for (int i = random.nextInt(2) + (needed ? 1 : 0); i > 0; i--) {
                items.add(item(random, component, item, depth));
            }
            return items;
        }
        return Optional.of(item(random, component, item, depth));
    }

    private static Object item(Random random, RecordComponent component, Class<?> type, int depth) {
        if (type.isRecord()) {
            return random(random, type.asSubclass(Record.class), depth + 1);
        }
        if (type == Boolean.class) {
            return random.nextBoolean();
        }
        if (type == Integer.class) {
            Schema.Range range = component.getAnnotation(Schema.Range.class);
            int least = range == null ? 0 : range.least();
            int most = Math.min(range == null ? 999_999_999 : range.most(), 999_999_999);
            return least + random.nextInt(most - least + 1);
        }
        Schema.OneOf words = component.getAnnotation(Schema.OneOf.class);
        Schema.Is form = component.getAnnotation(Schema.Is.class);
        return words != null
                ? pick(random, words.value())
                : form == null ? text(random) : text(random, form.value());
    }

    private static Object map(Random random, boolean texts) {
        var map = new LinkedHashMap<String, Object>();
        for (int i = random.nextInt(3); i > 0; i--) {
            String key = pick(random, "v", "a.b/c", "true", "12", "with space", "ümläut");
            map.put(key, texts ? text(random) : anything(random, 0));
        }
        return map;
    }

    private static Object anything(Random random, int depth) {
        return switch (random.nextInt(depth > 2 ? 4 : 6)) {
            case 0 -> text(random);
            case 1 -> random.nextInt();
            case 2 -> random.nextBoolean();
            case 3 -> random.nextInt(1000) / 8.0;
            case 4 -> List.of(anything(random, depth + 1));
            default -> Map.of("k" + random.nextInt(9), anything(random, depth + 1));
        };
    }

    /// What YAML might take for something else.
    private static String text(Random random) {
        return pick(
                random,
                "plain",
                "",
                "yes",
                "true",
                "null",
                "~",
                "1.10",
                "0644",
                "1e3",
                "- a",
                "a: b",
                "# no comment",
                "\"quoted\"",
                "two\nlines\n",
                "  leading",
                "trailing  ",
                "tab\tinside",
                "{a: b}",
                "@at",
                "日本",
                "line\r\nend");
    }

    private static String text(Random random, Form form) {
        return switch (form) {
            case IP -> pick(random, "10.0.0.1", "fd00::1");
            case HOST -> pick(random, "10.0.0.1", "fd00::1", "a.example");
            case HOST_PORT ->
                    pick(random, "10.0.0.1", "a.example:6443", "[fd00::1]:6443", "fd00::1");
            case BIND -> pick(random, "0.0.0.0:1", "[::]:65535");
            case CIDR -> pick(random, "10.0.0.0/8", "fd00::/108");
            case DNS_NAME -> pick(random, "cluster.local", "a");
            case LABEL -> pick(random, "a", "a-1");
            case RELEASE -> pick(random, "a", "a.b-1");
            case DURATION -> pick(random, "0s", "1h30m", "1.5s", "500ms");
            case DURATION_OR_NANOSECONDS -> pick(random, "10m", "600000000000");
            case IMAGE -> pick(random, "a", "r.example:5000/a/b");
            case IMAGE_VERSION -> pick(random, "v1", "1.10", "1@sha256:" + "0".repeat(64));
            case PASSPHRASE -> pick(random, "a", "12345678", "~", "{a}");
            case ANY -> pick(random, "a", "https://a.example/b?c=d", "1.10", "yes", "#a");
        };
    }

    private static String pick(Random random, String... words) {
        return words[random.nextInt(words.length)];
    }
}
