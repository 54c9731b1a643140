package dev.slipway.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.CommandFailure;
import dev.slipway.cli.api.ApiFailure;
import dev.slipway.cli.api.ClientOptions;
import dev.slipway.cli.api.EventStream;
import dev.slipway.contracts.outcome.ReasonCode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "logs", description = "Show what a run's commands printed on the hosts.")
public final class LogsCommand implements Callable<Integer> {
    @Mixin private ClientOptions client = new ClientOptions();

    @Parameters(paramLabel = "RUN", description = "The run's id.")
    private String id = "";

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = "Only this host's (address, address:port or name).")
    private Optional<String> host = Optional.empty();

    @Option(names = "--phase", paramLabel = "PHASE", description = "Only this phase's.")
    private Optional<String> phase = Optional.empty();

    @Option(
            names = {"-f", "--follow"},
            description = "Go on until the run settles.")
    private boolean follow;

    private final OutputLines lines = new OutputLines(System.out::println);

    @Override
    public Integer call() {
        host = host.map(this::address);
        if (follow) {
            return follow();
        }
        boolean any = RunOutput.each(client.services(), id, filter(), this::print);
        lines.finish();
        if (!any) {
            System.err.println(
                    "slipway: no output is kept of run %s (it is kept for 24 hours)."
                            .formatted(id));
        }
        return 0;
    }

    /// By which the host's output is kept, whatever the user calls it.
    private String address(String called) {
        for (JsonNode known : client.services().status().get("/v1/runs/" + id).path("hosts")) {
            String address = known.path("address").asText();
            if (address.equals(called)
                    || address.startsWith(called + ":")
                    || known.path("name").asText().equals(called)) {
                return address;
            }
        }
        throw CommandFailure.usage("run %s has no host \"%s\"".formatted(id, called));
    }

    private int follow() {
        try (var events =
                new EventStream(
                        client.services().status(), "/v1/runs/%s/events".formatted(id), "")) {
            while (true) {
                var event = events.next(Duration.ofSeconds(5));
                Optional<StreamEnd> end = event.flatMap(StreamEnd::of);
                if (end.isPresent() || (event.isEmpty() && isLost())) {
                    lines.finish();
                    StreamEnd.shortfall(end, id)
                            .ifPresent(text -> System.err.println("slipway: " + text));
                    return 0;
                }
                event.filter(e -> e.name().equals("OutputChunk")).ifPresent(e -> print(e.data()));
            }
        }
    }

    /// Whether the run is over and nobody is there to tell the rest.
    private boolean isLost() {
        if (!settled()) {
            return false;
        }
        try {
            client.services().status().get("/v1/runs/" + id);
            return false;
        } catch (ApiFailure | CommandFailure e) {
            return true;
        }
    }

    private boolean settled() {
        try {
            return client.services()
                    .planner()
                    .get("/v1/runs/" + id)
                    .path("state")
                    .asText()
                    .equals("SETTLED");
        } catch (ApiFailure e) {
            if (e.is(ReasonCode.UNKNOWN_RUN)) {
                throw e;
            }
            return false;
        }
    }

    private String filter() {
        return host.map(h -> "&host=" + encode(h)).orElse("")
                + phase.map(p -> "&phase=" + encode(p)).orElse("");
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private void print(JsonNode chunk) {
        String at = chunk.path("ref").path("host").asText();
        String in = chunk.path("ref").path("phase").asText();
        if (!isWanted(at, in)) {
            return;
        }
        lines.add(
                "[%s] %s/%s | ".formatted(at, in, chunk.path("step").asText()),
                chunk.path("text").asText());
        System.out.flush();
    }

    private boolean isWanted(String at, String in) {
        return host.map(at::equals).orElse(true) && phase.map(in::equals).orElse(true);
    }
}
