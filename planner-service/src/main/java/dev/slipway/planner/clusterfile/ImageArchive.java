package dev.slipway.planner.clusterfile;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

/// An archive of container images (Docker's or OCI's, gzipped or not) that hosts get and import
/// before kubeadm runs; with k0s, which imports it itself, an airgap bundle (OCI's).
///
/// @param name a DNS label, each once
/// @param source never a text
public record ImageArchive(String name, @JsonUnwrapped FileSource source) {}
