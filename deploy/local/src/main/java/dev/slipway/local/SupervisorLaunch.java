package dev.slipway.local;

import dev.slipway.local.files.PrivateFile;
import dev.slipway.local.home.StackHome;
import dev.slipway.local.part.StackPrograms;
import dev.slipway.local.part.SupervisorMain;
import dev.slipway.local.process.ProcessStamp;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// Starts the supervisor's process in a session of its own, so that neither Ctrl-C nor the end of
/// the terminal reaches it or its parts.
///
/// @param executors how many there shall be
record SupervisorLaunch(StackHome home, StackPrograms programs, int executors) {

    ProcessStamp start() {
        File log = home.log("supervisor").toFile();
        PrivateFile.write(log.toPath(), "");
        try {
            Process process =
                    new ProcessBuilder(command())
                            .directory(home.root().toFile())
                            .redirectInput(new File("/dev/null"))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                            .start();
            return ProcessStamp.of(process.pid())
                    .orElseThrow(() ->
                            new IllegalStateException(
                                    "the supervisor ended at once: see \"" + log + "\""));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the supervisor: " + e.getMessage(), e);
        }
    }

    private List<String> command() {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "/bin/sh",
                                "-c",
                                // What the parts write is for their owner, whatever the user's mask
                                // is.
                                "umask 077; exec setsid \"$@\"",
                                "setsid",
                                programs.java().toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx96m",
                                "-Djava.util.logging.SimpleFormatter.format=%1$tF %1$tT.%1$tL %4$s %5$s%6$s%n",
                                "-cp",
                                programs.classPath(),
                                SupervisorMain.class.getName(),
                                home.root().toString(),
                                Integer.toString(executors)));
        programs.services().forEach((service, jar) -> command.add(service + "=" + jar));
        return command;
    }
}
