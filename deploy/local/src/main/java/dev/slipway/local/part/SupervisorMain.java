package dev.slipway.local.part;

import dev.slipway.local.files.FileMutex;
import dev.slipway.local.files.PrivateFile;
import dev.slipway.local.home.StackHome;
import dev.slipway.local.process.ProcessStamp;
import dev.slipway.local.supervisor.Part;
import dev.slipway.local.supervisor.StackStatus;
import dev.slipway.local.supervisor.StateFile;
import dev.slipway.local.supervisor.Supervisor;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/// The supervisor's process. Arguments: the stack's folder, the number of executors, then
/// `service=jar` for each service. It ends on SIGTERM, after its parts.
public final class SupervisorMain {

    private static final System.Logger LOG = System.getLogger(SupervisorMain.class.getName());
    private static final Duration BEAT = Duration.ofMillis(500);
    private static final int BEATS_BETWEEN_LOG_CHECKS = 20;
    private static final Duration RECORD_AFTER = Duration.ofMinutes(3);

    private SupervisorMain() {}

    public static void main(String[] arguments) {
        StackHome home = new StackHome(Path.of(arguments[0]));
        int executors = Integer.parseInt(arguments[1]);
        Map<String, Path> services = new HashMap<>();
        for (String argument : List.of(arguments).subList(2, arguments.length)) {
            String[] pair = argument.split("=", 2);
            services.put(pair[0], Path.of(pair[1]));
        }
        StackPrograms programs = new StackPrograms(System.getProperty("java.class.path"), services);
        Optional<FileMutex> mutex = FileMutex.tryLock(home.supervisorLock());
        if (mutex.isEmpty()) {
            LOG.log(
                    Level.ERROR,
                    "another supervisor runs on \"{0}\": nothing was started",
                    home.root());
            System.exit(3);
        }
        PrivateFile.write(home.supervisor(), Long.toString(ProcessStamp.self().pid()) + "\n");
        try {
            run(home, programs, executors);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "the stack in \"" + home.root() + "\" cannot run", e);
            new StateFile(home.state())
                    .write(
                            new StackStatus(
                                    ProcessStamp.self(),
                                    Instant.now(),
                                    List.of(),
                                    Optional.of(String.valueOf(e.getMessage()))));
            System.exit(1);
        }
    }

    private static void run(StackHome home, StackPrograms programs, int executors) {
        Supervisor supervisor =
                new Supervisor(new StateFile(home.state()), home::log, Clock.systemUTC());
        StackAssembly assembly =
                new StackAssembly(home, programs, new Recorder(RECORD_AFTER), executors);
        List<Part> parts = assembly.parts();
        supervisor.reapOrphans(parts);
        assembly.writeConfiguration();
        Runtime.getRuntime().addShutdownHook(new Thread(supervisor::stop, "stack-stop"));
        parts.forEach(supervisor::add);
        AddedParts added = new AddedParts(home);
        for (long beat = 0; ; beat++) {
            added.follow(supervisor);
            if (beat % BEATS_BETWEEN_LOG_CHECKS == 0) {
                supervisor.boundLogs();
            }
            LockSupport.parkNanos(BEAT.toNanos());
        }
    }
}
