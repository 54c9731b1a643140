package dev.slipway.planner.operation;

import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.outcome.RunOutcome;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.inspect.HostReport;
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
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// From facts to a plan: preflight, compile, open the authority. Blocks while it is opened.
@ApplicationScoped
class PlanMaker {
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
        List<HostReport> reports = reports(draft);
        if (draft.run().operation() == Operation.CHECK) {
            return new Preparation.Over(Reports.verdict(reports), reports, Optional.empty());
        }
        if (!reports.stream().allMatch(HostReport::isUsable)) {
            return new Preparation.Over(Reports.refusal(reports), reports, Optional.empty());
        }
        return switch (PlanCompiler.compile(input(draft, AuthorityInfo.DRY_RUN))) {
            case Compilation.NothingToDo(var message) ->
                    new Preparation.Over(
                            new Verdict(RunOutcome.NOTHING_TO_DO, Optional.empty(), message),
                            reports,
                            Optional.empty());
            case Compilation.Refused(var reason, var message) ->
                    new Preparation.Over(
                            new Verdict(RunOutcome.FAILED, Optional.of(reason), message),
                            reports,
                            Optional.empty());
            case Plan plan when draft.run().wishes().dryRun() ->
                    new Preparation.Over(shown(plan), reports, Optional.of(plan));
            case Plan plan -> withAuthority(draft, plan, reports);
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
    private Preparation withAuthority(Draft draft, Plan plan, List<HostReport> reports) {
        return switch (draft.run().operation()) {
            // An adopted authority is brought by the plan itself.
            case ADOPT, RESET, BACKUP, CHECK, EXEC, VIEW -> new Preparation.Ready(plan, reports);
            case APPLY, RESTORE -> {
                try {
                    yield new Preparation.Ready(bound(draft, open(draft)), reports);
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
        if (!draft.run().operation().installs()) {
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
                        input(draft, AuthorityInfo.DRY_RUN),
                        draft.now().plus(PlanCompiler.tokenLife(draft.clusterfile())))
                .await()
                .indefinitely();
    }

    private static Preparation unopened(ProblemFailure failure) {
        return switch (failure.code()) {
            case UNAVAILABLE -> new Preparation.Later(failure.problem().detail());
            default ->
                    new Preparation.Over(
                            new Verdict(
                                    RunOutcome.FAILED,
                                    Optional.of(failure.code()),
                                    "the certificate service refused to open the cluster's authority: "
                                            + failure.problem().detail()),
                            List.of(),
                            Optional.empty());
        };
    }

    private List<HostReport> reports(Draft draft) {
        return switch (draft.run().operation()) {
            case APPLY, RESTORE, BACKUP ->
                    Preflight.beforeApply(
                            draft.clusterfile(),
                            draft.recorded().leaving(draft.clusterfile()),
                            draft.facts(),
                            ownership(draft));
            case ADOPT ->
                    Preflight.beforeAdopt(draft.clusterfile(), draft.facts(), ownership(draft));
            case RESET ->
                    Preflight.beforeReset(
                            draft.clusterfile(),
                            draft.recorded().leaving(draft.clusterfile()),
                            draft.facts(),
                            ownership(draft));
            case CHECK ->
                    Preflight.check(
                            draft.clusterfile(),
                            draft.facts(),
                            draft.unseen(),
                            members(draft),
                            ownership(draft));
            case EXEC, VIEW -> List.of();
        };
    }

    private static Set<HostAddress> members(Draft draft) {
        return draft.recorded()
                .applied()
                .map(applied ->
                        applied.hosts().stream()
                                .map(ClusterHost::address)
                                .collect(Collectors.toSet()))
                .orElse(Set.of());
    }

    private PlanInput input(Draft draft, AuthorityInfo authority) {
        return new PlanInput(
                draft.run().operation(),
                ownership(draft),
                draft.clusterfile(),
                draft.facts(),
                draft.recorded(),
                authority,
                draft.run().wishes().archive());
    }

    private Ownership ownership(Draft draft) {
        return new Ownership(
                installation,
                draft.run().tenant(),
                draft.run().cluster(),
                draft.run().generation());
    }
}
