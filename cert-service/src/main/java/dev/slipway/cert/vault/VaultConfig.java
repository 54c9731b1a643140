package dev.slipway.cert.vault;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;

/// Where the key-encryption key is.
@ConfigMapping(prefix = "slipway.vault")
interface VaultConfig {
    /// The file with the key-encryption keyset, readable by its owner only. Back it up apart from
    /// the database: without it nothing can be unsealed.
    Path keyFile();

    /// Whether a missing file is made: for new installations only.
    @WithDefault("false")
    boolean createKeyFile();
}
