package dev.slipway.faults;

import dev.slipway.contracts.id.HostAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A machine: its boots, its processes, its disk, and the root shell that a channel gets.
final class Host {
    /// A process of this boot.
    final class Running {
        final int pid;
        final long born;
        final String mark;
        final Baton.Unit process;
        final boolean stubborn;
        final boolean works;

        /// Whether it is a program that has made an attempt its own.
        boolean begun;

        /// @param mark the task and attempt in its environment; empty for a shell
        Running(String mark, String name, boolean stubborn) {
            this.pid = nextPid++;
            this.born = ticks();
            this.mark = mark;
            this.stubborn = stubborn;
            this.works = name.equals("step") || name.equals("child");
            this.process = baton.process(address.address() + "#" + pid + " " + name);
            process.trap(trap);
            all.add(process);
            process.atDeath(() -> running.remove(this));
            running.add(this);
        }

        Host host() {
            return Host.this;
        }
    }

    final HostAddress address;
    final Baton baton;
    final Disk disk;
    final Onlooker witness;
    private final Bugs bugs;
    private final List<Baton.Unit> all;
    private final List<Running> running = new ArrayList<>();
    private final List<Line> lines = new ArrayList<>();
    private final Duration clockAhead;
    private boolean up = true;
    private int boot = 1;
    private int nextPid = 100;
    private Duration bootedAt = Duration.ZERO;
    private Baton.@Nullable Trap trap;

    /// @param all where every process is noted, to be ended with the simulation
    Host(HostAddress address, Baton baton, Onlooker witness, Bugs bugs, List<Baton.Unit> all) {
        this.address = address;
        this.baton = baton;
        this.witness = witness;
        this.bugs = bugs;
        this.all = all;
        this.disk = new Disk(baton);
        this.clockAhead = Duration.ofMillis(baton.random.nextInt(20_000) - 10_000);
    }

    boolean up() {
        return up;
    }

    int boot() {
        return boot;
    }

    Bugs bugs() {
        return bugs;
    }

    /// Centiseconds since boot.
    long ticks() {
        return baton.elapsed().minus(bootedAt).toMillis() / 10;
    }

    /// Seconds, by the host's own clock.
    long epoch() {
        return baton.now().plus(clockAhead).getEpochSecond();
    }

    List<Running> running() {
        return List.copyOf(running);
    }

    boolean alive(int ofBoot, int pid, long born) {
        return ofBoot == boot && running.stream().anyMatch(r -> r.pid == pid && r.born == born);
    }

    Optional<Running> find(int pid) {
        return running.stream().filter(r -> r.pid == pid).findFirst();
    }

    /// Those that carry the mark, but for the given.
    List<Running> marked(String mark, Running except) {
        return running.stream().filter(r -> r.mark.equals(mark) && r != except).toList();
    }

    /// Whether a step of the task runs here.
    boolean works(String task) {
        return running.stream().anyMatch(r -> r.works && r.mark.startsWith(task + "/"));
    }

    /// Whether a step of the attempt runs here.
    boolean works(String task, int attempt) {
        return running.stream().anyMatch(r -> r.works && r.mark.equals(task + "/" + attempt));
    }

    /// The programs that work on the attempt.
    long programs(String mark) {
        return running.stream().filter(r -> r.begun && r.mark.equals(mark)).count();
    }

    /// @param sender the process that opens it
    Line open(String sender, Network.Link link) {
        var line = new Line(baton, sender, link, this::deliver);
        lines.add(line);
        return line;
    }

    private void deliver(Line line, byte[] sent) {
        if (!up) {
            return;
        }
        Optional<OrderText> order = OrderText.read(sent);
        if (order.isEmpty()) {
            line.end();
            return;
        }
        var shell = new Running("", "shell", false);
        shell.process.start(
                "deliver",
                () -> new NodeJournal(shell, order.get(), line.delivery()).deliver(line));
        shell.process.atDeath(line::end);
    }

    /// A program of the host dies by itself or by the kernel's hand.
    void killOne() {
        List<Running> candidates = running.stream().filter(r -> !r.mark.isEmpty()).toList();
        if (!candidates.isEmpty()) {
            crash(candidates.get(baton.random.nextInt(candidates.size())));
        }
    }

    /// The same to the one that makes the given system call from now on, in the middle of it.
    void killAtWork(int call) {
        trap(
                new Baton.Trap(
                        Baton.Call.ANY,
                        call,
                        () -> {
                            Baton.Unit working = baton.running().process();
                            running.stream()
                                    .filter(r -> r.process == working && !r.mark.isEmpty())
                                    .findFirst()
                                    .ifPresent(this::crash);
                        }));
    }

    private void crash(Running victim) {
        witness.crashed(this, victim.mark);
        victim.process.kill();
    }

    /// @param set for all its processes, those to come too; absent to take it away
    void trap(Baton.@Nullable Trap set) {
        trap = set;
        running.forEach(r -> r.process.trap(set));
    }

    /// @param powerCut whether what was not synced may be lost
    void goDown(boolean powerCut) {
        if (!up) {
            return;
        }
        up = false;
        trap = null;
        witness.rebooted(this);
        lines.forEach(Line::cut);
        lines.clear();
        running().forEach(r -> r.process.kill());
        if (powerCut) {
            disk.powerCut(baton.random);
        }
    }

    void comeUp() {
        if (!up) {
            up = true;
            boot++;
            bootedAt = baton.elapsed();
            nextPid = 100;
        }
    }
}
