package dev.slipway.executor.task;

import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.Part;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.executor.journal.ContentProgram;
import dev.slipway.executor.journal.ContentProgram.Answer;
import dev.slipway.executor.ssh.HostAccess;
import dev.slipway.executor.ssh.RemoteShell;
import dev.slipway.executor.ssh.RootChannel;
import dev.slipway.executor.ssh.SshFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/// Brings the files of the content store that orders name to their hosts, before their programs
/// start: over the host's session, by channels of their own, from the planner straight to the
/// channel. What the host lets in is what is read, so no file is ever in memory. Only some are sent
/// at once, over all orders; a host that has everything waits for nobody.
final class ContentCourier {
    private static final Logger LOG = Logger.getLogger(ContentCourier.class);
    private static final int PIECE_BYTES = 64 * 1024;

    /// A file will never get there.
    record Refused(ReasonCode reason, String message) {}

    private final Supplies supplies;
    private final RemoteShell shell;
    private final Pace pace;
    private final Semaphore uploads;
    private final ContentProgram program = ContentProgram.standard();

    /// @param atOnce how many files are on their way at once
    ContentCourier(Supplies supplies, RemoteShell shell, Pace pace, int atOnce) {
        this.supplies = supplies;
        this.shell = shell;
        this.pace = pace;
        this.uploads = new Semaphore(atOnce, true);
    }

    /// Brings what the host lacks. Where the order may not start any more, or `over` says so,
    /// nothing (more) is sent, and the host's journal has the last word.
    ///
    /// @param open is told the channel in use, so that it can be closed from outside
    /// @return why a file will never get there; nothing if all are there or it is too late
    /// @throws IOException if it was cut off: the next call goes on where it was
    /// @throws SshFailure if the host can't be entered
    Optional<Refused> bring(
            Order order,
            HostAccess access,
            Consumer<Optional<RootChannel>> open,
            BooleanSupplier over)
            throws IOException, InterruptedException {
        for (Part.Content content : Step.contents(order.steps())) {
            var trip = new Trip(order, access, content, open, over);
            Optional<Refused> refused = trip.make();
            if (refused.isPresent()) {
                return refused;
            }
        }
        return Optional.empty();
    }

    /// One file to one host.
    private final class Trip {
        private final Order order;
        private final HostAccess access;
        private final Part.Content content;
        private final Consumer<Optional<RootChannel>> open;
        private final BooleanSupplier over;

        Trip(
                Order order,
                HostAccess access,
                Part.Content content,
                Consumer<Optional<RootChannel>> open,
                BooleanSupplier over) {
            this.order = order;
            this.access = access;
            this.content = content;
            this.open = open;
            this.over = over;
        }

        private boolean tooLate() {
            return over.getAsBoolean() || !pace.clock().instant().isBefore(order.times().startBy());
        }

        Optional<Refused> make() throws IOException, InterruptedException {
            if (tooLate() || onChannel(this::isThere) || !waitForTurn()) {
                return Optional.empty();
            }
            try {
                return onChannel(this::send);
            } finally {
                uploads.release();
            }
        }

        private boolean waitForTurn() throws InterruptedException {
            while (!tooLate()) {
                if (uploads.tryAcquire(1, TimeUnit.SECONDS)) {
                    return true;
                }
            }
            return false;
        }

        private interface Talk<T> {
            T over(RootChannel channel) throws IOException, InterruptedException;
        }

        private <T> T onChannel(Talk<T> talk) throws IOException, InterruptedException {
            try (RootChannel channel = shell.open(order.host(), access)) {
                open.accept(Optional.of(channel));
                program.start(channel.input(), content);
                return talk.over(channel);
            } finally {
                open.accept(Optional.empty());
            }
        }

        private boolean isThere(RootChannel channel) throws IOException {
            return ContentProgram.next(channel.output()) instanceof Answer.Whole;
        }

        private Optional<Refused> send(RootChannel channel)
                throws IOException, InterruptedException {
            Answer first = ContentProgram.next(channel.output());
            if (!(first instanceof Answer.Part(long there))) {
                return verdict(first);
            }
            Instant began = pace.clock().instant();
            try (InputStream rest = rest(there)) {
                Optional<Refused> refused = verdict(send(rest, channel));
                if (refused.isEmpty() && !tooLate()) {
                    tell(there, Duration.between(began, pace.clock().instant()));
                }
                return refused;
            } catch (ProblemFailure e) {
                return problem(e);
            }
        }

        private InputStream rest(long there) {
            return there >= content.size()
                    ? InputStream.nullInputStream()
                    : supplies.content(content.digest(), there);
        }

        /// Listens while another thread sends: the host may refuse in the middle.
        private Answer send(InputStream rest, RootChannel channel)
                throws IOException, InterruptedException {
            var sender = new Sender(rest, channel.input());
            Thread thread = Thread.ofVirtual().name("upload-" + order.task()).start(sender);
            try {
                Answer answer = ContentProgram.next(channel.output());
                while (answer instanceof Answer.Beat && !tooLate()) {
                    answer = ContentProgram.next(channel.output());
                }
                return answer;
            } catch (IOException e) {
                sender.failure.ifPresent(e::addSuppressed);
                throw e;
            } finally {
                channel.close();
                rest.close();
                thread.join();
            }
        }

        private Optional<Refused> verdict(Answer answer) throws IOException {
            return switch (answer) {
                case Answer.Whole _, Answer.Kept _, Answer.Beat _ -> Optional.empty();
                case Answer.CutOff _, Answer.Part _ ->
                        throw new IOException("the file ended early");
                case Answer.Refused(String reason, String detail) ->
                        Optional.of(refused(reason(reason), detail));
            };
        }

        /// A planner that is away is waited for, as long as the order may start.
        private Optional<Refused> problem(ProblemFailure e) throws IOException {
            if (e.code() == ReasonCode.UNAVAILABLE) {
                throw new IOException(e.problem().detail(), e);
            }
            return Optional.of(refused(e.code(), e.problem().detail()));
        }

        private Refused refused(ReasonCode reason, String detail) {
            return new Refused(
                    reason,
                    "cannot bring the file with SHA-256 %s to %s (%s): %s"
                            .formatted(
                                    content.digest(),
                                    order.host().address(),
                                    PrintableText.of(detail.getBytes(StandardCharsets.UTF_8)),
                                    reason.advice()));
        }

        private void tell(long there, Duration time) {
            LOG.infof(
                    "[%s] file %s is there: %d bytes sent, %d were there, %.1f s",
                    order.host().address(),
                    content.digest(),
                    content.size() - there,
                    there,
                    time.toMillis() / 1000.0);
        }
    }

    private static ReasonCode reason(String name) {
        return Stream.of(ReasonCode.values())
                .filter(code -> code.name().equals(name))
                .findFirst()
                .orElse(ReasonCode.INTERNAL);
    }

    /// Sends what there is and says that nothing follows.
    private static final class Sender implements Runnable {
        private final InputStream from;
        private final OutputStream to;
        private volatile Optional<IOException> failure = Optional.empty();

        Sender(InputStream from, OutputStream to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public void run() {
            try (to) {
                var piece = new byte[PIECE_BYTES];
                for (int count = from.read(piece); count >= 0; count = from.read(piece)) {
                    to.write(piece, 0, count);
                }
            } catch (IOException e) {
                failure = Optional.of(e);
            }
        }
    }
}
