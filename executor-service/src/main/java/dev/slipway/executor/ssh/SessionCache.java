package dev.slipway.executor.ssh;

import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.HostTarget;
import dev.slipway.contracts.order.SshCredential;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.executor.ExecutorConfig;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.util.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/// Open sessions per host, user, credential and way there; hosts behind the same jump host share
/// the session to it. A warm session is worth ten cold ones; one that nobody has used for a while
/// is closed, as is the one idle longest where there are too many, and one that does not answer is
/// replaced before it is used.
final class SessionCache {
    private static final String KEEP_ALIVE = "keepalive@openssh.com";

    /// A session that answered so recently is not asked again.
    private static final Duration FRESH = Duration.ofSeconds(1);

    /// @param via the jump host before it
    /// @param jump whether it is on the way to others: then it is no place for tasks
    private record Key(
            Optional<Key> via,
            HostAddress host,
            String user,
            ContentDigest credential,
            boolean jump) {
        static Key of(List<Stop> way) {
            Stop stop = way.getLast();
            return new Key(
                    before(way).map(Key::of),
                    stop.address(),
                    stop.user(),
                    digest(stop.credential()),
                    stop.jump());
        }
    }

    /// What is trusted of a host belongs to an attempt to connect to it: who trusts something else
    /// makes another one.
    private record Attempt(Key key, List<String> hostKeys, boolean acceptNewHostKey) {}

    private static final class Entry {
        final ClientSession session;
        final Attempt attempt;
        int users = 1;
        final AtomicReference<@Nullable ExpectedShell> expected = new AtomicReference<>();
        long idleSince = System.nanoTime();
        volatile long answered = System.nanoTime();

        Entry(ClientSession session, Attempt attempt) {
            this.session = session;
            this.attempt = attempt;
        }

        Duration idle() {
            return Duration.ofNanos(System.nanoTime() - idleSince);
        }

        /// Keys may have been pinned or replaced since, or a certificate may have expired: then
        /// what the host showed is to be looked at again.
        boolean isTrustedBy(Attempt other) {
            return attempt.equals(other) && !(session.getServerKey() instanceof OpenSshCertificate);
        }

        boolean isExpecting() {
            @Nullable ExpectedShell shell = expected.get();
            return shell != null && !shell.isTaken();
        }

        void heard() {
            answered = System.nanoTime();
        }

