/// Commands on clusters: init, import, validate, check, apply, adopt, upgrade, config, backup,
/// restore, reset, kubeconfig.
@NullMarked
package dev.slipway.cli.cluster;

import org.jspecify.annotations.NullMarked;
