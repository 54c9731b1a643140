package dev.slipway.planner.run;

import dev.slipway.contracts.id.HostAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What an outline of a run is, said a second time: the store makes it in SQL.
public final class Outlines {
    private Outlines() {}

    public static RunState of(RunState whole) {
        return with(whole, whole.phases().stream().map(Outlines::of).toList());
    }

    private static PhaseState of(PhaseState whole) {
        var some = new LinkedHashMap<HostAddress, TaskState>();
        int waiting = 0;
        for (var task : whole.tasks().entrySet()) {
            boolean seen =
                    switch (whole.progress()) {
                        case WAITING -> false;
                        case SETTLED -> PhaseState.isBurned(task.getValue());
                        case RUNNING, EXPIRED ->
                                switch (task.getValue()) {
                                    case TaskState.Waiting _ ->
                                            waiting++ < whole.rules().summary().window();
                                    case TaskState.Succeeded _ -> false;
                                    case TaskState.InFlight _,
                                            TaskState.Doubtful _,
                                            TaskState.Failed _,
                                            TaskState.Unknown _,
                                            TaskState.Cancelled _,
                                            TaskState.LeftOut _ ->
                                            true;
                                };
                    };
            if (seen) {
                some.put(task.getKey(), task.getValue());
            }
        }
        return new PhaseState(whole.rules(), whole.progress(), whole.endsBy(), some, false);
    }

    /// The whole state after a decision that an outline was enough for.
    static RunState merged(RunState before, RunState after) {
        var phases = new ArrayList<PhaseState>();
        for (PhaseState phase : after.phases()) {
            Map<HostAddress, TaskState> tasks =
                    phases.size() < before.phases().size()
                            ? new LinkedHashMap<>(before.phases().get(phases.size()).tasks())
                            : new LinkedHashMap<>();
            tasks.putAll(phase.tasks());
            phases.add(new PhaseState(phase.rules(), phase.progress(), phase.endsBy(), tasks));
        }
        return with(after, phases);
    }

    private static RunState with(RunState state, List<PhaseState> phases) {
        return new RunState(
                state.subject(), state.stage(), state.paused(), state.cancelling(), phases);
    }
}
