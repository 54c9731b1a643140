package dev.slipway.chassis.event;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.contracts.Topics;
import java.util.LinkedHashMap;
import java.util.Map;

/// The AsyncAPI 3.0 document of all topics; payloads are references to the schemas beside it.
final class AsyncApi {
    private record Channel(String address, String description, String key) {}

    private static final Map<String, Channel> CHANNELS = new LinkedHashMap<>();

    static {
        channel("runs", Topics.RUNS, "The life of runs; written by the planner.", "tenant/cluster");
        channel(
                "tasks",
                "slipway.tasks.{pool}",
                "Orders for the executors of a pool; written by the planner.",
                "tenant/address:port");
        channel(
                "task-results",
                Topics.TASK_RESULTS,
                "What became of tasks; written by executors.",
                "run id");
        channel(
                "task-output",
                Topics.TASK_OUTPUT,
                "What tasks print; written by executors.",
                "task id");
        channel(
                "certificates",
                Topics.CERTIFICATES,
                "What the certificate service did; written by it.",
                "tenant/cluster");
    }

    private AsyncApi() {}

    static ObjectNode document() {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("asyncapi", "3.0.0");
        document.putObject("info")
                .put("title", "Slipway topics")
                .put("version", "1")
                .put(
                        "description",
                        "CloudEvents 1.0 over Kafka in binary mode: attributes in headers ce_*, data as JSON.");
        document.put("defaultContentType", "application/json");
        ObjectNode channels = document.putObject("channels");
        CHANNELS.forEach((name, channel) -> channels.set(name, channel(name, channel)));
        return document;
    }

    private static void channel(String name, String address, String description, String key) {
        CHANNELS.put(name, new Channel(address, description, key));
    }

    private static ObjectNode channel(String name, Channel channel) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("address", channel.address());
        node.put("description", channel.description() + " Key: " + channel.key() + ".");
        if (channel.address().contains("{pool}")) {
            node.putObject("parameters").putObject("pool").put("description", "Name of the pool.");
        }
        ObjectNode messages = node.putObject("messages");
        for (EventType type : EventTypes.all()) {
            if (type.name().startsWith("dev.slipway." + name + ".")) {
                messages.set(type.event().getSimpleName(), message(type));
            }
        }
        return node;
    }

    private static ObjectNode message(EventType type) {
        ObjectNode message = JsonNodeFactory.instance.objectNode();
        message.put("name", type.name());
        message.put("contentType", "application/json");
        message.putObject("payload").put("$ref", "./" + type.name() + ".schema.json");
        return message;
    }
}
