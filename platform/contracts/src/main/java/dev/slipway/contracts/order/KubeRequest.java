package dev.slipway.contracts.order;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.Quoted;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// What a [Step.Kube] asks of an API server. Each may be asked any number of times: it reads, or it
/// says what shall be, never what shall be done to what is. A request that takes a node away means
/// the one that had the name when the order was written: a node that was made later is another one,
/// and is left alone.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = KubeRequest.Items.class, name = "items"),
    @JsonSubTypes.Type(value = KubeRequest.Usage.class, name = "usage"),
    @JsonSubTypes.Type(value = KubeRequest.Await.class, name = "await-nodes"),
    @JsonSubTypes.Type(value = KubeRequest.Mark.class, name = "mark-nodes"),
    @JsonSubTypes.Type(value = KubeRequest.Cordon.class, name = "cordon-nodes"),
    @JsonSubTypes.Type(value = KubeRequest.Drain.class, name = "drain-nodes"),
    @JsonSubTypes.Type(value = KubeRequest.Delete.class, name = "delete-nodes")
})
public sealed interface KubeRequest {
    /// As whom it is asked.
    @JsonIgnore
    KubeIdentity identity();

    /// The kinds of things that are listed.
    enum Kind {
        @JsonProperty("nodes")
        NODES(false),
        @JsonProperty("namespaces")
        NAMESPACES(false),
        @JsonProperty("pods")
        PODS(true),
        @JsonProperty("services")
        SERVICES(true);

        private final boolean namespaced;

        Kind(boolean namespaced) {
            this.namespaced = namespaced;
        }

        /// Whether things of the kind are in a namespace each.
        public boolean isNamespaced() {
            return namespaced;
        }
    }

    /// Prints the things of a kind, each as one line of JSON, in the API server's order; at most 4
    /// MiB of them, else the step fails with `OUTPUT_LIMIT`.
    ///
    /// @param items of which kind
    /// @param namespace only its things; absent: all; a name of RFC 1123, and only where the kind
    ///   has namespaces
    record Items(Kind items, Optional<String> namespace) implements KubeRequest {
        private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

        public Items {
            namespace.ifPresent(name -> {
                if (!items.isNamespaced() || !LABEL.matcher(name).matches()) {
                    throw new IllegalArgumentException(
                            "%s is no namespace to list %s in"
                                    .formatted(Quoted.of(name), items.name()));
                }
            });
        }

        @Override
        public KubeIdentity identity() {
            return KubeIdentity.VIEW;
        }
    }

    /// Prints one line of JSON: how many nodes and pods run, and how much of the nodes' processors
    /// and memory the pods have asked for.
    record Usage() implements KubeRequest {
        @Override
        public KubeIdentity identity() {
            return KubeIdentity.VIEW;
        }
    }

    /// What is waited for.
    enum NodeState {
        /// In the cluster.
        @JsonProperty("present")
        PRESENT,
        /// By its kubelet's word.
        @JsonProperty("ready")
        READY,
        /// Ready, and not cordoned.
        @JsonProperty("schedulable")
        SCHEDULABLE,
        /// Not in the cluster.
        @JsonProperty("gone")
        GONE
    }

    /// A node by its name.
    ///
    /// @param host that it is the node of
    record Node(String name, HostAddress host) {
        public Node {
            requireName(name);
        }
    }

    /// Waits, in one watch, until all of the nodes are so, at most as long as the step may take;
    /// then it fails with `NODE_MISSING` or `NODE_NOT_READY` and names those that are not. Prints a
    /// line with their number.
    ///
    /// @param nodes at least one
    /// @param failed hosts of which the run knew when the order was written that they had failed in
    ///   it: what is not so of theirs at the first look is not waited for, and ends the step
    record Await(NodeState state, List<Node> nodes, List<HostAddress> failed)
            implements KubeRequest {
        public Await {
            nodes = List.copyOf(nodes);
            failed = List.copyOf(failed);
            requireSome(nodes);
        }

        /// The same, knowing of those of its hosts that are among `hosts`.
        public Await knowing(Collection<HostAddress> hosts) {
            return new Await(
                    state, nodes, nodes.stream().map(Node::host).filter(hosts::contains).toList());
        }

        @Override
        public KubeIdentity identity() {
            return KubeIdentity.VIEW;
        }
    }

