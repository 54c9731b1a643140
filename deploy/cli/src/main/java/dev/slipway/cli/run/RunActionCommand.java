package dev.slipway.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.api.ClientOptions;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `pause`, `resume`, `cancel`, `retry`: one request each, then, if asked, watching.
public abstract class RunActionCommand implements Callable<Integer> {
    @Mixin private ClientOptions client = new ClientOptions();

    @Parameters(paramLabel = "RUN", description = "The run's id.")
    private String id = "";

    @Option(names = "--watch", description = "Follow the run until it settles.")
    private boolean watch;

    private final String action;
    private final String done;

    RunActionCommand(String action, String done) {
        this.action = action;
        this.done = done;
    }

    @Override
    public Integer call() {
        JsonNode run =
                client.services().planner().post("/v1/runs/%s/%s".formatted(id, action), Map.of());
        System.out.printf("%s %s%n", run.path("id").asText(id), done);
        return watch ? new RunWatch(client.services(), id).follow() : 0;
    }

    @Command(name = "pause", description = "Start nothing more; what runs on hosts ends by itself.")
    public static final class Pause extends RunActionCommand {
        public Pause() {
            super(
                    "pause",
                    "is pausing: what runs on hosts ends by itself. Go on with `slipway resume`.");
        }
    }

    @Command(name = "resume", description = "Go on with a paused run.")
    public static final class Resume extends RunActionCommand {
        public Resume() {
            super("resume", "goes on.");
        }
    }

    @Command(name = "cancel", description = "End a run, and what it runs on hosts.")
    public static final class Cancel extends RunActionCommand {
        public Cancel() {
            super(
                    "cancel",
                    "is being cancelled: commands on hosts are ended. `slipway retry` takes it up again.");
        }
    }

    @Command(
            name = "retry",
            description =
                    "Take a failed or cancelled run up again, with the same plan; what succeeded is not repeated.")
    public static final class Retry extends RunActionCommand {
        public Retry() {
            super("retry", "goes on with the same plan.");
        }
    }
}
