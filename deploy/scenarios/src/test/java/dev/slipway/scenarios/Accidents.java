package dev.slipway.scenarios;

import dev.slipway.simulator.Fault;
import dev.slipway.simulator.RunningHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Accidents of one kind: the first time that a phase of a run begins, something breaks, unless it
/// is broken already. What comes of it is mended when the command that follows the run has ended.
final class Accidents {
    enum Kind {
        HOST_DIES,
        COMMANDS_FAIL,
        API_AWAY
    }

    private static final Pattern BEGINS = Pattern.compile("==> ([a-z-]+) \\(");

    /// It changes nothing, and is done again as a whole while there is no plan.
    private static final String INSPECT = "inspect";

    private final Fleet fleet;
    private final Kind kind;
    private final Set<String> met = new LinkedHashSet<>();
    private final List<RunningHost> off = new ArrayList<>();
    private int seen;
    private boolean hasApi;

    Accidents(Fleet fleet, Kind kind) {
        this.fleet = fleet;
        this.kind = kind;
    }

    /// The phases at whose beginning something was broken.
    Set<String> met() {
        return met;
    }

    Cli.Result happen(Boundary.Command command) {
        seen = phases(command.history()).size();
        Cli.Result result = command.run(this::watch);
        mend();
        return result;
    }

    private void watch(String printed) {
        List<String> begun = phases(printed);
        for (; seen < begun.size(); seen++) {
            begins(begun.get(seen));
        }
    }

    private static List<String> phases(String printed) {
        return BEGINS.matcher(printed).results().map((MatchResult m) -> m.group(1)).toList();
    }

    private void begins(String phase) {
        if (phase.equals(INSPECT) || !met.add(phase) || !off.isEmpty()) {
            return;
        }
        hasApi |= answers();
        int host = phase.endsWith("workers") ? fleet.hosts().size() : 1;
        RunningHost victim = fleet.host(host);
        switch (kind) {
            case HOST_DIES -> {
                victim.powerOff();
                off.add(victim);
            }
            case COMMANDS_FAIL -> inject(victim);
            case API_AWAY -> Trap.silenceTheApi(victim);
        }
    }

    /// A host that died while it was installed has no API that would come back.
    private void mend() {
        off.forEach(RunningHost::powerOn);
        off.clear();
        Boundary.clear(fleet.hosts());
        if (hasApi) {
            Boundary.awaitApi(fleet.host(1));
        }
    }

    private boolean answers() {
        try {
            return fleet.host(1).run(Boundary.READY).equals("ok");
        } catch (RuntimeException _) {
            return false;
        }
    }

    private static void inject(RunningHost victim) {
        try {
            victim.inject(Fault.fail("*", "*", 1, "a simulated failure"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
