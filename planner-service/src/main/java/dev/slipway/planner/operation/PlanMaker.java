package dev.slipway.planner.operation;

import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.RunOutcome;
import dev.slipway.planner.inspect.HostProblem;
import dev.slipway.planner.inspect.Ownership;
import dev.slipway.planner.inspect.Preflight;
import dev.slipway.planner.plan.AuthorityInfo;
import dev.slipway.planner.plan.Compilation;
import dev.slipway.planner.plan.Operation;
import dev.slipway.planner.plan.Plan;
import dev.slipway.planner.plan.PlanCompiler;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.run.Verdict;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// From facts to a plan: preflight, compile, open the authority. Blocks while it is opened.
@ApplicationScoped
class PlanMaker {
    private static final int NAMED_PROBLEMS = 10;

    private final AuthorityClient authorities;
    private final String installation;

    /// @param installation names this installation on hosts, a UUID
    @Inject
    PlanMaker(
            AuthorityClient authorities,
            @ConfigProperty(name = "slipway.installation") String installation) {
        this.authorities = authorities;
        this.installation = installation;
    }

    Preparation make(Draft draft) {
        if (draft.reopening()) {
            return reopen(draft);
        }
        List<HostProblem> problems = preflight(draft);
        if (!problems.isEmpty()) {
            return refused(problems);
        }
        return switch (PlanCompiler.compile(input(draft, AuthorityInfo.DRY_RUN))) {
            case Compilation.NothingToDo(var message) ->
                    over(new Verdict(RunOutcome.NOTHING_TO_DO, Optional.empty(), message));
            case Compilation.Refused(var reason, var message) ->
                    over(new Verdict(RunOutcome.FAILED, Optional.of(reason), message));
            case Plan plan when draft.run().wishes().dryRun() ->
                    new Preparation.Over(shown(plan), List.of(), Optional.of(plan));
            case Plan plan -> withAuthority(draft, plan);
        };
    }

    /// How a dry run ends.
    static Verdict shown(Plan plan) {
        return new Verdict(
                RunOutcome.PLANNED,
                Optional.empty(),
                "a dry run: %d %s planned, nothing was changed"
                        .formatted(
                                plan.phases().size(),
                                plan.phases().size() == 1 ? "phase was" : "phases were"));
    }

    /// Only installing needs an authority; its pin goes into the plan.
    private Preparation withAuthority(Draft draft, Plan plan) {
        return switch (draft.run().operation()) {
            case RESET, EXEC -> new Preparation.Ready(plan);
            case APPLY -> {
                try {
                    yield new Preparation.Ready(bound(draft, open(draft)));
                } catch (ProblemFailure failure) {
                    yield unopened(failure);
                }
            }
        };
    }

    private Plan bound(Draft draft, AuthorityInfo authority) {
        return switch (PlanCompiler.compile(input(draft, authority))) {
            case Plan plan -> plan;
            case Compilation.NothingToDo _, Compilation.Refused _ ->
                    throw new IllegalStateException(
                            "run %s: whether there is a plan depends on the authority"
                                    .formatted(draft.run().id()));
        };
    }

    private Preparation reopen(Draft draft) {
        if (draft.run().operation() != Operation.APPLY) {
            return new Preparation.Reopened();
        }
        try {
            open(draft);
            return new Preparation.Reopened();
        } catch (ProblemFailure failure) {
            return unopened(failure);
        }
    }

    private AuthorityInfo open(Draft draft) {
        return authorities
                .open(
                        draft.run(),
                        draft.clusterfile(),
                        draft.now().plus(draft.clusterfile().limits().tokenValidity()))
                .await()
                .indefinitely();
    }

    private static Preparation unopened(ProblemFailure failure) {
        return switch (failure.code()) {
            case UNAVAILABLE -> new Preparation.Later(failure.problem().detail());
            default ->
                    over(
                            new Verdict(
                                    RunOutcome.FAILED,
                                    Optional.of(failure.code()),
                                    "the certificate service refused to open the cluster's authority: "
                                            + failure.problem().detail()));
        };
    }

    private List<HostProblem> preflight(Draft draft) {
        return switch (draft.run().operation()) {
            case APPLY ->
                    Preflight.beforeApply(
                            draft.clusterfile(),
                            draft.recorded().leaving(draft.clusterfile()),
                            draft.facts(),
                            ownership(draft));
            case RESET ->
                    Preflight.beforeReset(
                            Stream.concat(
                                            draft.clusterfile().hosts().stream(),
                                            draft.recorded().leaving(draft.clusterfile()).stream())
                                    .toList(),
                            draft.facts(),
                            ownership(draft));
            case EXEC -> List.of();
        };
    }

    private PlanInput input(Draft draft, AuthorityInfo authority) {
        return new PlanInput(
                draft.run().operation(),
                ownership(draft),
                draft.clusterfile(),
                draft.facts(),
                draft.recorded(),
                authority);
    }

    private Ownership ownership(Draft draft) {
        return new Ownership(
                installation,
                draft.run().tenant(),
                draft.run().cluster(),
                draft.run().generation());
    }

    private static Preparation over(Verdict verdict) {
        return new Preparation.Over(verdict, List.of(), Optional.empty());
    }

    private static Preparation refused(List<HostProblem> problems) {
        var reasons = problems.stream().map(HostProblem::reason).distinct().toList();
        ReasonCode reason = reasons.size() == 1 ? reasons.getFirst() : ReasonCode.PREFLIGHT_FAILED;
        String named =
                problems.stream()
                        .limit(NAMED_PROBLEMS)
                        .map(p -> p.host() + ": " + p.message())
                        .collect(Collectors.joining("; "));
        String more =
                problems.size() > NAMED_PROBLEMS
                        ? "; and %d more".formatted(problems.size() - NAMED_PROBLEMS)
                        : "";
        return new Preparation.Over(
                new Verdict(
                        RunOutcome.FAILED,
                        Optional.of(reason),
                        "nothing was changed: %s%s. %s".formatted(named, more, reason.advice())),
                problems.stream().map(HostFinding::of).toList(),
                Optional.empty());
    }
}
