package dev.slipway.planner.importer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class ImportPropertiesTest {
    @Property(tries = 200)
    void takesAnyText(@ForAll String text) {
        assertThat(Importer.read(text)).isNotNull();
    }

    /// Whatever a file says, every line with a value is in the account, once.
    @Property(tries = 60)
    void takesFilesThatAreBroken(@ForAll long seed) throws IOException {
        var random = new Random(seed);
        String name =
                List.of(
                                "k0sctl-whole",
                                "k0sctl-working",
                                "sealer-whole",
                                "sealer-first",
                                "sealer-k0s")
                        .get(random.nextInt(5));
        var lines = ImportFixture.text(name).lines().toList();
        var text = new StringBuilder();
        for (String line : lines) {
            switch (random.nextInt(40)) {
                case 0 -> {}
                case 1 -> text.append(line.replaceAll(": .*", ": [x, {y: z}]")).append('\n');
                case 2 -> text.append(line.replaceAll("([a-z]):", "$1x:")).append('\n');
                default -> text.append(line).append('\n');
            }
        }

        Imported imported = Importer.read(text.toString());

        if (imported instanceof Imported.Done done) {
            var seen = new HashSet<String>();
            assertThat(done.fields())
                    .allSatisfy(f ->
                            assertThat(seen.add(f.document() + f.path())).as(f.path()).isTrue());
            assertThat(done.toString()).doesNotContain("hunter2");
        }
    }
}
