package dev.slipway.local.part;

import dev.slipway.local.files.PrivateFile;
import dev.slipway.local.process.ProcessStamp;
import dev.slipway.local.supervisor.PartProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Runs an [AddedPart].
final class AddedProgram implements PartProgram {

    private final AddedPart part;
    private final Path folder;

    AddedProgram(AddedPart part, Path folder) {
        this.part = part;
        this.folder = folder;
    }

    @Override
    public void prepare() {
        part.readyFile().ifPresent(PrivateFile::deleteTree);
    }

    @Override
    public List<String> command() {
        return part.command();
    }

    @Override
    public Map<String, String> environment() {
        return part.environment();
    }

    @Override
    public boolean ready(ProcessStamp process) {
        return part.readyFile().map(Files::exists).orElse(true);
    }

    @Override
    public Path workingDirectory() {
        return folder;
    }
}
