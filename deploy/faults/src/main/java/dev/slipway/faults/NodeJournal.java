package dev.slipway.faults;

import dev.slipway.faults.Disk.Claim;
import dev.slipway.faults.Disk.Entry;
import dev.slipway.faults.Disk.Event;
import dev.slipway.faults.Disk.Result;
import dev.slipway.faults.Host.Running;
import dev.slipway.faults.OrderText.StepText;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The node journal's program as the simulation's hosts run it: `journal.sh` function by function,
/// under the same names, with a point of interruption at each of its system calls. That it behaves
/// like the real one is shown by a test that runs both. Left out: output limits, full disks, staged
/// secrets.
final class NodeJournal {
    private static final long LOST_PATIENCE = 500;
    private static final long LOCK_PATIENCE = 3000;
    private static final long KILL_GRACE = 300;

    /// The program ends.
    private static final class Exit extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Exit() {
            super("exit", null, false, false);
        }
    }

    /// The directory in memory through which runner and follower know of each other.
    private static final class Stage {
        final Baton.Signal changed;
        String verdict = "";
        boolean there = true;

        Stage(Baton.Signal changed) {
            this.changed = changed;
        }

        void verdict(String word) {
            verdict = word;
            changed.raise();
        }

        void remove() {
            there = false;
            changed.raise();
        }
    }

    private final Host host;
    private final Baton baton;
    private final Bugs bugs;
    private final OrderText order;
    private final Running self;
    private final long arrived;
    private final Line.Delivery delivery;

    NodeJournal(Running self, OrderText order, Line.Delivery delivery) {
        this(self, order, delivery, self.host().ticks());
    }

    private NodeJournal(Running self, OrderText order, Line.Delivery delivery, long arrived) {
        this.host = self.host();
        this.baton = host.baton;
        this.bugs = host.bugs();
        this.order = order;
        this.self = self;
        this.arrived = arrived;
        this.delivery = delivery;
    }

    private Entry entry(int attempt) {
        return host.disk.entry(order.task(), attempt);
    }

    private String mark(int attempt) {
        return order.task() + "/" + attempt;
    }

    private void pause(long ticks) {
        baton.sleep(Duration.ofMillis(10 * ticks));
    }

    // --- processes ------------------------------------------------------------------------------

    private void killMarked(int attempt) {
        long since = host.ticks();
        baton.sys(); // it looks through every process of the host
        List<Running> left = host.marked(mark(attempt), self);
        while (!left.isEmpty()) {
            boolean insist = host.ticks() - since >= KILL_GRACE;
            for (Running one : left) {
                boolean child = one.process.name.endsWith(" child");
                if ((insist || !one.stubborn) && !(child && bugs.has(Bug.CHILDREN_SURVIVE))) {
                    one.process.kill();
                }
            }
            pause(5);
            left = host.marked(mark(attempt), self);
            if (bugs.has(Bug.CHILDREN_SURVIVE)) {
                left = left.stream().filter(r -> !r.process.name.endsWith(" child")).toList();
            }
        }
    }

    // --- entries --------------------------------------------------------------------------------

    private enum Holder {
        NONE,
        TOMB,
        RUNNING,
        GONE
    }

    private Holder holder(Entry entry) {
        Optional<Claim> claim = entry.claim();
        if (claim.isEmpty()) {
            return Holder.NONE;
        }
        if (claim.get().tomb()) {
            return Holder.TOMB;
        }
        Claim found = claim.get();
        boolean alive =
                host.alive(found.boot(), found.pid(), found.born())
                        || (bugs.has(Bug.BOOT_BLIND) && found.boot() != host.boot());
        return alive ? Holder.RUNNING : Holder.GONE;
    }

    private boolean claim(Entry entry, int generation, String as) {
        var claim = new Claim(as, host.boot(), self.pid, self.born, host.epoch());
        baton.sys(); // the draft is written and synced
        if (bugs.has(Bug.OVERWRITTEN_CLAIM)) {
            entry.overwrite(claim);
        } else if (!entry.link(generation, claim)) {
            return false;
        }
        baton.sys();
        if (!bugs.has(Bug.UNSYNCED_CLAIM)) {
            entry.syncClaims();
        }
        return true;
    }

    private void writeResult(Entry entry, String outcome, String reason, long ticks) {
        baton.sys(); // the draft is written and synced
        entry.result(new Result(outcome, reason, ticks));
        baton.sys();
        entry.syncResult();
    }

    private void fence(int attempt, String reason) {
        Entry entry = entry(attempt);
        baton.sys();
        if (bugs.has(Bug.KILLS_BEFORE_TOMB)) {
            end(entry, attempt);
        }
        do {
            if (entry.result().isPresent()
                    || (bugs.has(Bug.LOST_TOMBSTONE) && holder(entry) == Holder.NONE)) {
                return;
            }
        } while (holder(entry) != Holder.TOMB && !claim(entry, entry.generation() + 1, "tomb"));
        Claim first = entry.firstClaim().orElseThrow();
        if (first.tomb()) {
            writeResult(entry, "NOT_STARTED", reason, 0);
            return;
        }
        end(entry, attempt);
        if (entry.result().isEmpty()) {
            writeResult(
                    entry, "CANCELLED", reason, Math.max(0, host.epoch() - first.epoch()) * 100);
        }
    }

    private void end(Entry entry, int attempt) {
        for (Claim claim : entry.claims()) {
            if (!claim.tomb() && host.alive(claim.boot(), claim.pid(), claim.born())) {
                baton.sys();
                host.find(claim.pid()).ifPresent(r -> r.process.kill());
            }
        }
        killMarked(attempt);
    }

    // --- delivery -------------------------------------------------------------------------------

    /// What the root shell does with the order.
    void deliver(Line line) {
        try {
            baton.sys();
            if (order.kind().equals("cancel")) {
                cancel(line);
                return;
            }
            Entry entry = entry(order.attempt());
            Holder holder = holder(entry);
            Optional<Stage> stage = Optional.empty();
            if (entry.result().isPresent() || holder == Holder.RUNNING || holder == Holder.TOMB) {
                line.tell("=claim attached");
            } else {
                baton.sys();
                stage = Optional.of(launch());
            }
            follow(line, entry, stage);
        } catch (Exit | Line.Gone e) {
            // the shell ends, what it launched goes on
        } finally {
            self.process.kill();
        }
    }

    private int first() {
        return bugs.has(Bug.ADOPTS_ACROSS_RETRY) ? 1 : order.first();
    }

    private Stage launch() {
        var stage = new Stage(baton.signal());
        var runner = host.new Running(mark(order.attempt()), "runner", false);
        runner.process.start(
                "runner",
                () -> {
                    try {
                        new NodeJournal(runner, order, delivery, arrived).runner(stage);
                    } catch (Exit e) {
                        // as it should be
                    } finally {
                        runner.process.kill();
                    }
                });
        return stage;
    }

    private void cancel(Line line) {
        int found = order.attempt();
        int first = bugs.has(Bug.CANCEL_LATEST_ONLY) ? order.attempt() : 1;
        for (int number = first; number <= order.attempt(); number++) {
            fence(number, "RUN_CANCELLED");
            if (number >= first()
                    && entry(number).firstClaim().filter(c -> !c.tomb()).isPresent()) {
                found = number;
            }
        }
        host.witness.ended(host, order);
        line.tell("=claim attached");
        follow(line, entry(found), Optional.empty());
    }

    // --- following ------------------------------------------------------------------------------

    private void follow(Line line, Entry entry, Optional<Stage> stage) {
        int at = (int) Math.min(Integer.MAX_VALUE, order.from());
        int seen = 0;
        boolean told = stage.isEmpty();
        long beat = host.ticks();
        long alive = host.ticks();
        while (true) {
            if (!told) {
                Stage mine = stage.orElseThrow();
                String verdict = mine.verdict.isEmpty() && !mine.there ? "claimed" : mine.verdict;
                switch (verdict) {
                    case "" -> {}
                    case "claimed" -> {
                        line.tell("=claim started");
                        told = true;
                    }
                    default -> {
                        line.tell("=claim attached");
                        told = true;
                    }
                }
            }
            boolean last = entry.result().isPresent();
            int size = entry.outputSize();
            List<Event> events = entry.events();
            for (; seen < events.size(); seen++) {
                Event event = events.get(seen);
                line.tell(text(event));
            }
            if (at < size) {
                byte[] output = entry.output();
                line.tell(("=out " + at + " " + (size - at)));
                line.tell(java.util.Arrays.copyOfRange(output, at, size));
                line.tell("");
                at = size;
            }
            if (last) {
                Result result = entry.result().orElseThrow();
                line.tell(
                        "=end %s %s %d"
                                .formatted(result.outcome(), result.reason(), result.ticks()));
                return;
            }
            Holder holder = holder(entry);
            if (holder != Holder.GONE) {
                alive = host.ticks();
            }
            boolean gone = told && host.ticks() - alive >= LOST_PATIENCE;
            boolean never =
                    holder == Holder.NONE
                            && host.ticks() - arrived > 6000
                            && host.marked(mark(order.attempt()), self).isEmpty();
            if ((gone || never) && entry.result().isEmpty()) {
                line.tell("=lost");
                return;
            }
            if (host.ticks() - beat >= 500) {
                line.tell("=beat");
                beat = host.ticks();
            }
            // The real program looks every half second at most; a change wakes this one.
            if (!told && stage.orElseThrow().verdict.isEmpty()) {
                stage.orElseThrow().changed.await(Duration.ofMillis(500));
            } else {
                entry.changed.await(
                        holder == Holder.GONE ? Duration.ofMillis(500) : Duration.ofSeconds(5));
            }
        }
    }

    private static String text(Event event) {
        return switch (event.kind()) {
            case "begun" -> "=begun " + event.text();
            default -> "=" + event.kind() + " " + event.number() + " " + event.text();
        };
    }

    // --- the runner -----------------------------------------------------------------------------

    private Set<Integer> finished = new HashSet<>();
    private int interrupted;
    private String overOutcome = "";
    private String overReason = "";
    private long began;
    private long deadline;
    private int generation;

    private void runner(Stage stage) {
        baton.sys();
        if (!bugs.has(Bug.NO_FENCE)) {
            for (int lower = 1; lower < order.attempt(); lower++) {
                fence(lower, "ORDER_FENCED");
            }
        }
        if (order.mutating() && !bugs.has(Bug.NO_HOST_LOCK) && !takeLock()) {
            decline(stage, "HOST_BUSY");
        }
        if (bugs.has(Bug.CLAIM_AFTER_START)) {
            runFirstStepTooEarly();
        }
        begin(stage);
        resumePoint();
        if (!overOutcome.isEmpty() && !bugs.has(Bug.RERUN_FAILED)) {
            finish(stage, overOutcome, overReason);
        }
        runSteps(stage);
    }

    private void runFirstStepTooEarly() {
        Entry entry = entry(order.attempt());
        if (entry.claim().isEmpty() && entry.result().isEmpty()) {
            runStep(order.steps().getFirst());
        }
    }

    private void decline(Stage stage, String reason) {
        Entry entry = entry(order.attempt());
        if (holder(entry) == Holder.NONE && claim(entry, 1, "tomb")) {
            writeResult(entry, "NOT_STARTED", reason, 0);
            stage.verdict("claimed");
            throw new Exit();
        }
        stage.verdict("lost");
        throw new Exit();
    }

    private boolean takeLock() {
        long since = host.ticks();
        while (true) {
            baton.sys();
            var highest = host.disk.locks.lastEntry();
            var owner = highest == null ? null : highest.getValue();
            if (owner == null || !lockHeld(owner)) {
                int mine = highest == null ? 1 : highest.getKey() + 1;
                baton.sys();
                var lock =
                        new Disk.Lock(
                                host.boot(), self.pid, self.born, order.task(), order.attempt());
                if (host.disk.locks.putIfAbsent(mine, lock) == null) {
                    baton.sys();
                    if (host.disk.locks.lastKey() == mine) {
                        host.disk.locks.headMap(mine).clear();
                        return true;
                    }
                    host.disk.locks.remove(mine);
                }
                continue;
            }
            if (host.ticks() - since >= LOCK_PATIENCE) {
                return false;
            }
            pause(50);
        }
    }

    private boolean lockHeld(Disk.Lock owner) {
        if (host.alive(owner.boot(), owner.pid(), owner.born())) {
            return true;
        }
        boolean own = owner.task().equals(order.task()) && owner.attempt() == order.attempt();
        return owner.boot() == host.boot()
                && !own
                && !bugs.has(Bug.LOCK_DIES_WITH_RUNNER)
                && host.disk.entry(owner.task(), owner.attempt()).result().isEmpty()
                && !host.marked(owner.task() + "/" + owner.attempt(), self).isEmpty();
    }

    private void begin(Stage stage) {
        Entry entry = entry(order.attempt());
        Holder holder = holder(entry);
        generation = entry.generation();
        switch (holder) {
            case NONE -> {
                boolean late = (host.ticks() - arrived) * 10 >= order.startWithin().toMillis();
                if (late && !bugs.has(Bug.LATE_START)) {
                    decline(stage, "ORDER_EXPIRED");
                }
            }
            case GONE -> killMarked(order.attempt());
            case TOMB, RUNNING -> {
                stage.verdict("lost");
                throw new Exit();
            }
        }
        if (!claim(entry, generation + 1, "run")) {
            stage.verdict("lost");
            throw new Exit();
        }
        if (order.kind().equals("adopt") && entry.events().isEmpty()) {
            adopt(stage, entry);
        }
        baton.sys();
        entry.append(new Event("begun", 0, Long.toString(host.epoch())));
        stage.verdict("claimed");
        self.begun = true;
        host.witness.began(host, order, delivery, generation == 0);
    }

    private void adopt(Stage stage, Entry entry) {
        if (bugs.has(Bug.FORGETFUL_ADOPTION)) {
            return;
        }
        for (int number = order.attempt() - 1; number >= first(); number--) {
            Entry lower = entry(number);
            boolean ran = lower.firstClaim().filter(c -> !c.tomb()).isPresent();
            if (ran && !lower.events().isEmpty()) {
                entry.print(lower.output());
                baton.sys();
                lower.events().forEach(entry::append);
                Optional<Result> result = lower.result();
                if (result.isPresent() && !result.get().reason().equals("ORDER_FENCED")) {
                    settle(
                            stage,
                            result.get().outcome(),
                            result.get().reason(),
                            result.get().ticks());
                }
                return;
            }
        }
    }

    private void resumePoint() {
        long beganEpoch = -1;
        for (Event event : entry(order.attempt()).events()) {
            switch (event.kind()) {
                case "begun" ->
                        beganEpoch = beganEpoch < 0 ? Long.parseLong(event.text()) : beganEpoch;
                case "step" -> {
                    interrupted = event.number();
                    overOutcome = "";
                }
                default -> {
                    if (event.finishes()) {
                        interrupted = 0;
                        finished.add(event.number());
                    } else {
                        boolean doubt = event.text().startsWith("interrupted");
                        overOutcome = doubt ? "INTERRUPTED" : "FAILED";
                        overReason =
                                doubt
                                        ? "INTERRUPTED"
                                        : event.text().startsWith("failed -")
                                                ? "COMMAND_KILLED"
                                                : "COMMAND_FAILED";
                    }
                }
            }
        }
        if (generation == 0) {
            beganEpoch = host.epoch();
        }
        began = host.ticks();
        long timeout = order.timeout().toMillis() / 10;
        deadline = Math.min(began + timeout, began + timeout - (host.epoch() - beganEpoch) * 100);
    }

    private void runSteps(Stage stage) {
        Entry entry = entry(order.attempt());
        for (StepText step : order.steps()) {
            if (finished.contains(step.number())) {
                continue;
            }
            if (interrupted == step.number() && !step.rerun() && !bugs.has(Bug.RERUN_INTERRUPTED)) {
                if (bugs.has(Bug.DOUBT_UNSAID)) {
                    entry.append(new Event("done", step.number(), "succeeded 0 0"));
                    continue;
                }
                entry.append(new Event("done", step.number(), "interrupted - 0"));
                finish(stage, "INTERRUPTED", "INTERRUPTED");
            }
            if (host.ticks() >= deadline) {
                finish(stage, "FAILED", "TASK_TIMEOUT");
            }
            String reason = runStep(step);
            if (!reason.isEmpty()) {
                finish(stage, "FAILED", reason);
            }
        }
        finish(stage, "SUCCEEDED", "-");
    }

    /// @return the reason of its failure; empty if there is none
    private String runStep(StepText step) {
        Entry entry = entry(order.attempt());
        entry.append(new Event("step", step.number(), host.epoch() + " " + entry.outputSize()));
        if (!step.rerun() && !bugs.has(Bug.UNSYNCED_STEP)) {
            baton.sys();
            entry.syncEvents();
        }
        long stepBegan = host.ticks();
        long until = deadline;
        String word = "TASK_TIMEOUT";
        long limit = step.limit().toMillis() / 10;
        if (limit > 0 && stepBegan + limit < deadline) {
            until = stepBegan + limit;
            word = "STEP_TIMEOUT";
        }
        var ended = baton.signal();
        var work = new StepProcess(this.host, mark(order.attempt()), step, order, ended);
        work.start();
        warden(work, until);
        while (work.code().isEmpty() && !work.limited) {
            ended.await(Duration.ofSeconds(5));
        }
        String reason = "";
        String exit = "-";
        if (work.limited) {
            reason = word;
        } else {
            int code = work.code().orElseThrow();
            exit = code > 128 ? "-" : Integer.toString(code);
            reason = code == 0 ? "" : code > 128 ? "COMMAND_KILLED" : "COMMAND_FAILED";
        }
        baton.sys();
        String outcome = reason.isEmpty() ? "succeeded" : "failed";
        entry.append(
                new Event(
                        "done",
                        step.number(),
                        outcome + " " + exit + " " + (host.ticks() - stepBegan)));
        if (!step.rerun()) {
            baton.sys();
            entry.syncEvents();
        }
        if (!reason.isEmpty()) {
            host.witness.recordedFailure(host, order, step);
        }
        return reason;
    }

    /// Ends the step when its time is over, or when its runner is gone.
    private void warden(StepProcess work, long until) {
        var warden = host.new Running(mark(order.attempt()), "warden", false);
        warden.process.start(
                "warden",
                () -> {
                    var eyes = new NodeJournal(warden, order, delivery, arrived);
                    while (work.code().isEmpty()) {
                        if (self.process.dead()) {
                            eyes.killMarked(order.attempt());
                            break;
                        }
                        if (host.ticks() >= until) {
                            work.limited = true;
                            eyes.killStep(work, self);
                            break;
                        }
                        work.ended.await(
                                Duration.ofMillis(10 * Math.min(200, until - host.ticks())));
                    }
                    warden.process.kill();
                });
    }

    private void killStep(StepProcess work, Running runner) {
        long since = host.ticks();
        while (true) {
            List<Running> left =
                    host.marked(mark(order.attempt()), self).stream()
                            .filter(r -> r != runner && !r.process.name.endsWith(" runner"))
                            .toList();
            if (left.isEmpty()) {
                work.ended.raise();
                return;
            }
            boolean insist = host.ticks() - since >= KILL_GRACE;
            left.stream().filter(r -> insist || !r.stubborn).forEach(r -> r.process.kill());
            pause(5);
        }
    }

    private void finish(Stage stage, String outcome, String reason) {
        if (!bugs.has(Bug.RESULT_BEFORE_END)) {
            killMarked(order.attempt());
        }
        settle(stage, outcome, reason, host.ticks() - began);
    }

    private void settle(Stage stage, String outcome, String reason, long ticks) {
        baton.sys(); // the secrets go first
        writeResult(entry(order.attempt()), outcome, reason, ticks);
        stage.remove();
        throw new Exit();
    }

    /// The process of one step.
    private static final class StepProcess {
        private final Host host;
        private final String mark;
        private final StepText step;
        private final OrderText order;
        private final Baton.Signal ended;
        private final Running running;
        private Optional<Integer> code = Optional.empty();
        private boolean limited;

        StepProcess(Host host, String mark, StepText step, OrderText order, Baton.Signal ended) {
            this.host = host;
            this.mark = mark;
            this.step = step;
            this.order = order;
            this.ended = ended;
            this.running = host.new Running(mark, "step", host.baton.chance(0.25));
        }

        Optional<Integer> code() {
            return code;
        }

        void start() {
            running.process.atDeath(() -> {
                if (code.isEmpty()) {
                    code = Optional.of(137);
                }
                ended.raise();
            });
            running.process.start("step", this::work);
        }

        private void work() {
            Entry entry = host.disk.entry(order.task(), order.attempt());
            host.witness.ran(host, order, step);
            if (!step.script().output().isEmpty()) {
                entry.print(step.script().output().getBytes(StandardCharsets.UTF_8));
            }
            if (step.script().child().isPositive()) {
                var child = host.new Running(mark, "child", host.baton.chance(0.3));
                child.process.start(
                        "child",
                        () -> {
                            host.baton.sleep(step.script().child());
                            child.process.kill();
                        });
            }
            if (step.script().runs().isPositive()) {
                host.baton.sleep(step.script().runs());
            }
            code = Optional.of(step.script().exit());
            host.witness.finished(host, order, step, step.script().exit());
            running.process.kill();
        }
    }
}
