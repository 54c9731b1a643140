package dev.slipway.planner.plan;

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
        var environment = new TreeMap<>(variables);
        environment.putIfAbsent("PATH", PATH);
        return environment;
    }
}
