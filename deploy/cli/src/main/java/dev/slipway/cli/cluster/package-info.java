/// Commands on clusters: init, validate, apply, reset, kubeconfig.
@NullMarked
package dev.slipway.cli.cluster;

import org.jspecify.annotations.NullMarked;
