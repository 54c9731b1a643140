package dev.slipway.local;

import dev.slipway.local.broker.TopicLayout;
import dev.slipway.local.database.PostgresServer;
import dev.slipway.local.doctor.Check;
import dev.slipway.local.doctor.Doctor;
import dev.slipway.local.files.FileMutex;
import dev.slipway.local.files.PrivateFile;
import dev.slipway.local.home.StackHome;
import dev.slipway.local.part.AddedPart;
import dev.slipway.local.part.AddedParts;
import dev.slipway.local.part.StackPrograms;
import dev.slipway.local.process.Patience;
import dev.slipway.local.process.ProcessStamp;
import dev.slipway.local.supervisor.PartState;
import dev.slipway.local.supervisor.PartStatus;
import dev.slipway.local.supervisor.StackStatus;
import dev.slipway.local.supervisor.StateFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The local stack in one folder, as a command line uses it. Every method may be called by several
/// processes at once.
public final class LocalStack {

    /// The topic of tasks has no more partitions.
    public static final int MAX_EXECUTORS = TopicLayout.Partitions.DEFAULT.tasks();

    private static final Duration LOCK_LIMIT = Duration.ofMinutes(3);
    // One that ends is noticed at once; one that makes its keys on a busy machine takes its time.
    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final Duration STOP_LIMIT = Duration.ofMinutes(3);
    private static final Duration ORPHAN_LIMIT = Duration.ofSeconds(10);
    private static final int FAILURES_TO_GIVE_UP = 3;

    private final StackHome home;
    private final StackPrograms programs;
    private final StateFile state;

    public LocalStack(StackHome home, StackPrograms programs) {
        this.home = home;
        this.programs = programs;
        this.state = new StateFile(home.state());
    }

    public StackHome home() {
        return home;
    }

    /// The same as [#up(int)] with one executor.
    public UpOutcome up() {
        return up(1);
    }

    /// Starts the supervisor in the background, which starts the parts; returns without waiting for
    /// them. A stack that runs already stays as it is.
    ///
    /// @param executors how many share the tasks of the pool, from 1 to [#MAX_EXECUTORS]
    public UpOutcome up(int executors) {
        if (executors < 1 || executors > MAX_EXECUTORS) {
            throw new IllegalArgumentException(
                    "%d executors: from 1 to %d can share the tasks of the pool"
                            .formatted(executors, MAX_EXECUTORS));
        }
        PrivateFile.directory(home.root());
        PrivateFile.restrict(home.root());
        return locked(() -> start(executors)).orElseGet(() -> new UpOutcome.Refused(busy()));
    }

    /// What the stack does; empty if none runs.
    public Optional<StackStatus> status() {
        return state.read().filter(StackStatus::live);
    }

    /// Waits until every part serves, the limit is over, or a part has failed three times. A part
    /// that was added to the stack is waited for until it fails: the stack serves without it.
    ///
    /// @param progress is told each new status
    public Readiness waitReady(Duration limit, Consumer<StackStatus> progress) {
        Progress seen = new Progress(progress);
        Patience.until(
                limit,
                () -> {
                    seen.next(status());
                    Optional<StackStatus> now = seen.last.map(this::needed);
                    return now.isEmpty() || now.get().ready() || givesUp(now.get());
                });
        return seen.last
                .filter(status -> needed(status).ready())
                .<Readiness>map(Readiness.Ready::new)
                .orElseGet(() -> new Readiness.NotReady(explain(seen.last.map(this::needed))));
    }

    private StackStatus needed(StackStatus status) {
        Set<String> added = new AddedParts(home).wanted().keySet();
        return new StackStatus(
                status.supervisor(),
                status.since(),
                status.parts().stream()
                        .filter(part -> part.restarts() == 0 || !added.contains(part.part()))
                        .toList(),
                status.failure());
    }

    /// Ends all parts and the supervisor; returns when they are gone. Data and configuration stay.
    public DownOutcome down() {
        return locked(this::stop).orElseGet(() -> new DownOutcome.Refused(busy()));
    }

    /// Ends the stack and removes its data, keys and configuration; what else is in the folder
    /// stays.
    public DownOutcome purge() {
        DownOutcome outcome = down();
        if (!(outcome instanceof DownOutcome.Refused)) {
            home.everything().forEach(PrivateFile::deleteTree);
        }
        return outcome;
    }

    /// Has the supervisor run one more part, or replace the one of that name.
    public void add(AddedPart part) {
        new AddedParts(home).put(part);
    }

    /// Has the supervisor end the added part.
    public void remove(String part) {
        new AddedParts(home).remove(part);
    }

