package dev.slipway.planner.clusterfile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class ExamplesTest {
    private static final Path DEPLOY = Path.of("../deploy");
    private static final Path SCHEMA =
            Path.of("src/main/resources/clusterfile/clusterfile.schema.json");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "three-nodes.yaml",
                "three-nodes-k0s.yaml",
                "k0s.yaml",
                "own-hosts.yaml",
                "docker.yaml",
                "own-registry.yaml"
            })
    void areAcceptedByTheReaderAndTheSchema(String name) throws IOException {
        String text = Files.readString(DEPLOY.resolve("examples").resolve(name));

        assertThat(ClusterfileReader.read(text, SecretPolicy.PENDING))
                .isInstanceOf(ClusterfileResult.Accepted.class);
        assertThat(violations(text)).isEmpty();
    }

    @Test
    void aListOfHostsIsAcceptedByTheReaderAndTheSchema() throws IOException {
        String text = Files.readString(DEPLOY.resolve("examples/hosts.yaml"));

        assertThat(ClusterfileReader.read(text, SecretPolicy.PENDING))
                .isInstanceOf(ClusterfileResult.HostsOnly.class);
        assertThat(violations(text)).isEmpty();
        assertThat(violations(text.replace("roles: [db]", "labels: {a: b}")))
                .anySatisfy(e -> assertThat(e.getMessage()).contains("labels"));
    }

    @Test
    void schemaRefusesAMisspelledField() throws IOException {
        String text = Files.readString(DEPLOY.resolve("examples/three-nodes.yaml"));

        assertThat(violations(text.replace("apiPort", "apiPrt").replace("labels:", "lables:")))
                .anySatisfy(e -> assertThat(e.getMessage()).contains("lables"));
    }

    @Test
    void schemaKnowsWhatK0sIsTold() throws IOException {
        String text = Files.readString(DEPLOY.resolve("examples/k0s.yaml"));

        assertThat(violations(text.replace("profile:", "profil:").replace("20%", "0%")))
                .extracting(e -> e.getInstanceLocation().toString())
                .containsExactlyInAnyOrder(
                        "/spec/hosts/2/k0s", "/spec/limits/phases/upgrade-workers/maxUnavailable");
    }

    @Test
    void publishedSchemaIsTheBuiltIn() throws IOException {
        assertThat(Files.readString(DEPLOY.resolve("docs/clusterfile.schema.json")))
                .isEqualTo(Files.readString(SCHEMA));
    }

    private static List<Error> violations(String text) throws IOException {
        Schema schema =
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(Files.readString(SCHEMA), InputFormat.JSON);
        var errors = new java.util.ArrayList<Error>();
        for (Object document : new Load(LoadSettings.builder().build()).loadAllFromString(text)) {
            errors.addAll(
                    schema.validate(
                            JsonMapper.builder().build().writeValueAsString(document),
                            InputFormat.JSON));
        }
        return errors;
    }
}
