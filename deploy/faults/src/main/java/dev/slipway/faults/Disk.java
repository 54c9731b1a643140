package dev.slipway.faults;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What the node journal keeps on a host's disk, and how much of it outlives a power cut: what was
/// synced, and of the rest what chance leaves.
final class Disk {
    /// Whose an entry is.
    ///
    /// @param holder `run` or `tomb`
    record Claim(String holder, int boot, int pid, long born, long epoch) {
        boolean tomb() {
            return holder.equals("tomb");
        }
    }

    /// @param ticks centiseconds
    record Result(String outcome, String reason, long ticks) {}

    /// One line of an entry's events.
    ///
    /// @param kind `begun`, `step` or `done`
    record Event(String kind, int number, String text) {
        /// Whether a step ended well enough not to be run again.
        boolean finishes() {
            return kind.equals("done")
                    && (text.startsWith("succeeded") || text.startsWith("skipped"));
        }
    }

    /// The directory of one attempt.
    static final class Entry {
        final Baton.Signal changed;
        private final List<Claim> claims = new ArrayList<>();
        private final List<Event> events = new ArrayList<>();
        private final ByteArrayOutputStream output = new ByteArrayOutputStream();
        private @Nullable Result result;
        private int claimsSynced;
        private int eventsSynced;
        private boolean resultSynced;

        Entry(Baton.Signal changed) {
            this.changed = changed;
        }

        int generation() {
            return claims.size();
        }

        Optional<Claim> claim() {
            return claims.isEmpty() ? Optional.empty() : Optional.of(claims.getLast());
        }

        List<Claim> claims() {
            return List.copyOf(claims);
        }

        Optional<Claim> firstClaim() {
            return claims.isEmpty() ? Optional.empty() : Optional.of(claims.getFirst());
        }

        /// The hard link: succeeds for one only.
        boolean link(int generation, Claim claim) {
            if (claims.size() >= generation) {
                return false;
            }
            claims.add(claim);
            changed.raise();
            return true;
        }

        /// A claim that replaces what is there: only a broken journal does that.
        void overwrite(Claim claim) {
            claims.add(claim);
            changed.raise();
        }

        void syncClaims() {
            claimsSynced = claims.size();
        }

        List<Event> events() {
            return List.copyOf(events);
        }

        void append(Event event) {
            events.add(event);
            changed.raise();
        }

        void syncEvents() {
            eventsSynced = events.size();
        }

        byte[] output() {
            return output.toByteArray();
        }

        int outputSize() {
            return output.size();
        }

        void print(byte[] bytes) {
            output.writeBytes(bytes);
            changed.raise();
        }

        Optional<Result> result() {
            return Optional.ofNullable(result);
        }

        void result(Result value) {
            result = value;
            changed.raise();
        }

        /// As if the power had failed before it was written.
        void loseResult() {
            result = null;
        }

        void syncResult() {
            resultSynced = true;
        }

        private void cut(Random random) {
            if (claimsSynced == 0 && random.nextBoolean()) {
                // The directory itself is gone.
                claims.clear();
                events.clear();
                result = null;
            }
            cut(claims, Math.min(claimsSynced, claims.size()), random);
            cut(events, Math.min(eventsSynced, events.size()), random);
            if (!resultSynced && result != null && random.nextBoolean()) {
                result = null;
            }
            claimsSynced = claims.size();
            eventsSynced = events.size();
            resultSynced = result != null;
        }

        private static void cut(List<?> lines, int synced, Random random) {
            int rest = lines.size() - synced;
            if (rest > 0) {
                int kept = synced + random.nextInt(rest + 1);
                lines.subList(kept, lines.size()).clear();
            }
        }
    }

    /// Who changes the host.
    record Lock(int boot, int pid, long born, String task, int attempt) {}

    private final Baton baton;
    private final Map<String, TreeMap<Integer, Entry>> tasks = new LinkedHashMap<>();
    final TreeMap<Integer, Lock> locks = new TreeMap<>();

    Disk(Baton baton) {
        this.baton = baton;
    }

    /// Makes the directory where it is missing.
    Entry entry(String task, int attempt) {
        return tasks.computeIfAbsent(task, _ -> new TreeMap<>(Comparator.naturalOrder()))
                .computeIfAbsent(attempt, _ -> new Entry(baton.signal()));
    }

    void powerCut(Random random) {
        tasks.values().forEach(entries -> entries.values().forEach(e -> e.cut(random)));
        if (!locks.isEmpty() && random.nextBoolean()) {
            locks.pollLastEntry();
        }
    }
}
