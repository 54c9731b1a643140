package dev.slipway.planner.clusterfile;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// When a hook runs. The words are those of the older project, and the names of the phases that run
/// them.
public enum HookAction {
    /// Before anything of an installation.
    PRE_INSTALL(false, "run hooks before the installation"),
    /// Before nodes are added to an installed cluster.
    PRE_SCALEUP(false, "run hooks before nodes are added"),
    /// On each new host, before it is prepared.
    PRE_INIT_HOST(true, "run hooks on new hosts"),
    /// On each new host, once it is a node.
    POST_INIT_HOST(true, "run hooks on new nodes"),
    /// Once the nodes of a new cluster are Ready.
    POST_INSTALL(false, "run hooks after the installation"),
    /// Once the added nodes are Ready.
    POST_SCALEUP(false, "run hooks after nodes were added"),
    /// On each node that is brought to another release or started with other settings, before its
    /// pods are asked to go.
    PRE_UPGRADE_HOST(true, "run hooks before nodes are upgraded"),
    /// On each such node, once it is Ready and takes pods again.
    POST_UPGRADE_HOST(true, "run hooks on nodes that were upgraded"),
    /// On the control plane that makes a backup, before that.
    PRE_BACKUP(true, "run hooks before the backup"),
    /// On the same, once the backup is whole.
    POST_BACKUP(true, "run hooks after the backup"),
    /// Before a cluster is taken off its hosts.
    PRE_UNINSTALL(false, "run hooks before the reset"),
    /// On each host that Kubernetes is taken off, before that.
    PRE_CLEAN_HOST(true, "run hooks on hosts to be reset"),
    /// On each host that Kubernetes was taken off.
    POST_CLEAN_HOST(true, "run hooks on hosts that were reset"),
    /// Once a cluster was taken off its hosts.
    POST_UNINSTALL(false, "run hooks after the reset");

    /// What the older project calls so, and has no like here.
    static final List<String> NOT_SERVED = List.of("upgrade", "upgrade-host", "rollback");

    /// Names of the older project's documentation that its later releases took and never ran, and
    /// what was meant.
    static final Map<String, HookAction> NEVER_RUN =
            Map.of(
                    "PreInit", PRE_INIT_HOST,
                    "PreJoin", PRE_INIT_HOST,
                    "PostJoin", POST_INIT_HOST,
                    "PreGuest", POST_INSTALL,
                    "PreInstall", PRE_INSTALL,
                    "PostInstall", POST_INSTALL,
                    "PreClean", PRE_CLEAN_HOST,
                    "PostClean", POST_CLEAN_HOST);

    private final boolean eachHost;
    private final String title;

    HookAction(boolean eachHost, String title) {
        this.eachHost = eachHost;
        this.title = title;
    }

    /// The word of files, as `pre-init-host`.
    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// What the phase does, in a few words.
    public String title() {
        return title;
    }

    /// Whether it is about something that only clusters of k0s have so far.
    public boolean isOfK0sOnly() {
        return switch (this) {
            case PRE_UPGRADE_HOST, POST_UPGRADE_HOST, PRE_BACKUP, POST_BACKUP -> true;
            case PRE_INSTALL,
                    PRE_SCALEUP,
                    PRE_INIT_HOST,
                    POST_INIT_HOST,
                    POST_INSTALL,
                    POST_SCALEUP,
                    PRE_UNINSTALL,
                    PRE_CLEAN_HOST,
                    POST_CLEAN_HOST,
                    POST_UNINSTALL ->
                    false;
        };
    }

    /// Whether only control planes see it.
    public boolean isOfControlPlanesOnly() {
        return this == PRE_BACKUP || this == POST_BACKUP;
    }

    /// Whether it is about each host by itself. The others happen once, by default on the first
    /// control plane.
    public boolean isForEachHost() {
        return eachHost;
    }

    static Optional<HookAction> of(String word) {
        return Arrays.stream(values()).filter(a -> a.word().equals(word)).findFirst();
    }

    static List<String> words() {
        return Arrays.stream(values()).map(HookAction::word).collect(Collectors.toList());
    }
}
