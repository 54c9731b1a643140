/// Client certificates with which executors, or programs on hosts, ask clusters' API servers: for
/// one order, one identity and at most an hour, signed by the cluster's CA. Nothing of them is
/// kept.
@NullMarked
package dev.slipway.cert.kube;

import org.jspecify.annotations.NullMarked;
