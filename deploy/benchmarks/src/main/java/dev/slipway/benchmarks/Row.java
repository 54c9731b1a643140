package dev.slipway.benchmarks;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Optional;

/// What one subject did with one number of hosts: a line of the table, an object of the JSON.
///
/// @param subject the tool
/// @param settings `defaults`, `best`, or what else tells two rows of a subject apart
/// @param targets `openssh` or `simulated`
/// @param wallS from the start to the last host's end, seconds; empty if the subject was left out
/// @param cpuMsPerHost CPU time of the client side, all its processes
/// @param targetCpuMsPerHost CPU time of the hosts: the SSH server and all it started
/// @param peakRssMb of all client processes together, MiB; pages they share count once
/// @param failed hosts on which the command did not end with 0
/// @param note what is in the figures, or why there are none
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Row(
        String subject,
        String settings,
        String targets,
        int hosts,
        Optional<Double> wallS,
        Optional<Double> cpuMsPerHost,
        Optional<Double> targetCpuMsPerHost,
        Optional<Double> peakRssMb,
        int failed,
        String note) {

    Row withFailed(int hosts) {
        return new Row(
                subject,
                settings,
                targets,
                this.hosts,
                wallS,
                cpuMsPerHost,
                targetCpuMsPerHost,
                peakRssMb,
                hosts,
                note);
    }

    /// A subject without figures.
    static Row leftOut(Subject subject, String targets, int hosts, String why) {
        return new Row(
                subject.name(),
                subject.settings(),
                targets,
                hosts,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                "left out: " + why);
    }
}
