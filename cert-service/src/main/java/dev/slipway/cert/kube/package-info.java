/// Client certificates with which executors ask clusters' API servers: for one order, one identity
/// and minutes, signed by the cluster's CA. Nothing of them is kept.
@NullMarked
package dev.slipway.cert.kube;

import org.jspecify.annotations.NullMarked;
