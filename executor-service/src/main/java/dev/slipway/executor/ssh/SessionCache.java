package dev.slipway.executor.ssh;

import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.HostTarget;
import dev.slipway.contracts.order.SshCredential;
import dev.slipway.executor.ExecutorConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.apache.sshd.client.session.ClientSession;
import org.jspecify.annotations.Nullable;

/// Open sessions per host, user and credential; one that nobody has used for a while is closed. A
/// warm session is worth ten cold ones.
final class SessionCache {
    private record Key(HostAddress host, String user, ContentDigest credential) {}

    private static final class Entry {
        final ClientSession session;
        int users;
        long idleSince = System.nanoTime();

        Entry(ClientSession session) {
            this.session = session;
        }
    }

    /// A session for one channel.
    interface Lease {
        ClientSession session();

        /// Whether it was warm.
        boolean reused();

        /// Gives it back.
        void release();

        /// It is broken: nobody shall get it again.
        void discard();
    }

    private final Map<Key, Entry> entries = new HashMap<>();
    private final Duration idle;
    private final Sessions sessions;
    private final Thread sweeper;

    SessionCache(ExecutorConfig.Ssh config, Sessions sessions) {
        this.idle = config.sessionIdle();
        this.sessions = sessions;
        this.sweeper = Thread.ofVirtual().name("ssh-idle").start(this::sweepForever);
    }

    synchronized int size() {
        return (int) entries.values().stream().filter(e -> e.session.isOpen()).count();
    }

    Lease lease(HostTarget target, HostAccess access) {
        Key key = new Key(target.address(), target.user(), digest(access.credential()));
        Entry warm = takeWarm(key, target);
        if (warm != null) {
            return new Held(key, warm, true);
        }
        return new Held(key, put(key, sessions.connect(target, access.credential())), false);
    }

    private synchronized @Nullable Entry takeWarm(Key key, HostTarget target) {
        Entry entry = entries.get(key);
        if (entry == null) {
            return null;
        }
        // Keys may have been pinned or replaced since: what was trusted then is looked at again.
        boolean trusted = new HostKeys(target).accepts(entry.session.getServerKey());
        if (!entry.session.isOpen() || !trusted) {
            entries.remove(key, entry);
            closeUnused(entry);
            return null;
        }
        entry.users++;
        return entry;
    }

    private synchronized Entry put(Key key, ClientSession session) {
        Entry entry = new Entry(session);
        entry.users = 1;
        Entry other = entries.put(key, entry);
        if (other != null) {
            closeUnused(other);
        }
        return entry;
    }

    private void closeUnused(Entry entry) {
        if (entry.users == 0) {
            entry.session.close(true);
        }
    }

    private synchronized void release(Key key, Entry entry, boolean broken) {
        entry.users--;
        entry.idleSince = System.nanoTime();
        if (broken || !entry.session.isOpen()) {
            entries.remove(key, entry);
        }
        if (entries.get(key) != entry) {
            closeUnused(entry);
        }
    }

    private void sweepForever() {
        try {
            while (true) {
                Thread.sleep(idle.dividedBy(4).plusMillis(50));
                sweep();
            }
        } catch (InterruptedException e) {
            // Closed.
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void sweep() {
        for (Iterator<Entry> all = entries.values().iterator(); all.hasNext(); ) {
            Entry entry = all.next();
            boolean old = System.nanoTime() - entry.idleSince > idle.toNanos();
            if (entry.users == 0 && (old || !entry.session.isOpen())) {
                all.remove();
                entry.session.close(false);
            }
        }
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