    /// A taint that a node shall have, or shall not have.
    ///
    /// @param key a qualified name
    /// @param value may be empty
    /// @param effect `NoSchedule`, `PreferNoSchedule` or `NoExecute`; empty only where `removed`,
    ///   for all of them
    /// @param removed whether the node shall not have it, whatever its value
    record Taint(String key, String value, String effect, boolean removed) {}

    /// What nodes shall be marked with. Other labels and taints are left alone.
    ///
    /// @param nodes at least one, each of no other marks
    /// @param labels they shall have
    /// @param unlabelled keys of labels that they shall not have
    record Marks(
            List<String> nodes,
            Map<String, String> labels,
            List<String> unlabelled,
            List<Taint> taints) {
        public Marks {
            nodes = List.copyOf(nodes);
            requireSome(nodes);
            nodes.forEach(KubeRequest::requireName);
            labels = Collections.unmodifiableMap(new TreeMap<>(labels));
            unlabelled = List.copyOf(unlabelled);
            taints = List.copyOf(taints);
        }
    }

    /// Marks nodes; those that are so already are not touched. A node that is not there fails the
    /// step with `NODE_MISSING`. Prints a line for each node that was changed.
    record Mark(List<Marks> marks) implements KubeRequest {
        public Mark {
            marks = List.copyOf(marks);
            requireSome(marks);
        }

        @Override
        public KubeIdentity identity() {
            return KubeIdentity.NODES;
        }
    }

    /// Lets nodes take pods, or none any more. A node that is not there fails the step with
    /// `NODE_MISSING`. Prints a line for each node that was changed.
    record Cordon(List<String> nodes, boolean cordoned) implements KubeRequest {
        public Cordon {
            nodes = List.copyOf(nodes);
            requireSome(nodes);
            nodes.forEach(KubeRequest::requireName);
        }

        @Override
        public KubeIdentity identity() {
            return KubeIdentity.NODES;
        }
    }

    /// Cordons nodes and has the pods leave that are on them, some nodes at once. Pods of
    /// DaemonSets and those of the kubelet's own files stay; what pods keep in an `emptyDir` is
    /// lost. A node that they did not leave in time takes pods again, unless it took none before,
    /// and fails the step with `DRAIN_FAILED`, once the other nodes are done. One that is not there
    /// has none. Prints a line for each node.
    ///
    /// @param nodes at least one
    /// @param gracePeriod for each pod to end; absent: what the pod itself asks for
    /// @param timeout for each node; longer than zero
    /// @param force whether pods are deleted instead of evicted, so that no disruption budget holds
    ///   them, and those go too that nothing will start again
    record Drain(
            List<String> nodes, Optional<Duration> gracePeriod, Duration timeout, boolean force)
            implements KubeRequest {
        /// Nodes that are drained at once. Disruption budgets are the API's business, so this
        /// bounds only how much is moved at a time.
        public static final int AT_ONCE = 5;

        public Drain {
            nodes = List.copyOf(nodes);
            requireSome(nodes);
            nodes.forEach(KubeRequest::requireName);
            if (!timeout.isPositive() || gracePeriod.filter(Duration::isNegative).isPresent()) {
                throw new IllegalArgumentException(
                        "timeout %s and grace period %s of a drain: expected more than nothing, and no less than nothing"
                                .formatted(timeout, gracePeriod));
            }
        }

        @Override
        public KubeIdentity identity() {
            return KubeIdentity.NODES;
        }
    }

    /// Takes nodes out of the cluster; one that is not there is none any more. Prints a line for
    /// each node that was.
    record Delete(List<String> nodes) implements KubeRequest {
        public Delete {
            nodes = List.copyOf(nodes);
            requireSome(nodes);
            nodes.forEach(KubeRequest::requireName);
        }

        @Override
        public KubeIdentity identity() {
            return KubeIdentity.NODES;
        }
    }

    private static void requireSome(List<?> nodes) {
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("a request for nodes names none");
        }
    }

    /// As nodes are named: a subdomain of RFC 1123. Names become parts of paths.
    private static void requireName(String name) {
        if (name.length() > 253
                || !name.matches(
                        "[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")) {
            throw new IllegalArgumentException(
                    "%s is no name of a node".formatted(Quoted.of(name)));
        }
    }
}
