package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.FailurePattern;
import dev.slipway.contracts.outcome.ReasonCode;
import java.util.List;
import java.util.stream.Stream;

/// What tools print when they fail, and the reason it stands for. kubeadm's exit code is 1 whatever
/// happened; only its text tells failures apart. The first pattern found counts, so the special
/// ones come before the general.
public final class Failures {
    public static final List<FailurePattern> SYSTEM =
            List.of(
                    as("No space left on device", ReasonCode.DISK_FULL),
                    as("no space left on device", ReasonCode.DISK_FULL),
                    as("Read-only file system", ReasonCode.DISK_READ_ONLY),
                    as("read-only file system", ReasonCode.DISK_READ_ONLY));

    public static final List<FailurePattern> CONFIG =
            with(
                    as("command not found", ReasonCode.TOOL_MISSING),
                    as("kubeadm: not found", ReasonCode.TOOL_MISSING),
                    as("strict decoding error", ReasonCode.KUBEADM_CONFIG_INVALID),
                    as("unknown configuration APIs", ReasonCode.KUBEADM_CONFIG_INVALID),
                    as("only supports deploying clusters", ReasonCode.VERSION_MISMATCH),
                    as("error:", ReasonCode.KUBEADM_CONFIG_INVALID));

    public static final List<FailurePattern> INIT =
            with(
                    as("[ERROR CRI]", ReasonCode.CONTAINER_RUNTIME_DOWN),
                    as("[ERROR ContainerRuntimeVersion]", ReasonCode.CONTAINER_RUNTIME_DOWN),
                    as("[ERROR ImagePull]", ReasonCode.IMAGE_PULL_FAILED),
                    as("[ERROR", ReasonCode.KUBEADM_PREFLIGHT),
                    as("error execution phase preflight", ReasonCode.KUBEADM_PREFLIGHT),
                    as("error execution phase certs", ReasonCode.PKI_INVALID),
                    as("is neither in RSA nor ECDSA format", ReasonCode.PKI_INVALID),
                    as("could not bootstrap the admin user", ReasonCode.CONTROL_PLANE_NOT_UP),
                    as("error execution phase wait-control-plane", ReasonCode.CONTROL_PLANE_NOT_UP),
                    as("error execution phase kubelet-start", ReasonCode.CONTROL_PLANE_NOT_UP),
                    as("strict decoding error", ReasonCode.KUBEADM_CONFIG_INVALID));

    public static final List<FailurePattern> JOIN =
            with(
                    as("[ERROR CRI]", ReasonCode.CONTAINER_RUNTIME_DOWN),
                    as("[ERROR ContainerRuntimeVersion]", ReasonCode.CONTAINER_RUNTIME_DOWN),
                    as("[ERROR", ReasonCode.KUBEADM_PREFLIGHT),
                    as("are pinned", ReasonCode.JOIN_PIN_MISMATCH),
                    as("failed to verify JWS signature", ReasonCode.JOIN_TOKEN_REJECTED),
                    as("could not find a JWS signature", ReasonCode.JOIN_TOKEN_REJECTED),
                    as("the bootstrap token is invalid", ReasonCode.JOIN_TOKEN_REJECTED),
                    as("connection refused", ReasonCode.API_UNREACHABLE),
                    as("no route to host", ReasonCode.API_UNREACHABLE),
                    as("i/o timeout", ReasonCode.API_UNREACHABLE),
                    as("failed to request the cluster-info", ReasonCode.API_UNREACHABLE),
                    as("failed while waiting for TLS bootstrap", ReasonCode.NODE_MISSING));

    public static final List<FailurePattern> KUBECTL =
            with(
                    as("connection refused", ReasonCode.API_UNREACHABLE),
                    as("was refused - did you specify", ReasonCode.API_UNREACHABLE),
                    as("no route to host", ReasonCode.API_UNREACHABLE),
                    as("x509:", ReasonCode.PKI_INVALID));

    public static final List<FailurePattern> FETCH =
            with(
                    as("slipway: checksum mismatch", ReasonCode.CHECKSUM_MISMATCH),
                    as("slipway: download failed", ReasonCode.DOWNLOAD_FAILED),
                    as("slipway: no download tool", ReasonCode.TOOL_MISSING),
                    as("slipway: unsafe path", ReasonCode.CHECKSUM_MISMATCH));

    private Failures() {}

    public static FailurePattern as(String text, ReasonCode reason) {
        return new FailurePattern(text, reason);
    }

    /// The system's patterns, then `own`.
    public static List<FailurePattern> with(FailurePattern... own) {
        return Stream.concat(SYSTEM.stream(), Stream.of(own)).toList();
    }
}
