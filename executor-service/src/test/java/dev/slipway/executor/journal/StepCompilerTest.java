package dev.slipway.executor.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.Part;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StepCompilerTest {
    private static final MaterialName KEY = MaterialName.of("pki/ca.key");
    private static final ContentDigest DIGEST = ContentDigest.ofBytes("manifest".getBytes(UTF_8));

    @Test
    void writesValuesQuotedAndScriptsAsFiles() {
        Order order =
                Orders.fresh()
                        .with(
                                Step.Command.of("run", "echo 'x'", Duration.ofSeconds(30))
                                        .unless("false")
                                        .asFact("out")
                                        .withEnvironment(Map.of("B", "it's", "A", "$(id)"))
                                        .withMaterialFile("KEY", KEY)
                                        .withFile(new Part.Content(DIGEST, 99)),
                                new Step.Put(
                                        "put",
                                        RemotePath.of("/etc/a'b"),
                                        List.of(new Part.Literal("head\n"), new Part.Material(KEY)),
                                        0600,
                                        "root:root"),
                                Step.Put.content(
                                        "big",
                                        RemotePath.of("/opt/big"),
                                        new Part.Content(DIGEST, 5_000_000_000L),
                                        0644),
                                new Step.Read("read", RemotePath.of("/etc/x"), "x", 64),
                                new Step.Await(
                                        "wait",
                                        "true",
                                        Duration.ofMillis(250),
                                        Duration.ofSeconds(5),
                                        ReasonCode.NODE_NOT_READY));
        CompiledOrder compiled = StepCompiler.compile(order, DIGEST, ingredients());
        assertThat(compiled.text())
                .isEqualTo(
                        """
                        task='%s'
                        attempt=1
                        first=1
                        mutating=yes
                        steps=5
                        timeout=12000
                        digest='%s'
                        describe() {
                            limit=0 rerun=yes fact=no path= mode= owner= content= max=0 interval=0
                            case $1 in
                            1) step=command rerun=no limit=3000 fact=yes ;;
                            2) step=put path='/etc/a'\\''b' mode='0600' owner='root:root' ;;
                            3) step=put path='/opt/big' mode='0644' owner='root:root' content=%s ;;
                            4) step=read path='/etc/x' max=64 ;;
                            5) step=await limit=500 interval=25 ;;
                            esac
                        }
                        environment() {
                            case $1 in
                            1) export A='$(id)' B='it'\\''s' KEY="$stage/m.1" SLIPWAY_FILE="$stage/1.file" ;;
                            esac
                        }
                        blobs='1.script 8
                        1.unless 5
                        m.1 6
                        2.content 11
                        3.content 0
                        5.condition 4'
                        loans='1.file %s'
                        """
                                .formatted(order.task(), DIGEST, DIGEST, DIGEST));
        var payload = compiled.toRun(Duration.ofSeconds(7), 42);
        String sent = payload.bytes().toString(UTF_8);
        assertThat(sent.substring(payload.scriptLength()))
                .isEqualTo("echo 'x'falsesecrethead\nsecrettrue");
        assertThat(sent).contains("kind=fresh\nstart_within=700\nfrom=42\n");
        assertThat(compiled.toCancel(0).bytes().toString(UTF_8))
                .contains("kind=cancel\n")
                .doesNotContain("secret");
    }

    @Test
    void hidesSecretsInItsText() {
        CompiledOrder compiled =
                StepCompiler.compile(
                        Orders.fresh()
                                .with(Step.Put.material("put", RemotePath.of("/etc/k"), KEY, 0600)),
                        DIGEST,
                        ingredients());
        assertThat(compiled.toString() + ingredients() + compiled.toRun(Duration.ZERO, 0))
                .doesNotContain("secret");
        assertThat(compiled.text()).doesNotContain("secret");
    }

    @Test
    void namesWhatIsMissing() {
        Order order =
                Orders.fresh().with(Step.Put.material("put", RemotePath.of("/etc/k"), KEY, 0600));
        assertThatThrownBy(() -> StepCompiler.compile(order, DIGEST, new Ingredients(Map.of())))
                .isInstanceOf(MissingIngredient.class)
                .hasMessageContaining("pki/ca.key");
    }

    private static Ingredients ingredients() {
        return new Ingredients(Map.of(KEY, "secret".getBytes(UTF_8)));
    }
}
