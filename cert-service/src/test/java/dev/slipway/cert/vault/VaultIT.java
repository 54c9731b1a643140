package dev.slipway.cert.vault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.cert.CertApi;
import dev.slipway.cert.CertDatabase;
import dev.slipway.cert.TestOrder;
import dev.slipway.testkit.StackResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
        value = StackResource.class,
        initArgs = @ResourceArg(name = "service", value = "cert"))
class VaultIT {
    private static final String SEALED =
            "SELECT md5(sealed) FROM authority_file WHERE tenant = 'vault' ORDER BY name";
    private static final String KEY_IDS = "SELECT DISTINCT key_id FROM data_key";

    @Test
    void keepsEverySecretOverRotationsOfTheKeyEncryptionKey() throws Exception {
        var admin = CertApi.user("vault", "root", "admin");
        var executor = CertApi.service("executor/default");
        TestOrder order = TestOrder.of("vault", "rotated");
        CertApi.service("planner").openAuthority(order, Map.of());
        admin.putPassword(TestOrder.CREDENTIAL, "pw", "sudo");
        byte[] before = executor.redeem(order.signed()).materials().get("pki/ca.key");
        try (var worker = CertDatabase.as("worker")) {
            List<String> sealed = CertDatabase.column(worker, SEALED);

            for (int i = 0; i < 3; i++) {
                var rotated = admin.call("POST", "/v1/vault/rotations", "");

                assertThat(rotated.status()).as(rotated.text()).isEqualTo(200);
                assertThat(rotated.json().path("dataKeys").asInt()).isPositive();
                assertThat(CertDatabase.column(worker, KEY_IDS))
                        .containsExactly(rotated.json().path("keyId").asText());
                assertThat(executor.redeem(order.signed()).materials().get("pki/ca.key"))
                        .isNotNull()
                        .isEqualTo(before);
            }
            assertThat(CertDatabase.column(worker, SEALED)).isEqualTo(sealed);
        }
    }

    @Test
    void showsEachTenantItsOwnRowsOnly() throws Exception {
        CertApi.service("planner").openAuthority(TestOrder.of("vault", "rows"), Map.of());

        try (var app = CertDatabase.as("app")) {
            for (String table :
                    List.of("data_key", "authority", "authority_file", "bootstrap_token")) {
                assertThat(count(app, "vault", table)).as(table).isPositive();
                assertThat(count(app, "stranger", table)).as(table).isZero();
            }
        }
    }

    private static int count(java.sql.Connection app, String tenant, String table)
            throws Exception {
        CertDatabase.column(app, "SELECT set_config('slipway.tenant', '" + tenant + "', false)");
        return Integer.parseInt(CertDatabase.column(app, "SELECT count(*) FROM " + table).get(0));
    }
}
