package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.order.RemotePath;

/// A gzipped tarball that hosts fetch and unpack; for `runc` the program itself will do. Of a
/// Kubernetes release, kubeadm, kubelet and kubectl are taken.
///
/// @param name `kubernetes`, `containerd`, `runc`, `cni` or `crictl`
/// @param url `https:` or `http:`, as the hosts reach it
/// @param sha256 of the tarball
/// @param into the directory on the host it is unpacked in
public record Artifact(String name, String url, ContentDigest sha256, RemotePath into) {}
