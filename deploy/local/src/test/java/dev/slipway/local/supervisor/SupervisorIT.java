package dev.slipway.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.local.process.ProcessStamp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisorIT {

    private static final String SERVES = "echo up; touch ready; exec sleep 600";

    @TempDir Path folder;

    private StateFile state;
    private Supervisor supervisor;

    @BeforeEach
    void makeSupervisor() {
        state = new StateFile(folder.resolve("state.json"));
        supervisor = supervisor();
    }

    @AfterEach
    void stopSupervisor() {
        supervisor.stop();
    }

    @Test
    void startsAPartWhenThoseItNeedsAreReady() throws IOException {
        supervisor.add(part("second", SERVES, "first"));
        supervisor.add(part("first", "while ! [ -e go ]; do sleep 0.05; done; " + SERVES));
        await().until(() -> stateOf("first") == PartState.STARTING);
        assertThat(stateOf("second")).isEqualTo(PartState.WAITING);

        Files.createFile(folder.resolve("first/go"));

        await().until(() -> supervisor.status().ready());
    }

    @Test
    void startsAKilledPartAgainAndSaysWhy() {
        supervisor.add(part("one", SERVES));
        await().until(() -> stateOf("one") == PartState.READY);
        ProcessStamp first = processOf("one").orElseThrow();

        first.signal("KILL");

        await().until(() ->
                processOf("one").filter(next -> !next.equals(first)).isPresent()
                        && stateOf("one") == PartState.READY);
        assertThat(statusOf("one").restarts()).isOne();
        assertThat(statusOf("one").message()).get().asString().contains("killed by signal 9");
        assertThat(state.read()).contains(supervisor.status());
    }

    @Test
    void countsAPartThatIsNotReadyInTimeAsFailed() {
        Part slow =
                new Part(
                        "slow",
                        OptionalInt.empty(),
                        Set.of(),
                        new ShellProgram(
                                folder.resolve("slow"), "sleep 600", Duration.ofMillis(300)));

        supervisor.add(slow);

        await().until(() -> statusOf("slow").restarts() > 0);
        assertThat(statusOf("slow").message()).get().asString().contains("not ready");
    }

    @Test
    void leavesAPartAloneThatIsWellAndWaitsForAnother() throws IOException {
        supervisor.add(
                new Part(
                        "waiter",
                        OptionalInt.empty(),
                        Set.of(),
                        new ShellProgram(
                                folder.resolve("waiter"),
                                "touch live; while ! [ -e go ]; do sleep 0.05; done; " + SERVES,
                                Duration.ofSeconds(1))));
        await().until(() -> statusOf("waiter").message().isPresent());
        assertThat(statusOf("waiter").message()).get().asString().contains("waits for another");
        assertThat(stateOf("waiter")).isEqualTo(PartState.STARTING);

        Files.createFile(folder.resolve("waiter/go"));

        await().until(() -> stateOf("waiter") == PartState.READY);
        assertThat(statusOf("waiter").restarts()).isZero();
    }

    @Test
    void pausesLongerAfterEachFailureInARow() throws IOException {
        supervisor.add(part("broken", "date +%s%N >> starts; exit 7"));

        await().atMost(Duration.ofSeconds(15)).until(() -> statusOf("broken").restarts() >= 3);
        List<Long> starts =
                Files.readAllLines(folder.resolve("broken/starts")).stream()
                        .map(Long::valueOf)
                        .toList();
        assertThat(starts.get(2) - starts.get(1)).isGreaterThan(starts.get(1) - starts.get(0));
        assertThat(statusOf("broken").message()).get().asString().contains("code 7");
    }

    @Test
    void endsThePartsThatNeedOthersFirst() throws IOException {
        String says =
                "trap 'echo %s >> ../order; exit 0' TERM; touch ready; while :; do sleep 0.05; done";
        supervisor.add(part("base", says.formatted("base")));
        supervisor.add(part("top", says.formatted("top"), "base"));
        await().until(() -> supervisor.status().ready());

        supervisor.stop();

        assertThat(folder.resolve("order")).hasContent("top\nbase\n");
        assertThat(stateOf("base")).isEqualTo(PartState.STOPPED);
    }

    @Test
    void killsAPartThatDoesNotEnd() {
        supervisor.add(part("deaf", "trap '' TERM; touch ready; while :; do sleep 0.05; done"));
        await().until(() -> supervisor.status().ready());
        ProcessStamp process = processOf("deaf").orElseThrow();

        supervisor.stop();

        assertThat(process.alive()).isFalse();
    }

    @Test
    void forgetsAPartThatIsTakenAway() {
        supervisor.add(part("one", SERVES));
        await().until(() -> supervisor.status().ready());
        ProcessStamp process = processOf("one").orElseThrow();

        supervisor.remove("one");

        assertThat(process.alive()).isFalse();
        assertThat(supervisor.status().parts()).isEmpty();
    }

    @Test
    void endsWhatAnEarlierSupervisorLeftBehind() throws IOException {
        Process left = new ProcessBuilder("sleep", "600").start();
        ProcessStamp orphan = ProcessStamp.of(left.pid()).orElseThrow();
        remember(orphan);

        supervisor().reapOrphans(List.of());

        assertThat(orphan.alive()).isFalse();
    }

    @Test
    void sparesAStrangerThatGotThePidOfADeadPart() throws IOException {
        Process stranger = new ProcessBuilder("sleep", "600").start();
        ProcessStamp itself = ProcessStamp.of(stranger.pid()).orElseThrow();
        remember(new ProcessStamp(itself.pid(), itself.startTicks() - 1, itself.boot()));

        supervisor().reapOrphans(List.of());

        assertThat(itself.alive()).isTrue();
        stranger.destroyForcibly();
    }

    @Test
    void keepsTheOutputOfTheLastStart() {
        supervisor.add(part("one", SERVES));

        await().until(() -> supervisor.status().ready());

        assertThat(folder.resolve("one.log")).hasContent("up\n");
    }

    private void remember(ProcessStamp process) {
        PartStatus status =
                new PartStatus(
                        "one",
                        PartState.READY,
                        Optional.of(process),
                        Optional.empty(),
                        0,
                        Instant.now(),
                        Optional.empty());
        state.write(new StackStatus(process, Instant.now(), List.of(status), Optional.empty()));
    }

    private Supervisor supervisor() {
        return new Supervisor(state, part -> folder.resolve(part + ".log"), Clock.systemUTC());
    }

    private Part part(String name, String script, String... needs) {
        return new Part(
                name,
                OptionalInt.empty(),
                Set.of(needs),
                new ShellProgram(folder.resolve(name), script, Duration.ofSeconds(20)));
    }

    private PartStatus statusOf(String part) {
        return supervisor.status().parts().stream()
                .filter(status -> status.part().equals(part))
                .findFirst()
                .orElseThrow();
    }

    private PartState stateOf(String part) {
        return statusOf(part).state();
    }

    private Optional<ProcessStamp> processOf(String part) {
        return statusOf(part).process();
    }
}
