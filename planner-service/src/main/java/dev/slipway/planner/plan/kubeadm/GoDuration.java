package dev.slipway.planner.plan.kubeadm;

import java.time.Duration;

/// Durations as Kubernetes' documents hold them (`metav1.Duration`).
final class GoDuration {
    private GoDuration() {}

    static String of(Duration duration) {
        return "%dh%dm%ds"
                .formatted(duration.toHours(), duration.toMinutesPart(), duration.toSecondsPart());
    }
}
