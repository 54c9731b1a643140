package dev.slipway.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.CommandFailure;
import dev.slipway.cli.api.ApiFailure;
import dev.slipway.cli.api.EventStream;
import dev.slipway.cli.api.Services;
import dev.slipway.cli.print.Terminal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// Follows a run until it settles or waits for somebody: the status service tells the story; after
/// 5 s of silence the planner is asked, because it decides and the view may lag.
public final class RunWatch {
    private static final Duration FRAME = Duration.ofMillis(200);
    private static final Duration SILENCE = Duration.ofSeconds(5);
    private static final Duration STRAGGLERS = Duration.ofSeconds(10);

    private final Services services;
    private final String run;
    private final ProgressView view;
    private final String path;
    private final AtomicBoolean over = new AtomicBoolean();
    private Instant lastNews = Instant.now();
    private boolean lagReported;
    private String cursor = "";
    private Optional<StreamEnd> end = Optional.empty();

    public RunWatch(Services services, String run) {
        this.services = services;
        this.run = run;
        this.view = Terminal.isInteractive() ? new LiveTable() : new PlainLines();
        this.path = "/v1/runs/%s/events?output=false".formatted(run);
    }

    /// Watches what the run's commands print.
    public RunWatch(Services services, String run, HostOutput output) {
        this.services = services;
        this.run = run;
        this.view = output;
        this.path = "/v1/runs/%s/events?output=%b".formatted(run, output.isWanted());
    }

    /// Follows the run to its end, which is said.
    ///
    /// @return the exit code that goes with how the run ended
    public int follow() {
        return conclude(ended());
    }

    /// Follows the run to its end, of which nothing is said.
    ///
    /// Called again after a retry it goes on with what came since.
    ///
    /// @return the planner's view of it
    public JsonNode ended() {
        over.set(false);
        end = Optional.empty();
        lastNews = Instant.now();
        var farewell = new Thread(this::sayHowToGoOn);
        Runtime.getRuntime().addShutdownHook(farewell);
        try (var events = new EventStream(services.status(), path, cursor)) {
            JsonNode ended = watch(events);
            over.set(true);
            awaitEnd(events, ended);
            cursor = events.cursor();
            view.finish(progress().orElse(ended));
            return ended;
        } finally {
            over.set(true);
        }
    }

    /// The planner knows the end first; what led to it may be on its way to the view. Of a paused
    /// run there is no end to wait for.
    private void awaitEnd(EventStream events, JsonNode ended) {
        if (!isSettled(ended)) {
            return;
        }
        Instant until = Instant.now().plus(STRAGGLERS);
        while (end.isEmpty() && Instant.now().isBefore(until)) {
            events.next(FRAME).ifPresent(this::hear);
        }
        StreamEnd.shortfall(end, run).ifPresent(view::note);
    }

    /// What follows an end takes it back: the run was retried.
    private void hear(EventStream.Event event) {
        end = StreamEnd.of(event);
        if (end.isEmpty()) {
            view.event(event);
        }
    }

    /// The status service's view of the run; empty if it does not answer.
    public Optional<JsonNode> progress() {
        try {
            return Optional.of(services.status().get("/v1/runs/" + run));
        } catch (ApiFailure | CommandFailure e) {
            return Optional.empty();
        }
    }

    private JsonNode watch(EventStream events) {
        while (true) {
            Optional<EventStream.Event> event = events.next(FRAME);
            boolean settled = false;
            while (event.isPresent()) {
                lastNews = Instant.now();
                lagReported = false;
                hear(event.get());
                settled |= isEnd(event.get());
                event = events.next(Duration.ZERO);
            }
            view.frame(this::progress);
            if (settled) {
                JsonNode planned = planned();
                if (isOver(planned)) {
                    return planned;
                }
            }
            if (Duration.between(lastNews, Instant.now()).compareTo(SILENCE) > 0) {
                lastNews = Instant.now();
                Optional<JsonNode> ended = askPlanner();
                if (ended.isPresent()) {
                    return ended.get();
                }
            }
        }
    }

    /// A retry takes a settled run up again, so only the planner knows whether an end is the end.
    private static boolean isEnd(EventStream.Event event) {
        return event.name().equals("RunSettled") || event.name().equals("RunPaused");
    }

    private static boolean isOver(JsonNode planned) {
        return isSettled(planned) || planned.path("state").asText().equals("PAUSED");
    }

    private static boolean isSettled(JsonNode planned) {
        return planned.path("state").asText().equals("SETTLED");
    }

    private Optional<JsonNode> askPlanner() {
        try {
            JsonNode planned = planned();
            if (isOver(planned)) {
                return Optional.of(planned);
            }
            if (progress().isEmpty() && !lagReported) {
                view.note(
                        "the view lags; the planner says: %s"
                                .formatted(planned.path("state").asText()));
                lagReported = true;
            }
        } catch (CommandFailure e) {
            if (!lagReported) {
                view.note(
                        "planner and status do not answer; they are started again by themselves, waiting");
                lagReported = true;
            }
        } catch (ApiFailure e) {
            if (e.status() < 500) {
                throw e;
            }
        }
        return Optional.empty();
    }

    private JsonNode planned() {
        return services.planner().get("/v1/runs/" + run);
    }

    private int conclude(JsonNode ended) {
        System.out.printf("%n%s%n", Terminal.safe(Views.headline(ended)));
        if (ended.hasNonNull("message")) {
            System.out.println(Terminal.safe(ended.path("message").asText()));
        }
        System.out.print(Views.failures(ended));
        String next = Views.nextSteps(ended);
        if (!next.isEmpty()) {
            System.out.println(next);
        }
        return Views.exitCode(ended);
    }

    private void sayHowToGoOn() {
        if (over.compareAndSet(false, true)) {
            System.err.printf(
                    "%nThe run goes on without this window.%n  watch it again:  slipway describe run %1$s --watch%n  cancel it:       slipway cancel %1$s%n",
                    run);
        }
    }
}
