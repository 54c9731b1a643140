package dev.slipway.planner.cluster;

import dev.slipway.chassis.problem.Problem.Finding;
import dev.slipway.planner.clusterfile.Problem;
import java.util.List;
import java.util.Optional;

/// Problems of a Clusterfile in the shape of error answers.
public final class Findings {
    private Findings() {}

    public static List<Finding> of(List<Problem> problems) {
        return problems.stream().map(Findings::of).toList();
    }

    private static Finding of(Problem problem) {
        return new Finding(
                Optional.of(problem.document()),
                Optional.of(problem.line()),
                Optional.of(problem.column()),
                Optional.of(problem.path()).filter(p -> !p.isEmpty()),
                problem.message(),
                problem.suggestion());
    }
}
