package dev.slipway.cert.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.id.TenantId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataKeyTest {
    private static final byte[] SECRET = "the secret".getBytes(StandardCharsets.UTF_8);
    private static final TenantId TENANT = new TenantId("acme");
    private static final TenantId OTHER = new TenantId("other");
    private static final ClusterName CLUSTER = new ClusterName("one");
    private static final MaterialName NAME = new MaterialName("pki/ca.key");
    private static final SecretName SECRET_NAME = SecretName.ofCluster(TENANT, CLUSTER, 1, NAME);

    @TempDir Path folder;

    @Test
    void unsealsUnderTheSameNameAfterItWasWrappedAndUnwrapped() {
        KeyEncryption keys = KeyFile.open(folder.resolve("k"), true);
        DataKey key = DataKey.create(TENANT);
        Sealed sealed = key.seal(SECRET_NAME, SECRET);

        DataKey again = DataKey.unwrap(TENANT, key.wrap(keys), keys);

        assertThat(again.unseal(SECRET_NAME, sealed)).isEqualTo(SECRET);
        assertThat(key.seal(SECRET_NAME, SECRET).bytes()).isNotEqualTo(sealed.bytes());
    }

    @Test
    void refusesToUnsealUnderAnotherName() {
        DataKey key = DataKey.create(TENANT);
        Sealed sealed = key.seal(SECRET_NAME, SECRET);

        for (SecretName other :
                List.of(
                        SecretName.ofCluster(TENANT, CLUSTER, 2, NAME),
                        SecretName.ofCluster(TENANT, new ClusterName("two"), 1, NAME),
                        SecretName.ofCluster(TENANT, CLUSTER, 1, new MaterialName("pki/sa.key")),
                        SecretName.ofTenant(TENANT, NAME))) {
            assertThatThrownBy(() -> key.unseal(other, sealed))
                    .isInstanceOf(VaultFailure.class)
                    .hasMessageContaining(other.name().value())
                    .hasMessageNotContaining("the secret");
        }
    }

    @Test
    void isOneTenantsOnly() {
        KeyEncryption keys = KeyFile.open(folder.resolve("k"), true);
        DataKey key = DataKey.create(TENANT);
        Sealed wrapped = key.wrap(keys);

        assertThatThrownBy(() -> DataKey.unwrap(OTHER, wrapped, keys))
                .isInstanceOf(VaultFailure.class);
        assertThatThrownBy(() -> key.seal(SecretName.ofTenant(OTHER, NAME), SECRET))
                .hasMessageContaining("acme")
                .hasMessageContaining("other");
        assertThat(key).hasToString("DataKey[acme, key hidden]");
    }
}
