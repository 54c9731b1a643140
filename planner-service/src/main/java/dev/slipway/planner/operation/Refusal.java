package dev.slipway.planner.operation;

import dev.slipway.chassis.problem.Problem;
import dev.slipway.chassis.problem.Problem.Finding;
import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.Quoted;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.order.Part;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.cluster.Findings;
import dev.slipway.planner.clusterfile.ClusterfileResult;
import dev.slipway.planner.clusterfile.FileSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Why a request about runs is refused.
final class Refusal {
    private Refusal() {}

    static ProblemFailure unknownRun(String run) {
        return ProblemFailure.of(
                ReasonCode.UNKNOWN_RUN, 404, "no run " + Quoted.of(run) + " is known");
    }

    static ProblemFailure unknownPlan(String run) {
        return ProblemFailure.of(
                ReasonCode.UNKNOWN_RUN,
                404,
                "run %s has no plan (yet), or is not known".formatted(Quoted.of(run)));
    }

    static ProblemFailure unknownCluster(String cluster) {
        return ProblemFailure.of(
                ReasonCode.UNKNOWN_CLUSTER, 404, "no cluster " + Quoted.of(cluster) + " is known");
    }

    static ProblemFailure invalid(String detail) {
        return ProblemFailure.of(ReasonCode.INVALID_REQUEST, 400, detail);
    }

    static ProblemFailure notServed(String what) {
        return ProblemFailure.of(ReasonCode.NOT_SERVED_YET, 422, what);
    }

    static ProblemFailure runState(RunId run, String why) {
        return ProblemFailure.of(
                ReasonCode.RUN_STATE, 409, "run %s refused: %s".formatted(run, why));
    }

    static ProblemFailure inProgress(ClusterName cluster, RunId run) {
        return new ProblemFailure(
                Problem.of(
                                ReasonCode.RUN_IN_PROGRESS,
                                409,
                                "run %s is changing cluster \"%s\"".formatted(run, cluster))
                        .withRun(run));
    }

    /// @param named by the Clusterfile's fields
    /// @param sizes of those that the content store has
    /// @throws ProblemFailure naming every field whose content is not there
    static void requireContents(
            Map<String, FileSource.Stored> named, Map<ContentDigest, Long> sizes) {
        List<Finding> missing =
                named.entrySet().stream()
                        .flatMap(e -> missing(e.getKey(), e.getValue(), sizes).stream())
                        .toList();
        if (!missing.isEmpty()) {
            throw new ProblemFailure(
                    Problem.of(
                                    ReasonCode.CLUSTERFILE_INVALID,
                                    422,
                                    "%s: %s"
                                            .formatted(
                                                    missing.getFirst().path().orElse(""),
                                                    missing.getFirst().message()))
                            .withProblems(missing));
        }
    }

    /// @param sizes of those that the content store has
    /// @throws ProblemFailure if the script is not there as it was named
    static void requireScript(Part.Content script, Map<ContentDigest, Long> sizes) {
        Long size = sizes.get(script.digest());
        if (size == null || size != script.size()) {
            throw invalid(
                    "field \"exec.scriptFile\": the content store has no file of %d bytes with SHA-256 %s%s: send it to /v1/contents/%2$s first"
                            .formatted(
                                    script.size(),
                                    script.digest(),
                                    size == null ? "" : " (that one has %d)".formatted(size)));
        }
    }

    private static Optional<Finding> missing(
            String field, FileSource.Stored named, Map<ContentDigest, Long> sizes) {
        Long size = sizes.get(named.content());
        if (size == null) {
            return Optional.of(
                    Finding.at(
                            field + ".content",
                            "the content store has no file with SHA-256 %s: say file, and `slipway apply -f` sends it"
                                    .formatted(named.content())));
        }
        return size == named.size()
                ? Optional.empty()
                : Optional.of(
                        Finding.at(
                                field + ".size",
                                "the file with SHA-256 %s has %d bytes, not %d"
                                        .formatted(named.content(), size, named.size())));
    }

    /// One code where all problems share it, so that a secret in the file is told as such.
    static ProblemFailure clusterfile(ClusterfileResult.Rejected rejected) {
        var codes = rejected.problems().stream().map(p -> p.code()).distinct().toList();
        ReasonCode code = codes.size() == 1 ? codes.getFirst() : ReasonCode.CLUSTERFILE_INVALID;
        int count = rejected.problems().size();
        return new ProblemFailure(
                Problem.of(
                                code,
                                422,
                                "the Clusterfile has %d problem%s; the first is in %s"
                                        .formatted(
                                                count,
                                                count == 1 ? "" : "s",
                                                rejected.problems().getFirst()))
                        .withProblems(Findings.of(rejected.problems())));
    }
}
