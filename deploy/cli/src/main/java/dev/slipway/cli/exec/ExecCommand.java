package dev.slipway.cli.exec;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.CommandFailure;
import dev.slipway.cli.ExitCode;
import dev.slipway.cli.api.ClientOptions;
import dev.slipway.cli.api.Services;
import dev.slipway.cli.cluster.Submission;
import dev.slipway.cli.host.HostsCommand;
import dev.slipway.cli.print.Output;
import dev.slipway.cli.print.Times;
import dev.slipway.cli.run.HostOutput;
import dev.slipway.cli.run.PlanText;
import dev.slipway.cli.run.RunWatch;
import dev.slipway.cli.run.Views;
import dev.slipway.planner.clusterfile.Durations;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "exec",
        description = {
            "Run a command or a script on many hosts.",
            "It runs as root, in /, without standard input, and is never repeated by itself. One COMMAND is a line of shell (sh); several are a command and its arguments, passed on as they are.",
            "The command, its variables and its output are kept and shown to everyone who may look at runs: put no secret in them.",
            "Ctrl-C ends the window, not the run: `slipway describe run RUN --watch`, `slipway logs RUN`, `slipway cancel RUN`."
        },
        customSynopsis = {
            "slipway exec (-f FILE | --cluster NAME) [OPTIONS] -- COMMAND...",
            "slipway exec (-f FILE | --cluster NAME) [OPTIONS] --script FILE"
        })
public final class ExecCommand implements Callable<Integer> {
    static final class Where {
        @Option(
                names = {"-f", "--file"},
                paramLabel = "FILE",
                description =
                        "The hosts: a list (kind Hosts) or a Clusterfile; - for standard input.")
        private Optional<Path> file = Optional.empty();

        @Option(
                names = "--cluster",
                paramLabel = "NAME",
                description = "The hosts of this cluster's latest Clusterfile.")
        private Optional<String> cluster = Optional.empty();
    }

    @Mixin private ClientOptions client = new ClientOptions();
    @Mixin private Output output = new Output();

    @ArgGroup private Where where = new Where();

