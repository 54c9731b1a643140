package dev.slipway.executor.journal;

import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.order.RemotePath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The program `authority.sh`, which prints the files of a cluster's authority. It is for the
/// executor alone: what it prints is secret and is no task's output.
public final class AuthorityProgram {
    /// The longest file that is taken: a bundle of certificates is far shorter.
    static final int MOST_BYTES = 64 * 1024;

    private static final ProgramText TEXT = new ProgramText("authority.sh");
    private static final int LINE_LIMIT = 4096;

    private AuthorityProgram() {}

    /// What the host has. `toString` shows names only.
    ///
    /// @param files by their materials' names
    /// @param missing those that are not there or cannot be read, or the folder
    public record Found(Map<MaterialName, byte[]> files, List<String> missing) {
        public Found {
            files = Map.copyOf(files);
            missing = List.copyOf(missing);
        }

        @Override
        public String toString() {
            return "Found[%s, missing %s]".formatted(files.keySet(), missing);
        }
    }

    /// Starts it in a root shell that waits for a program.
    public static void start(OutputStream shell, RemotePath folder) throws IOException {
        TEXT.send(shell);
        shell.write(
                "%s\n%s\n"
                        .formatted(folder.value(), String.join(" ", Materials.AUTHORITY_FILES))
                        .getBytes(StandardCharsets.UTF_8));
        shell.flush();
    }

    /// @param output of the program
    /// @throws IOException if the channel ended early, or what came is not what the program prints
    public static Found read(InputStream output) throws IOException {
        var files = new HashMap<MaterialName, byte[]>();
        var missing = new ArrayList<String>();
        while (missing.size() <= Materials.AUTHORITY_FILES.size()) {
            String[] words = line(output).split(" ", 3);
            switch (words[0]) {
                case "=file" -> files.put(name(words), bytes(output, words));
                case "=missing" -> {
                    String what = words.length > 1 ? words[1] : "";
                    missing.add(what);
                    if (what.startsWith("/")) {
                        return new Found(files, missing);
                    }
                }
                case "=end" -> {
                    return new Found(files, missing);
                }
                default -> throw new IOException("the host printed something else than its files");
            }
        }
        throw new IOException("the host named too many files");
    }

    private static MaterialName name(String[] words) throws IOException {
        if (words.length < 3 || !Materials.AUTHORITY_FILES.contains(words[1])) {
            throw new IOException("the host named a file that was not asked for");
        }
        return Materials.authority(words[1]);
    }

    private static byte[] bytes(InputStream output, String[] words) throws IOException {
        if (!words[2].matches("[0-9]{1,6}") || Integer.parseInt(words[2]) > MOST_BYTES) {
            throw new IOException("%s is longer than %d bytes".formatted(words[1], MOST_BYTES));
        }
        int length = Integer.parseInt(words[2]);
        byte[] bytes = output.readNBytes(length);
        if (bytes.length < length) {
            throw new IOException("the channel ended");
        }
        return bytes;
    }

    private static String line(InputStream output) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int next = output.read(); next != '\n'; next = output.read()) {
            if (next < 0 || line.size() >= LINE_LIMIT) {
                throw new IOException("the channel ended");
            }
            line.write(next);
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