        /// Whether there is still somebody at the other end.
        boolean answers(Duration patience) {
            if (Duration.ofNanos(System.nanoTime() - answered).compareTo(FRESH) < 0) {
                return true;
            }
            try {
                Buffer request = session.createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST);
                request.putString(KEEP_ALIVE);
                request.putBoolean(true);
                // Refused or granted: it is an answer.
                var _ = session.request(KEEP_ALIVE, request, patience);
                heard();
                return true;
            } catch (SocketTimeoutException e) {
                return false;
            } catch (InterruptedIOException e) {
                // Who is called away meanwhile has learnt nothing about the session.
                Thread.currentThread().interrupt();
                return true;
            } catch (IOException | RuntimeException e) {
                return false;
            }
        }
    }

    /// A session for one channel.
    interface Lease {
        ClientSession session();

        /// Whether it was warm.
        boolean reused();

        /// The root shell that was expected on it, for one taker.
        Optional<MinaRootChannel> expectedShell();

        /// Gives it back.
        void release();

        /// It is broken: nobody shall get it again.
        void discard();
    }

    private final Map<Key, List<Entry>> entries = new HashMap<>();

    /// By which key a host was last connected to, not by way of another.
    private final Map<HostAddress, Key> latest = new HashMap<>();

    private final Map<Attempt, CompletableFuture<Entry>> connecting = new HashMap<>();
    private final ExecutorConfig.Ssh config;
    private final Sessions sessions;
    private final Thread sweeper;
    private int count;

    SessionCache(ExecutorConfig.Ssh config, Sessions sessions) {
        this.config = config;
        this.sessions = sessions;
        this.sweeper = Thread.ofVirtual().name("ssh-idle").start(this::sweepForever);
    }

    synchronized int size() {
        return (int) all().stream().filter(entry -> entry.session.isOpen()).count();
    }

    /// A warm session, or a new one. Those who ask for the same at the same time wait for one
    /// connection.
    ///
    /// @throws SshFailure if there is none to be had
    Lease lease(HostTarget target, HostAccess access) {
        return lease(Stop.way(target, access));
    }

    /// Opens a root shell on an idle session to the host as its root, if there is one that was
    /// connected to directly and trusts the same keys; by which credential, whoever comes to take
    /// it has to show.
    void expect(HostTarget target, RootShells roots) {
        idle(target)
                .ifPresent(entry ->
                        entry.expected.set(
                                new ExpectedShell(roots, entry.session, target, entry::heard)));
    }

    private synchronized Optional<Entry> idle(HostTarget target) {
        @Nullable Key key = latest.get(target.address());
        if (key == null || !key.user().equals(target.user()) || !target.jump().isEmpty()) {
            return Optional.empty();
        }
        var attempt = new Attempt(key, target.hostKeys(), target.acceptNewHostKey());
        return entries.getOrDefault(key, List.of()).stream()
                .filter(entry -> entry.users == 0 && !entry.isExpecting())
                .filter(entry -> entry.session.isOpen() && entry.isTrustedBy(attempt))
                .findFirst();
    }

    private Held lease(List<Stop> way) {
        Key key = Key.of(way);
        Stop stop = way.getLast();
        var attempt = new Attempt(key, stop.hostKeys(), stop.acceptNewHostKey());
        while (true) {
            @Nullable Held warm = takeWarm(attempt, stop);
            if (warm == null) {
                var mine = new CompletableFuture<Entry>();
                @Nullable CompletableFuture<Entry> others = begin(attempt, mine);
                if (others == null) {
                    return new Held(key, connected(attempt, way, mine), false);
                }
                var _ = await(others, stop);
            } else if (warm.entry.answers(config.warmCheck())) {
                return warm;
            } else {
                // Others may use it; if it is dead, they notice by its keep-alives.
                warm.discard();
            }
        }
    }

    private synchronized @Nullable Held takeWarm(Attempt attempt, Stop stop) {
        Key key = attempt.key();
        for (Entry entry : List.copyOf(entries.getOrDefault(key, List.of()))) {
            boolean trusted =
                    entry.isTrustedBy(attempt)
                            || Sessions.trusts(new HostKeys(stop), entry.session);
            if (!entry.session.isOpen() || !trusted) {
                remove(key, entry);
            } else if (stop.jump() || entry.users < config.tasksPerSession()) {
                entry.users++;
                return new Held(key, entry, true);
            }
        }
        return null;
    }

    /// @return the same attempt of somebody else, which is under way
    private synchronized @Nullable CompletableFuture<Entry> begin(
            Attempt attempt, CompletableFuture<Entry> mine) {
        return connecting.putIfAbsent(attempt, mine);
    }

    /// Connects on a thread of its own: who waits may be called away, and others wait too. Whoever
    /// began it has the session first, dead or alive: so everybody comes to an end.
    private Entry connected(Attempt attempt, List<Stop> way, CompletableFuture<Entry> connected) {
        Thread.ofVirtual()
                .name("ssh-connect-" + attempt.key().host())
                .start(() -> connect(attempt, way, connected));
        try {
            return await(connected, way.getLast());
        } catch (SshFailure e) {
            connected.thenAccept(unwanted -> release(attempt.key(), unwanted, false));
            throw e;
        }
    }

    private void connect(Attempt attempt, List<Stop> way, CompletableFuture<Entry> connected) {
        try {
            connected.complete(put(attempt, session(way)));
        } catch (RuntimeException | Error e) {
            end(attempt);
            connected.completeExceptionally(e);
        }
    }

    private ClientSession session(List<Stop> way) {
        Stop stop = way.getLast();
        Optional<List<Stop>> before = before(way);
        if (before.isEmpty()) {
            return sessions.connect(stop, Optional.empty());
        }
        Held via = lease(before.get());
        try {
            ClientSession session =
                    sessions.connect(
                            stop,
                            Optional.of(new Sessions.Via(before.get().getLast(), via.session())));
            session.addCloseFutureListener(_ -> via.release());
            return session;
        } catch (RuntimeException | Error e) {
            via.release();
            throw e;
        }
    }

    private static Optional<List<Stop>> before(List<Stop> way) {
        return way.size() == 1 ? Optional.empty() : Optional.of(way.subList(0, way.size() - 1));
    }

    private synchronized Entry put(Attempt attempt, ClientSession session) {
        Entry entry = new Entry(session, attempt);
        connecting.remove(attempt);
        entries.computeIfAbsent(attempt.key(), _ -> new ArrayList<>()).add(entry);
        if (attempt.key().via().isEmpty() && !attempt.key().jump()) {
            latest.put(attempt.key().host(), attempt.key());
        }
        count++;
        return entry;
    }

    private synchronized void end(Attempt attempt) {
        connecting.remove(attempt);
    }

    private static Entry await(CompletableFuture<Entry> connected, Stop stop) {
        try {
            return connected.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SshFailure failure) {
                throw failure;
            }
            throw new IllegalStateException("cannot connect to %s".formatted(stop), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SshFailure(
                    ReasonCode.SESSION_LOST,
                    "cannot wait for the connection to %s: called away".formatted(stop),
                    e);
        }
    }

    private void remove(Key key, Entry entry) {
        @Nullable List<Entry> ofKey = entries.get(key);
        if (ofKey != null && ofKey.remove(entry)) {
            count--;
        }
        if (ofKey != null && ofKey.isEmpty()) {
            entries.remove(key);
            latest.remove(key.host(), key);
        }
        if (entry.users == 0) {
            entry.session.close(true);
        }
    }

    private synchronized void release(Key key, Entry entry, boolean broken) {
        entry.users--;
        entry.idleSince = System.nanoTime();
        boolean kept = entries.getOrDefault(key, List.of()).contains(entry);
        if (broken || !entry.session.isOpen() || !kept) {
            remove(key, entry);
        }
        closeSurplus();
    }

    private List<Entry> all() {
        return entries.values().stream().flatMap(List::stream).toList();
    }

    private void closeSurplus() {
        if (count <= config.warmSessions()) {
            return;
        }
        List<Entry> idle =
                all().stream()
                        .filter(entry -> entry.users == 0)
                        .sorted(Comparator.comparing(Entry::idle).reversed())
                        .toList();
        int surplus = Math.max(0, idle.size() - config.warmSessions());
        close(idle.subList(0, surplus));
    }

    private void close(List<Entry> unwanted) {
        entries.values().forEach(ofKey -> ofKey.removeAll(unwanted));
        entries.values().removeIf(List::isEmpty);
        latest.values().removeIf(key -> !entries.containsKey(key));
        count -= unwanted.size();
        unwanted.forEach(entry -> entry.session.close(false));
    }

    private void sweepForever() {
        try {
            while (true) {
                Thread.sleep(config.sessionIdle().dividedBy(4).plusMillis(50));
                sweep();
            }
        } catch (InterruptedException e) {
            // Closed.
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void sweep() {
        close(
                all().stream()
                        .filter(entry -> entry.users == 0)
                        .filter(entry ->
                                !entry.session.isOpen()
                                        || entry.idle().compareTo(config.sessionIdle()) > 0)
                        .toList());
    }

    void close() {
        sweeper.interrupt();
        sessions.close();
    }

    private static ContentDigest digest(SshCredential credential) {
        String text =
                switch (credential) {
                    case SshCredential.Key(var key, var passphrase) ->
                            "key\n" + key + "\n" + passphrase.orElse("");
                    case SshCredential.Password(var password) -> "password\n" + password;
                    case SshCredential.Certified certified -> UserCertificates.rights(certified);
                    case SshCredential.Certificate() -> "certificate";
                };
        return ContentDigest.ofBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private final class Held implements Lease {
        private final Key key;
        private final Entry entry;
        private final boolean reused;
        private boolean given;

        Held(Key key, Entry entry, boolean reused) {
            this.key = key;
            this.entry = entry;
            this.reused = reused;
        }

        @Override
        public ClientSession session() {
            return entry.session;
        }

        @Override
        public boolean reused() {
            return reused;
        }

        @Override
        public Optional<MinaRootChannel> expectedShell() {
            return Optional.ofNullable(entry.expected.getAndSet(null)).flatMap(ExpectedShell::take);
        }

        @Override
        public void release() {
            giveBack(false);
        }

        @Override
        public void discard() {
            giveBack(true);
        }

        private synchronized void giveBack(boolean broken) {
            if (!given) {
                given = true;
                SessionCache.this.release(key, entry, broken);
            }
        }
    }
}
