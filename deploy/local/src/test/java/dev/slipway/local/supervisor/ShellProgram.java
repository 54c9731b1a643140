package dev.slipway.local.supervisor;

import dev.slipway.local.process.ProcessStamp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A real process that runs a shell script; it is ready when the script has made the file `ready`
/// in its folder, and live when it has made `live`.
record ShellProgram(Path folder, String script, Duration startLimit) implements PartProgram {

    @Override
    public void prepare() {
        dev.slipway.local.files.PrivateFile.deleteTree(folder.resolve("ready"));
        dev.slipway.local.files.PrivateFile.deleteTree(folder.resolve("live"));
    }

    @Override
    public List<String> command() {
        return List.of("/bin/sh", "-c", script);
    }

    @Override
    public boolean ready(ProcessStamp process) {
        return Files.exists(folder.resolve("ready"));
    }

    @Override
    public boolean live(ProcessStamp process) {
        return Files.exists(folder.resolve("live"));
    }

    @Override
    public Duration stopLimit() {
        return Duration.ofSeconds(2);
    }

    @Override
    public Path workingDirectory() {
        return folder;
    }
}
