package dev.slipway.chassis.event;

import dev.slipway.contracts.event.CertificateEvent;
import dev.slipway.contracts.event.HostRef;
import dev.slipway.contracts.event.OutputChunk;
import dev.slipway.contracts.event.PhaseSummary;
import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.event.TaskRequested;
import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TaskId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.RunOutcome;
import dev.slipway.contracts.outcome.StepOutcome;
import dev.slipway.contracts.outcome.TaskOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// One event of each kind, every field filled.
final class Samples {
    private static final TenantId TENANT = TenantId.of("acme");
    private static final ClusterName CLUSTER = ClusterName.of("demo");
    private static final RunId RUN = RunId.of("01890a5d-ac96-774b-bcce-b302099a8057");
    private static final PhaseName PHASE = PhaseName.of("join-workers");
    private static final HostAddress HOST = HostAddress.of("10.0.0.7:22");
    private static final TaskId TASK = TaskId.of("c9d6f7c5-6c3f-5e0f-9f4e-2f7f6a1b2c3d");
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final Instant LATER = Instant.parse("2036-01-02T03:04:05Z");
    private static final PhaseSummary SUMMARY =
            new PhaseSummary(
                    PHASE, "Join the workers", List.of(HOST), true, 10, OptionalInt.of(2), 3);
    private static final TaskResult.TaskRef REF =
            new TaskResult.TaskRef(TENANT, CLUSTER, RUN, PHASE, HOST, TASK, 2);
    private static final String EXECUTOR = "spiffe://slipway/executor/default";

    private Samples() {}

    static final List<Object> ALL =
            List.of(
                    new RunEvent.RunOpened(
                            TENANT,
                            CLUSTER,
                            RUN,
                            "apply",
                            3,
                            "ann",
                            false,
                            List.of(new HostRef(HOST, "worker-1", List.of("worker"))),
                            AT),
                    new RunEvent.PlanFrozen(
                            TENANT,
                            CLUSTER,
                            RUN,
                            ContentDigest.of("ab".repeat(32)),
                            List.of(SUMMARY),
                            AT),
                    new RunEvent.PhaseStarted(TENANT, CLUSTER, RUN, SUMMARY, AT),
                    new RunEvent.PhaseSettled(TENANT, CLUSTER, RUN, PHASE, 7, 1, 1, 1, AT),
                    new RunEvent.RunPaused(TENANT, CLUSTER, RUN, "ann", AT),
                    new RunEvent.RunResumed(TENANT, CLUSTER, RUN, "ann", true, AT),
                    new RunEvent.CancelRequested(TENANT, CLUSTER, RUN, "ann", AT),
                    new RunEvent.RunSettled(
                            TENANT,
                            CLUSTER,
                            RUN,
                            RunOutcome.FAILED,
                            Optional.of(ReasonCode.FAILURE_LIMIT_REACHED),
                            "3 of 10 hosts failed: mend them, then retry",
                            AT),
                    new TaskResult.TaskStarted(REF, EXECUTOR, true, AT),
                    new TaskResult.TaskSettled(
                            REF,
                            TaskOutcome.FAILED,
                            Optional.of(ReasonCode.COMMAND_FAILED),
                            "kubeadm join on 10.0.0.7:22 ended with 1: read the output",
                            List.of(
                                    new TaskResult.StepResult(
                                            "join",
                                            StepOutcome.FAILED,
                                            Optional.of(1),
                                            Optional.of(AT),
                                            Duration.ofMillis(12_345))),
                            Map.of("os", "debian"),
                            "error execution phase preflight",
                            Optional.of("ssh-ed25519 AAAA"),
                            Duration.ofSeconds(13),
                            EXECUTOR,
                            AT),
                    new CertificateEvent.AuthorityOpened(
                            TENANT,
                            CLUSTER,
                            1,
                            "sha256:" + "cd".repeat(32),
                            "ECDSA-P256",
                            LATER,
                            AT),
                    new CertificateEvent.AuthorityAdopted(
                            TENANT,
                            CLUSTER,
                            1,
                            RUN,
                            HOST,
                            "sha256:" + "cd".repeat(32),
                            "RSA-2048",
                            LATER,
                            EXECUTOR,
                            AT),
                    new CertificateEvent.CertificateIssued(
                            TENANT, CLUSTER, "CN=ann", "0a1b", "kubeconfig", "ann", LATER, AT),
                    new CertificateEvent.TokenIssued(TENANT, CLUSTER, RUN, "abcdef", LATER, AT),
                    new CertificateEvent.MaterialRedeemed(
                            TENANT,
                            CLUSTER,
                            RUN,
                            TASK,
                            2,
                            List.of(MaterialName.of("ssh/acme-key")),
                            EXECUTOR,
                            AT),
                    new CertificateEvent.MaterialRefused(
                            TENANT,
                            Optional.of(RUN),
                            Optional.of(TASK),
                            EXECUTOR,
                            "the run was cancelled",
                            AT),
                    new CertificateEvent.CredentialStored(TENANT, "acme-key", "ann", AT),
                    new CertificateEvent.CredentialDeleted(TENANT, "acme-key", "ann", AT),
                    new TaskRequested(RUN, TASK, 2, "eyJhbGciOiJFZERTQSJ9.e30.c2ln"),
                    new OutputChunk(REF, 16_384, 14, "join", "[preflight] …\n", true));
}
