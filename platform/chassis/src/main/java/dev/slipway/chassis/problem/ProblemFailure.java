package dev.slipway.chassis.problem;

import dev.slipway.contracts.outcome.ReasonCode;
import java.io.Serial;

/// An error answer on its way out of the code. Throw it, or fail a `Uni` with it, where a request
/// cannot be served; the mappers make the answer of it.
public final class ProblemFailure extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public ProblemFailure(Problem problem) {
        super(problem.code() + ": " + problem.detail());
        this.problem = problem;
    }

    public ProblemFailure(Problem problem, Throwable cause) {
        super(problem.code() + ": " + problem.detail(), cause);
        this.problem = problem;
    }

    /// @param status the HTTP status, 400 to 599
    /// @param detail one sentence with the values of this case; never a secret
    public static ProblemFailure of(ReasonCode code, int status, String detail) {
        return new ProblemFailure(Problem.of(code, status, detail));
    }

    public Problem problem() {
        return problem;
    }

    public ReasonCode code() {
        return problem.code();
    }
}