    /// Whether this machine has what the stack needs.
    public List<Check> doctor() {
        return new Doctor(home).checks();
    }

    private UpOutcome start(int executors) {
        Optional<StackStatus> running = status();
        if (running.isPresent()) {
            return new UpOutcome.AlreadyRunning(running.get());
        }
        List<Path> missing = programs.missing();
        if (!missing.isEmpty()) {
            return new UpOutcome.Refused(
                    "%d of the stack's programs are not built, the first is \"%s\": run ./mvnw package -DskipTests"
                            .formatted(missing.size(), missing.getFirst()));
        }
        ProcessStamp supervisor = new SupervisorLaunch(home, programs, executors).start();
        Patience.until(START_LIMIT, () -> statusOf(supervisor).isPresent() || !supervisor.alive());
        Optional<StackStatus> begun = statusOf(supervisor);
        return begun.filter(status -> status.failure().isEmpty())
                .<UpOutcome>map(UpOutcome.Started::new)
                .orElseGet(() ->
                        new UpOutcome.Refused(
                                begun.flatMap(StackStatus::failure)
                                        .orElse(
                                                "the supervisor did not start: see \""
                                                        + home.log("supervisor")
                                                        + "\"")));
    }

    private Optional<StackStatus> statusOf(ProcessStamp supervisor) {
        return state.read().filter(status -> status.supervisor().equals(supervisor));
    }

    private DownOutcome stop() {
        Optional<StackStatus> last = state.read();
        if (last.isEmpty()) {
            return new DownOutcome.NotRunning();
        }
        ProcessStamp supervisor = last.get().supervisor();
        if (!supervisor.alive()) {
            return endOrphans(last.get());
        }
        supervisor.signal("TERM");
        if (!Patience.until(STOP_LIMIT, () -> !supervisor.alive())) {
            return new DownOutcome.Refused(
                    "supervisor %d did not end within %d s: see \"%s\", or end it with kill -9 %d and repeat"
                            .formatted(
                                    supervisor.pid(),
                                    STOP_LIMIT.toSeconds(),
                                    home.log("supervisor"),
                                    supervisor.pid()));
        }
        return new DownOutcome.Stopped();
    }

    private DownOutcome endOrphans(StackStatus last) {
        PostgresServer.endLeftBehind(home.part("database"));
        List<ProcessStamp> orphans =
                last.parts().stream()
                        .flatMap(part -> part.process().stream())
                        .filter(ProcessStamp::alive)
                        .toList();
        orphans.forEach(orphan -> orphan.signal("TERM"));
        orphans.forEach(orphan -> orphan.end("TERM", ORPHAN_LIMIT));
        return orphans.isEmpty()
                ? new DownOutcome.NotRunning()
                : new DownOutcome.OrphansEnded(orphans.size());
    }

    /// Runs the task under the lock that keeps two commands from each other; empty if it was not to
    /// be had.
    private <T> Optional<T> locked(Supplier<T> task) {
        return Patience.find(LOCK_LIMIT, () -> FileMutex.tryLock(home.commandLock()))
                .map(lock -> {
                    try (lock) {
                        return task.get();
                    }
                });
    }

    private String busy() {
        return "another command has been starting or stopping the stack in \"%s\" for %d s: wait for it or end it"
                .formatted(home.root(), LOCK_LIMIT.toSeconds());
    }

    private static boolean givesUp(StackStatus status) {
        return status.parts().stream()
                .anyMatch(part ->
                        part.state() != PartState.READY && part.restarts() >= FAILURES_TO_GIVE_UP);
    }

    private String explain(Optional<StackStatus> status) {
        return status.map(seen ->
                        seen.parts().stream()
                                .filter(part -> part.state() != PartState.READY)
                                .max((one, other) ->
                                        Integer.compare(one.restarts(), other.restarts()))
                                .map(this::explain)
                                .orElse("no part runs yet"))
                .orElse(
                        "no stack runs in \"%s\": start it with slipway up, its log is \"%s\""
                                .formatted(home.root(), home.log("supervisor")));
    }

    private String explain(PartStatus part) {
        String reason = part.message().map(message -> ": " + message).orElse("");
        return "%s is %s%s; see \"%s\""
                .formatted(part.part(), part.state().words(), reason, home.log(part.part()));
    }

    /// Tells a listener what is new.
    private static final class Progress {

        private final Consumer<StackStatus> listener;
        private Optional<StackStatus> last = Optional.empty();

        Progress(Consumer<StackStatus> listener) {
            this.listener = listener;
        }

        void next(Optional<StackStatus> now) {
            if (!now.equals(last)) {
                last = now;
                now.ifPresent(listener);
            }
        }
    }
}