    @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "What to run.")
    private List<String> command = List.of();

    @Option(
            names = "--script",
            paramLabel = "FILE",
            description =
                    "Run this script file instead (- for standard input), at most 16 MiB; its first line may name an interpreter (#!).")
    private Optional<Path> script = Optional.empty();

    @Option(names = "--role", paramLabel = "ROLE", description = "Only hosts with this role.")
    private Optional<String> role = Optional.empty();

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = "Only this host (name, address or address:port); may be repeated.")
    private List<String> hosts = List.of();

    @Option(
            names = {"-e", "--env"},
            paramLabel = "KEY=VALUE",
            description = "A variable that the command sees; may be repeated.")
    private Map<String, String> environment = Map.of();

    @Option(
            names = "--read-only",
            description = {
                "The command changes nothing: it may run while something else changes the host.",
                "Without this it waits for that, and holds it up."
            })
    private boolean readOnly;

    @Option(
            names = "--max-parallel",
            paramLabel = "N",
            description = "Hosts at once (default: spec.limits.phases.exec, else 50).")
    private Optional<Integer> maxParallel = Optional.empty();

    @Option(
            names = "--max-failures",
            paramLabel = "N",
            description =
                    "When so many hosts have failed, start no more (default: spec.limits.phases.exec, else a tenth, at least 2).")
    private Optional<Integer> maxFailures = Optional.empty();

    @Option(
            names = "--strict",
            description = "Reserve the failure limit too, so that it is never exceeded.")
    private boolean strict;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            description =
                    "For each host, 30s or 10m for example; what takes longer is ended on the host (default: spec.limits.phases.exec, else 5m).")
    private Optional<String> timeout = Optional.empty();

    @Option(
            names = "--deadline",
            paramLabel = "DURATION",
            description =
                    "For all hosts; then nothing more starts and what runs is ended (default: what they need if each uses up its timeout).")
    private Optional<String> deadline = Optional.empty();

    @Option(
            names = "--accept-new-host-keys",
            description = "Trust hosts seen for the first time without asking.")
    private boolean acceptNewHostKeys;

    @Option(names = "--dry-run", description = "Show the plan; run nothing.")
    private boolean dryRun;

    @Option(names = "--detach", description = "Do not wait for the end.")
    private boolean detach;

    @Option(
            names = {"-q", "--quiet"},
            description = "Do not print what the hosts print.")
    private boolean quiet;

    @Override
    public Integer call() {
        if (command.isEmpty() == script.isEmpty()) {
            throw CommandFailure.usage(
                    "name what to run: either `-- COMMAND...` or `--script FILE`, not %s"
                            .formatted(command.isEmpty() ? "neither" : "both"));
        }
        if (where.file.equals(script) && where.file.map(Path::toString).equals(Optional.of("-"))) {
            throw CommandFailure.usage(
                    "standard input is either the list of hosts or the script: name a file for one of them");
        }
        if (where.file.isEmpty() && where.cluster.isEmpty()) {
            throw CommandFailure.usage(
                    "name the hosts: --file with a list or a Clusterfile, or --cluster with a name");
        }
        Optional<Submission> submission = where.file.map(Submission::of);
        Map<String, Object> request = request();
        Services services = client.services();
        submission.ifPresent(s -> request.put("clusterfile", s.withoutSecrets(services)));
        JsonNode run = services.planner().post("/v1/runs", request);
        String id = run.path("id").asText();
        if (dryRun) {
            JsonNode plan = services.planner().get("/v1/runs/%s/plan".formatted(id));
            output.one(plan, () -> PlanText.of(plan), p -> id);
            return ExitCode.OK;
        }
        if (detach) {
            output.one(
                    run,
                    () ->
                            "%s%n  watch it:   slipway describe run %2$s --watch%n  its output: slipway logs %2$s -f"
                                    .formatted(announcement(run), id),
                    r -> id);
            return ExitCode.OK;
        }
        return follow(services, run, id);
    }

    private int follow(Services services, JsonNode run, String id) {
        System.err.println(announcement(run));
        var shown = new HostOutput(mode());
        var watch = new RunWatch(services, id, shown);
        JsonNode ended = watch.ended();
        if (Views.exitCode(ended) != ExitCode.OK && HostsCommand.trustUnknown(services, id)) {
            services.planner().post("/v1/runs/%s/retry".formatted(id), Map.of());
            ended = watch.ended();
        }
        Optional<JsonNode> progress = watch.progress();
        if (progress.isEmpty()) {
            System.err.println(
                    "slipway: the status service does not answer: only hosts that did not succeed are told");
        }
        if (mode() == HostOutput.Mode.PRINTED) {
            System.out.println();
        }
        JsonNode last = ended;
        ExecReport report =
                progress.map(p -> ExecReport.of(last, p)).orElseGet(() -> ExecReport.of(last));
        output.one(
                output.isForPeople() ? last : report.json(shown::kept),
                () -> report.text(output.isWide()),
                _ -> id);
        return Views.exitCode(last);
    }

    private HostOutput.Mode mode() {
        if (quiet) {
            return HostOutput.Mode.NONE;
        }
        return output.isForPeople() ? HostOutput.Mode.PRINTED : HostOutput.Mode.KEPT;
    }

    private Map<String, Object> request() {
        Map<String, Object> exec = new LinkedHashMap<>();
        exec.put("environment", environment);
        role.ifPresent(r -> exec.put("role", r));
        exec.put("readOnly", readOnly);
        maxParallel.ifPresent(n -> exec.put("maxParallel", n));
        maxFailures.ifPresent(n -> exec.put("maxFailures", n));
        timeout.ifPresent(t -> exec.put("timeout", duration("--timeout", t)));
        deadline.ifPresent(d -> exec.put("deadline", duration("--deadline", d)));
        // Last, since a long one is sent then.
        if (script.isPresent()) {
            exec.putAll(ScriptFile.field(client::services, script.get()));
        } else {
            exec.put("command", command);
        }
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("operation", "exec");
        request.put("exec", exec);
        where.cluster.ifPresent(name -> request.put("cluster", name));
        request.put("hosts", hosts);
        request.put("dryRun", dryRun);
        request.put("strict", strict);
        request.put("acceptNewHostKeys", acceptNewHostKeys);
        return request;
    }

    private static Duration duration(String option, String text) {
        return Durations.parse(text)
                .orElseThrow(() ->
                        CommandFailure.usage(
                                "%s \"%s\": expected %s"
                                        .formatted(option, text, Durations.EXPECTED)));
    }

    /// What goes on where, how much at once, how much may fail, and when it is over at the latest.
    private static String announcement(JsonNode run) {
        JsonNode phase = run.path("phases").path(0);
        int hosts = phase.path("total").asInt();
        return "run %s: exec on %d %s of %s, %d at once, failure limit %d%s"
                .formatted(
                        run.path("id").asText(),
                        hosts,
                        hosts == 1 ? "host" : "hosts",
                        run.path("cluster").asText(),
                        Math.min(hosts, phase.path("window").asInt()),
                        phase.path("failureLimit").asInt(),
                        phase.hasNonNull("endsBy")
                                ? ", ends by "
                                        + Times.date(Instant.parse(phase.path("endsBy").asText()))
                                : "");
    }
}
