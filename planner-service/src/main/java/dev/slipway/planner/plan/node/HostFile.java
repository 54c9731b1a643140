package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.Part;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.FileSource;
import dev.slipway.planner.clusterfile.StaticFile;
import java.util.ArrayList;
import java.util.List;

/// A file that `prepare` writes on a host. What stood there before is kept for `reset`.
///
/// @param step the name of the step that writes it
/// @param path absolute
/// @param mode permission bits
public record HostFile(String step, RemotePath path, List<Part> content, int mode) {
    public HostFile {
        content = List.copyOf(content);
    }

    public HostFile(String step, RemotePath path, String text, int mode) {
        this(step, path, Steps.parts(text), mode);
    }

    public Step put() {
        return new Step.Put(step, path, content, mode, "root:root");
    }

    /// The same at another place.
    public HostFile at(RemotePath other) {
        return new HostFile(step, other, content, mode);
    }

    /// The user's own files for the host.
    public static List<HostFile> ofUser(Clusterfile clusterfile, ClusterHost host) {
        var files = new ArrayList<HostFile>();
        int number = 1;
        for (StaticFile file : clusterfile.files()) {
            if (file.roles().contains(host.role())) {
                files.add(
                        new HostFile(
                                "put-file-" + number,
                                file.path(),
                                parts(file.source()),
                                file.mode()));
            }
            number++;
        }
        return files;
    }

    private static List<Part> parts(FileSource source) {
        return switch (source) {
            case FileSource.Text(String text) -> Steps.parts(text);
            case FileSource.Stored(var digest, long size) ->
                    List.of(new Part.Content(digest, size));
            case FileSource.Url _, FileSource.Local _ ->
                    throw new IllegalArgumentException("no file of hosts comes from " + source);
        };
    }
}
