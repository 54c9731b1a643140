package dev.slipway.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.contracts.Wire;
import dev.slipway.simulator.RunningHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// Sentences that several stories use.
final class Story {
    private static final Pattern RUN =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}");

    private Story() {}

    /// The run that a command's output names.
    static String runOf(Cli.Result result) {
        Matcher run = RUN.matcher(result.out() + result.err());
        assertThat(run.find()).as(result.all()).isTrue();
        return run.group();
    }

    static JsonNode json(Cli.Result result) {
        assertThat(result.code()).as(result.all()).isZero();
        try {
            return Wire.mapper().readTree(result.out());
        } catch (IOException e) {
            throw new AssertionError(result.all(), e);
        }
    }

    static Cli.Result succeeded(Cli.Result result) {
        assertThat(result.code()).as(result.all()).isZero();
        return result;
    }

    /// Of hosts, both ends included.
    static List<Integer> numbers(int first, int last) {
        return IntStream.rangeClosed(first, last).boxed().toList();
    }

    /// What hosts of these numbers are called.
    static String[] names(List<Integer> numbers) {
        return numbers.stream().map(n -> "node-" + n).toArray(String[]::new);
    }

    /// The outcome of the run that a command's output names.
    static String outcome(Cli cli, Cli.Result result) {
        return json(cli.run("describe", "run", runOf(result), "-o", "json"))
                .path("outcome")
                .asText();
    }

    /// Applies a Clusterfile of which all has been done.
    static Cli.Result findsNothingToDo(Cli cli, Path file) {
        Cli.Result result = succeeded(cli.run("apply", "-f", file.toString(), "--watch"));
        assertThat(outcome(cli, result)).as(result.all()).isEqualTo("NOTHING_TO_DO");
        return result;
    }

    /// How often a stand-in was called with that first argument on the host.
    static long calls(RunningHost host, String call) {
        try {
            return host.calls().stream()
                    .filter(c -> c.equals(call) || c.startsWith(call + " "))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The reason code of a run's failure on the host; empty if it did not fail there.
    static String reason(JsonNode run, RunningHost host) {
        for (JsonNode failure : run.path("failures")) {
            if (failure.path("host").asText().startsWith(host.address() + ":")) {
                return failure.path("reason").asText();
            }
        }
        return "";
    }
}
