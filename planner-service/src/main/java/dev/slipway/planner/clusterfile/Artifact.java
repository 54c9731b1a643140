package dev.slipway.planner.clusterfile;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.slipway.contracts.order.RemotePath;

/// A gzipped tarball that hosts get and unpack; for `runc` the program itself will do, and `k0s` is
/// nothing else. Of a Kubernetes release, kubeadm, kubelet and kubectl are taken.
///
/// @param name `kubernetes`, `containerd`, `runc`, `cni`, `crictl`, `cri-dockerd` or `registry`;
///   with k0s `k0s` alone
/// @param source never a text
/// @param into the directory on the host it is unpacked in
public record Artifact(String name, @JsonUnwrapped FileSource source, RemotePath into) {}
