/// The authorities of a cluster: the three CAs and the service-account key pair that kubeadm takes
/// as given, made before the cluster exists and kept sealed. What signs lives here; what is signed
/// for a user lives in `kubeconfig`. Knows no task and no order.
@NullMarked
package dev.slipway.cert.authority;

import org.jspecify.annotations.NullMarked;
