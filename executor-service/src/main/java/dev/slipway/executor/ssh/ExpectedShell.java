package dev.slipway.executor.ssh;

import dev.slipway.contracts.order.HostTarget;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.sshd.client.session.ClientSession;

/// A root shell that is opened on a warm session before it is certain who may use it, since opening
/// takes as long as asking for materials does. It knows no secret and is told nothing until
/// somebody takes it; if nobody does, it is closed.
final class ExpectedShell {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final CompletableFuture<Optional<MinaRootChannel>> opened = new CompletableFuture<>();
    private final AtomicBoolean taken = new AtomicBoolean();

    /// Begins to open it.
    ///
    /// @param target whose user is root: sudo would note every try that is refused
    /// @param ready called when the host has answered
    ExpectedShell(RootShells roots, ClientSession session, HostTarget target, Runnable ready) {
        Thread.ofVirtual()
                .name("ssh-expect-" + target.address())
                .start(() -> {
                    Optional<MinaRootChannel> channel = open(roots, session, target);
                    if (channel.isPresent()) {
                        ready.run();
                    }
                    opened.complete(channel);
                    dismissUnlessTaken();
                });
    }

    private static Optional<MinaRootChannel> open(
            RootShells roots, ClientSession session, HostTarget target) {
        try {
            return Optional.of(roots.open(session, target, Optional.empty()));
        } catch (IOException | SshFailure e) {
            // Whoever comes for a shell tries again, and says why it cannot be had.
            return Optional.empty();
        }
    }

    private void dismissUnlessTaken() {
        try {
            Thread.sleep(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (taken.compareAndSet(false, true)) {
            dismiss();
        }
    }

    private void dismiss() {
        opened.thenAccept(channel -> channel.ifPresent(MinaRootChannel::dismiss));
    }

    /// Whether nobody can have it any more.
    boolean isTaken() {
        return taken.get();
    }

    /// @return empty if somebody else has it, or it could not be opened
    Optional<MinaRootChannel> take() {
        if (!taken.compareAndSet(false, true)) {
            return Optional.empty();
        }
        try {
            return opened.get().filter(MinaRootChannel::isOpen);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            dismiss();
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException("an expected shell is opened or not", e.getCause());
        }
    }
}
