package dev.slipway.planner.plan;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// What every command on a host sees.
public final class HostEnvironment {
    public static final String PATH =
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private HostEnvironment() {}

    /// The host's variables, and a search path that does not depend on how root was reached.
    public static SortedMap<String, String> of(Map<String, String> variables) {
        return of(variables, PATH);
    }

    /// @param path the search path where the variables name none
    public static SortedMap<String, String> of(Map<String, String> variables, String path) {
        var environment = new TreeMap<>(variables);
        environment.putIfAbsent("PATH", path);
        return environment;
    }

    /// The search path with these folders before the usual ones.
    public static String path(Collection<String> folders) {
        var all = new LinkedHashSet<>(folders);
        all.addAll(List.of(PATH.split(":")));
        return String.join(":", all);
    }
}
