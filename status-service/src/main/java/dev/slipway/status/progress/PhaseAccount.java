package dev.slipway.status.progress;

import static java.util.stream.Collectors.toMap;

import dev.slipway.contracts.event.RunEvent.PhaseSettled;
import dev.slipway.status.stream.Missing;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// What was heard of a phase's tasks, of each the latest attempt.
///
/// @param succeeded with this result
/// @param otherwise with any other
/// @param silent started, and no result
/// @param unended with a result, and without the end of their output
record PhaseAccount(String phase, int succeeded, int otherwise, int silent, int unended) {

    /// What the run's phases should have brought and did not.
    static Missing missing(RunState run, List<PhaseAccount> heard) {
        Map<String, PhaseAccount> byPhase =
                new HashMap<>(
                        heard.stream().collect(toMap(PhaseAccount::phase, Function.identity())));
        run.phases().keySet().forEach(p -> byPhase.putIfAbsent(p, new PhaseAccount(p, 0, 0, 0, 0)));
        int results = 0;
        int outputs = 0;
        for (PhaseAccount account : byPhase.values()) {
            results +=
                    account.missingResults(
                            run.phases()
                                    .getOrDefault(account.phase(), PhaseState.UNHEARD)
                                    .settlement());
            outputs += account.unended();
        }
        return new Missing(results, outputs);
    }

    /// The planner counts a task of which it knows nothing as unknown and waits for it no more; of
    /// all it counts else it had a result. One that is no success can't stand for a success: it is
    /// an earlier attempt's.
    private int missingResults(Optional<PhaseSettled> settled) {
        return settled.map(s ->
                        Math.max(
                                0,
                                s.succeeded()
                                        + s.failed()
                                        - succeeded
                                        - Math.min(otherwise, s.failed())))
                .orElse(silent);
    }
}
