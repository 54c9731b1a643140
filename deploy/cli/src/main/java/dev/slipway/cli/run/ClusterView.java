package dev.slipway.cli.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.slipway.cli.CommandFailure;
import dev.slipway.cli.ExitCode;
import dev.slipway.cli.api.Services;
import dev.slipway.contracts.Wire;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Asks a cluster's API what runs in it, by way of one control plane after the other until one
/// leads there.
final class ClusterView {
    private static final List<String> NO_WAY =
            List.of("HOST_UNREACHABLE", "CONNECT_TIMEOUT", "SESSION_LOST", "API_UNREACHABLE");

    private final Services services;
    private final String cluster;

    ClusterView(Services services, String cluster) {
        this.services = services;
        this.cluster = cluster;
    }

    /// @param what `nodes`, `namespaces`, `pods`, `services` or `usage`
    /// @return one object a thing
    /// @throws CommandFailure if no control plane led to an answer
    ArrayNode ask(String what, Optional<String> namespace) {
        JsonNode failure = JsonNodeFactory.instance.objectNode();
        for (String host : controlPlanes()) {
            Map<String, Object> request = new LinkedHashMap<>();
            request.put("cluster", cluster);
            request.put("what", what);
            request.put("host", host);
            namespace.ifPresent(n -> request.put("namespace", n));
            JsonNode run = services.planner().post("/v1/runs/views", request);
            HostOutput printed = HostOutput.ofOneHost();
            JsonNode ended = new RunWatch(services, run.path("id").asText(), printed).ended();
            if (Views.exitCode(ended) == ExitCode.OK) {
                return rows(printed.kept());
            }
            failure = ended.path("failures").has(0) ? ended.path("failures").path(0) : ended;
            if (!NO_WAY.contains(failure.path("reason").asText())) {
                break;
            }
        }
        throw CommandFailure.failed(
                "%s: %s"
                        .formatted(
                                failure.path("reason").asText("UNAVAILABLE"),
                                failure.path("message").asText("no control plane is known")));
    }

    private List<String> controlPlanes() {
        var addresses = new ArrayList<String>();
        for (JsonNode host : services.planner().get("/v1/clusters/" + cluster).path("hosts")) {
            for (JsonNode role : host.path("roles")) {
                if (role.asText().equals("control-plane")) {
                    addresses.add(host.path("address").asText());
                }
            }
        }
        return addresses;
    }

    /// @throws CommandFailure if it is not whole: where an executor died in the middle of telling,
    ///   another one's answer goes on in it
    static ArrayNode rows(HostOutput.Kept printed) {
        ArrayNode rows = JsonNodeFactory.instance.arrayNode();
        try {
            for (String line : printed.text().lines().toList()) {
                rows.add(Wire.mapper().readTree(line));
            }
        } catch (JsonProcessingException e) {
            throw broken();
        }
        if (printed.truncated()) {
            throw broken();
        }
        return rows;
    }

    private static CommandFailure broken() {
        return CommandFailure.failed("the answer did not come whole: ask again");
    }

    /// What of a cluster is in use, for people.
    static String usage(JsonNode usage) {
        return """
        Nodes       %d of %d ready%s
        Pods        %d of %d running, places for %d
        CPU         %s of %s processors requested%s
        Memory      %s of %s GiB requested%s
        """
                .formatted(
                        usage.path("ready").asLong(),
                        usage.path("nodes").asLong(),
                        usage.path("cordoned").asLong() == 0
                                ? ""
                                : ", %d cordoned".formatted(usage.path("cordoned").asLong()),
                        usage.path("running").asLong(),
                        usage.path("pods").asLong(),
                        usage.path("podPlaces").asLong(),
                        decimal(usage.path("cpuMillisRequested").asLong() / 1000.0),
                        decimal(usage.path("cpuMillis").asLong() / 1000.0),
                        share(usage.path("cpuMillisRequested"), usage.path("cpuMillis")),
                        gib(usage.path("memoryBytesRequested")),
                        gib(usage.path("memoryBytes")),
                        share(usage.path("memoryBytesRequested"), usage.path("memoryBytes")));
    }

    private static String gib(JsonNode bytes) {
        return decimal(bytes.asLong() / (1024.0 * 1024 * 1024));
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String share(JsonNode part, JsonNode whole) {
        return whole.asLong() == 0
                ? ""
                : " (%d %%)".formatted(Math.round(100.0 * part.asLong() / whole.asLong()));
    }
}
