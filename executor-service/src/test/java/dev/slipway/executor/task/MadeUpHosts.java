package dev.slipway.executor.task;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.HostTarget;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.executor.ssh.HostAccess;
import dev.slipway.executor.ssh.RemoteShell;
import dev.slipway.executor.ssh.RootChannel;
import dev.slipway.executor.ssh.SshFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/// Hosts whose journal says what a test wants it to say; no SSH. Each knows one task: who comes
/// first starts it, and later ones attach.
final class MadeUpHosts implements RemoteShell {
    /// A host was entered.
    ///
    /// @param at [System#nanoTime]
    record Visit(HostAddress host, long at) {}

    final List<Visit> visits = new CopyOnWriteArrayList<>();
    private final Set<HostAddress> known = ConcurrentHashMap.newKeySet();
    private volatile Optional<ReasonCode> shut = Optional.empty();
    private volatile CountDownLatch door = new CountDownLatch(0);
    private volatile boolean deaf;
    private volatile CompletableFuture<Void> finished = CompletableFuture.completedFuture(null);

    /// From now on programs run until [#finish()].
    void work() {
        finished = new CompletableFuture<>();
    }

    void finish() {
        finished.complete(null);
    }

    /// From now on nobody gets in, until [#open()].
    void shut(ReasonCode why) {
        shut = Optional.of(why);
    }

    void open() {
        shut = Optional.empty();
        door.countDown();
    }

    /// From now on who comes stands at the door, until [#open()]. Who is called away there takes it
    /// for a refusal, as an SSH client does.
    void stall() {
        door = new CountDownLatch(1);
    }

    /// From now on who comes stands at the door, until [#open()], and hears no call.
    void jam() {
        stall();
        deaf = true;
    }

    private void pass(HostTarget target) {
        boolean called = false;
        while (door.getCount() > 0) {
            try {
                door.await();
            } catch (InterruptedException e) {
                if (!deaf) {
                    throw new SshFailure(
                            ReasonCode.AUTHENTICATION_FAILED,
                            "cannot sign in to " + target.address(),
                            e);
                }
                called = true;
            }
        }
        if (called) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public RootChannel open(HostTarget target, HostAccess access) {
        visits.add(new Visit(target.address(), System.nanoTime()));
        pass(target);
        if (shut.isPresent()) {
            throw new SshFailure(shut.get(), "cannot enter " + target.address());
        }
        return new Channel(finished, known.add(target.address()) ? "started" : "attached");
    }

    private static InputStream text(String text) {
        return new ByteArrayInputStream(text.getBytes(US_ASCII));
    }

    private static final class Channel implements RootChannel {
        private final CompletableFuture<Void> finished;
        private final String claim;
        private final CompletableFuture<Void> closed = new CompletableFuture<>();

        Channel(CompletableFuture<Void> finished, String claim) {
            this.finished = finished;
            this.claim = claim;
        }

        @Override
        public OutputStream input() {
            return OutputStream.nullOutputStream();
        }

        @Override
        public InputStream output() {
            return new SequenceInputStream(
                    text("=claim " + claim + "\n=begun 1700000000\n"),
                    new SequenceInputStream(new WhenFinished(), text("=end SUCCEEDED - 1\n")));
        }

        @Override
        public Optional<String> newHostKey() {
            return Optional.empty();
        }

        @Override
        public void close() {
            closed.complete(null);
        }

        private final class WhenFinished extends InputStream {
            @Override
            public int read() throws IOException {
                CompletableFuture.anyOf(finished, closed).join();
                if (closed.isDone()) {
                    throw new IOException("the channel was closed");
                }
                return -1;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return read();
            }
        }
    }
}
