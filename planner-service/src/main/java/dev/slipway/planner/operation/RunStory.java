package dev.slipway.planner.operation;

import dev.slipway.chassis.telemetry.LogScope;
import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.run.Effect;
import java.util.List;
import org.jboss.logging.Logger;

/// Tells the log what a user would follow.
final class RunStory {
    private static final Logger LOG = Logger.getLogger("dev.slipway.planner.run");

    private RunStory() {}

    static void tell(RunRecord run, List<Effect> effects) {
        try (var _ = LogScope.open().tenant(run.tenant()).cluster(run.cluster()).run(run.id())) {
            effects.forEach(RunStory::tell);
        }
    }

    private static void tell(Effect effect) {
        switch (effect) {
            case Effect.Publish(var event) -> tell(event);
            case Effect.Learn(var settled) -> tell(settled);
            case Effect.Dispatch dispatch ->
                    LOG.debugf(
                            "[%s] %s: attempt %d (%s), to be over by %s",
                            dispatch.host(),
                            dispatch.phase(),
                            dispatch.attempt(),
                            dispatch.kind(),
                            dispatch.times().settleBy());
            case Effect.Prepare() -> LOG.debug("preparing the plan");
        }
    }

    private static void tell(TaskResult.TaskSettled settled) {
        LOG.infof(
                "[%s] %s %s in %d ms%s",
                settled.ref().host(),
                settled.ref().phase(),
                settled.outcome(),
                settled.hostTime().toMillis(),
                settled.reason().map(ReasonCode::name).map(code -> ": " + code).orElse(""));
    }

    private static void tell(RunEvent event) {
        switch (event) {
            case RunEvent.PhaseStarted started ->
                    LOG.infof(
                            "==> %s (%d hosts)",
                            started.phase().name(), started.phase().hosts().size());
            case RunEvent.PhaseSettled settled ->
                    LOG.infof(
                            "<== %s: %d succeeded, %d failed, %d unknown, %d left out",
                            settled.phase(),
                            settled.succeeded(),
                            settled.failed(),
                            settled.unknown(),
                            settled.leftOut());
            case RunEvent.PlanFrozen frozen -> LOG.infof("plan %s is frozen", frozen.digest());
            case RunEvent.RunOpened opened -> LOG.infof("%s opened", opened.operation());
            case RunEvent.RunPaused paused -> LOG.infof("paused by \"%s\"", paused.actor());
            case RunEvent.RunResumed resumed ->
                    LOG.infof(
                            "%s by \"%s\"",
                            resumed.retry() ? "retried" : "resumed", resumed.actor());
            case RunEvent.CancelRequested cancel ->
                    LOG.infof("cancelled by \"%s\"", cancel.actor());
            case RunEvent.RunSettled settled ->
                    LOG.infof("%s: %s", settled.outcome(), settled.message());
        }
    }
}
