/// The form of kubeconfigs, and the short-lived ones with their user's own name, signed by the
/// cluster's CA. Nothing of them is kept.
@NullMarked
package dev.slipway.cert.kubeconfig;

import org.jspecify.annotations.NullMarked;
