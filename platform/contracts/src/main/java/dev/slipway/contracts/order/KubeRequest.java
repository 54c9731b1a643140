package dev.slipway.contracts.order;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.slipway.contracts.id.Quoted;
import java.util.Optional;
import java.util.regex.Pattern;

/// What a [Step.Kube] asks of an API server. Each may be asked any number of times: it reads, or it
/// says what shall be, never what shall be done to what is.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = KubeRequest.Items.class, name = "items"),
    @JsonSubTypes.Type(value = KubeRequest.Usage.class, name = "usage")
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
}
