package dev.slipway.planner.plan.k0s;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PhaseBuilder;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.PlannedPhase;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.NodePaths;
import dev.slipway.planner.plan.node.Phase;
import dev.slipway.planner.plan.node.Script;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// `approve`: signs off the requests of new nodes' kubelets for the certificates that they serve
/// with, all at once. k0s does it too, one in ten seconds: a thousand nodes would wait for hours,
/// and as long logs and metrics of theirs fail.
///
/// A request is approved if k0s would approve it and it is of a node of the Clusterfile: it asks
/// for that kind of certificate, comes from the node's own kubelet, and is for the node's own name.
/// The last is in the request itself, in DER; what else stands in it the signer looks at.
final class ApprovePhase {
    static final PhaseBuilder PHASE =
            new PhaseBuilder(
                    "approve",
                    "approve the certificates of the kubelets",
                    true,
                    1,
                    Duration.ofMinutes(10));

    private ApprovePhase() {}

    static Optional<PlannedPhase> plan(PlanInput input, K0sScope scope) {
        boolean anyJoined =
                Stream.concat(
                                scope.joining().stream(),
                                scope.initialising()
                                        ? input.clusterfile().controlPlanes().stream()
                                        : scope.joiningControlPlanes().stream())
                        .anyMatch(input.clusterfile()::isNode);
        return anyJoined
                ? Phase.on(
                        PHASE, input, List.of(input.lead()), host -> List.of(approve(input, host)))
                : Optional.empty();
    }

    /// Kubelets ask some seconds after their nodes are there. What comes later k0s approves, and
    /// what it has approved meanwhile is none of the pending any more.
    private static Step approve(PlanInput input, ClusterHost host) {
        return Step.Command.of(
                        "approve-requests",
                        Script.fill(
                                """
                                requests=@VOLATILE@/requests
                                trap 'rm -f "$requests" "$requests.mine"' EXIT
                                mkdir -p @VOLATILE@
                                idle=0
                                rounds=0
                                while [ "$idle" -lt 2 ] && [ "$rounds" -lt 20 ]; do
                                    if [ "$rounds" -gt 0 ]; then sleep 5; fi
                                    rounds=$((rounds + 1))
                                    @KUBECTL@ get certificatesigningrequests -o 'jsonpath={range .items[*]}{.metadata.name} {.spec.signerName} {.spec.username} {.spec.request} {.status.conditions[*].type}{"\\n"}{end}' > "$requests"
                                    awk -v nodes=@NODES@ '
                                        @AWK@
                                    ' "$requests" > "$requests.mine"
                                    if [ ! -s "$requests.mine" ]; then
                                        idle=$((idle + 1))
                                        continue
                                    fi
                                    idle=0
                                    xargs -n 100 @KUBECTL@ certificate approve < "$requests.mine" || echo 'slipway: not all requests could be approved, k0s sees to the others' >&2
                                done
                                """,
                                "VOLATILE",
                                NodePaths.VOLATILE.value(),
                                "KUBECTL",
                                Steps.kubectl(input, host),
                                "NODES",
                                ShellQuote.quote(
                                        String.join(
                                                " ",
                                                input.clusterfile().nodes().stream()
                                                        .map(input::nodeName)
                                                        .toList())),
                                "AWK",
                                PENDING.strip().replace("\n", "\n        ")),
                        Duration.ofMinutes(8))
                .withRerun()
                .failingAs(Failures.KUBECTL);
    }

    /// Prints the names of the requests to approve. A subject's common name follows its identifier
    /// (2.5.4.3, RFC 5280 appendix A.1) as a string of either kind; where that identifier stands
    /// more than once it is not sure which one counts.
    private static final String PENDING =
            """
            BEGIN {
                letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
                for (i = 0; i < 64; i++) value[substr(letters, i + 1, 1)] = i
                for (i = 0; i < 256; i++) { number[sprintf("%02x", i)] = i; if (i > 31 && i < 127) sign[sprintf("%02x", i)] = sprintf("%c", i) }
                sign["0a"] = "\\n"
                count = split(nodes, names, " ")
                for (i = 1; i <= count; i++) known["system:node:" names[i]] = 1
            }
            function bytes(base64,    i, sum, held, hex, letter) {
                hex = ""; sum = 0; held = 0
                for (i = 1; i <= length(base64); i++) {
                    letter = substr(base64, i, 1)
                    if (!(letter in value)) continue
                    sum = sum * 64 + value[letter]
                    if (++held == 4) { hex = hex sprintf("%06x", sum); sum = 0; held = 0 }
                }
                if (held == 3) hex = hex substr(sprintf("%06x", sum * 64), 1, 4)
                if (held == 2) hex = hex substr(sprintf("%06x", sum * 4096), 1, 2)
                return hex
            }
            function text(hex,    i, all) {
                all = ""
                for (i = 1; i < length(hex); i += 2) all = all sign[substr(hex, i, 2)]
                return all
            }
            function subject(der,    from, at, found, size, start) {
                from = 1; found = 0
                while ((at = index(substr(der, from), "0603550403")) > 0) {
                    at += from - 1
                    if (at % 2) { found++; start = at + 10 }
                    from = at + 1
                }
                if (found != 1 || substr(der, start, 2) !~ /^(0c|13)$/) return ""
                size = number[substr(der, start + 2, 2)]
                if (size == 129) { size = number[substr(der, start + 4, 2)]; start += 2 } else if (size > 127) return ""
                return text(substr(der, start + 4, size * 2))
            }
            NF == 4 && $2 == "kubernetes.io/kubelet-serving" && ($3 in known) {
                pem = text(bytes($4))
                sub(/^.*-----BEGIN CERTIFICATE REQUEST-----/, "", pem)
                sub(/-----END CERTIFICATE REQUEST-----.*$/, "", pem)
                if (subject(bytes(pem)) == $3) print $1
            }
            """;
}
