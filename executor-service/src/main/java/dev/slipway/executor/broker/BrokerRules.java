package dev.slipway.executor.broker;

import dev.slipway.contracts.Topics;
import dev.slipway.contracts.id.PoolName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// What an executor needs of the broker. Pure.
///
/// @param longest how long an order may take to settle: what is forgotten earlier is lost
/// @param session after which a silent executor's tasks go to another
record BrokerRules(PoolName pool, Duration longest, Duration session) {
    private static final String BROKER = "broker";

    /// The offsets settled beyond the committed one travel in a commit's metadata.
    private static final long METADATA_BYTES = 4096;

    /// A result with facts and the tail of its output.
    private static final long MESSAGE_BYTES = 1024 * 1024;

    /// The topics it looks at.
    List<String> topics() {
        return List.of(Topics.tasks(pool), Topics.RUNS, Topics.TASK_RESULTS, Topics.TASK_OUTPUT);
    }

    /// All that is wrong, what breaks a promise first.
    List<BrokerFinding> findings(BrokerSettings seen) {
        var findings = new ArrayList<BrokerFinding>();
        String tasks = Topics.tasks(pool);
        for (String topic : topics()) {
            Map<String, String> settings = seen.topics().get(topic);
            if (settings == null) {
                findings.add(
                        new BrokerFinding(
                                topic,
                                "the topic",
                                "not there, or hidden from this executor",
                                "one that it may use",
                                "make it, or mend the broker's access rules",
                                true));
            } else {
                topic(topic, settings, findings);
            }
        }
        kept(tasks, seen, "orders that nobody has begun are forgotten", findings);
        kept(Topics.RUNS, seen, "a cancelled run's orders may start", findings);
        seen.broker().ifPresent(broker -> broker(broker, seen.topics().get(tasks), findings));
        findings.sort((a, b) -> Boolean.compare(b.breaks(), a.breaks()));
        return List.copyOf(findings);
    }

    private static void topic(
            String topic, Map<String, String> settings, List<BrokerFinding> findings) {
        String policy = settings.getOrDefault("cleanup.policy", "delete");
        if (Arrays.asList(policy.split(",")).contains("compact")) {
            findings.add(
                    new BrokerFinding(
                            topic,
                            "cleanup.policy",
                            policy,
                            "delete",
                            "of the records with one key all but the last are thrown away",
                            true));
        }
        if (settings.getOrDefault("unclean.leader.election.enable", "false").equals("true")) {
            findings.add(
                    new BrokerFinding(
                            topic,
                            "unclean.leader.election.enable",
                            "true",
                            "false",
                            "acknowledged records may be lost when a broker fails",
                            true));
        }
        number(settings, "max.message.bytes")
                .ifPresent(bytes -> {
                    if (bytes < MESSAGE_BYTES) {
                        findings.add(
                                new BrokerFinding(
                                        topic,
                                        "max.message.bytes",
                                        Long.toString(bytes),
                                        "at least " + MESSAGE_BYTES,
                                        "large orders and results are refused",
                                        true));
                    }
                });
    }

    private void kept(
            String topic, BrokerSettings seen, String consequence, List<BrokerFinding> findings) {
        Optional.ofNullable(seen.topics().get(topic))
                .map(settings -> number(settings, "retention.ms"))
                .filter(kept ->
                        kept.isPresent()
                                && kept.getAsLong() >= 0
                                && kept.getAsLong() < longest.toMillis())
                .ifPresent(kept ->
                        findings.add(
                                new BrokerFinding(
                                        topic,
                                        "retention.ms",
                                        Long.toString(kept.getAsLong()),
                                        "at least %d (slipway.executor.cancellations-within) or -1"
                                                .formatted(longest.toMillis()),
                                        consequence,
                                        true)));
    }

    private void broker(
            Map<String, String> broker,
            @Nullable Map<String, String> tasks,
            List<BrokerFinding> findings) {
        number(broker, "offset.metadata.max.bytes")
                .ifPresent(bytes -> {
                    if (bytes < METADATA_BYTES) {
                        findings.add(
                                new BrokerFinding(
                                        BROKER,
                                        "offset.metadata.max.bytes",
                                        Long.toString(bytes),
                                        "at least " + METADATA_BYTES,
                                        "commits are refused while tasks settle out of order",
                                        true));
                    }
                });
        long least = number(broker, "group.min.session.timeout.ms").orElse(0);
        long most = number(broker, "group.max.session.timeout.ms").orElse(Long.MAX_VALUE);
        if (session.toMillis() < least || session.toMillis() > most) {
            findings.add(
                    new BrokerFinding(
                            BROKER,
                            "group.min/max.session.timeout.ms",
                            "%d to %d".formatted(least, most),
                            "a range with %d (kafka.session.timeout.ms)"
                                    .formatted(session.toMillis()),
                            "executors cannot join their pool",
                            true));
        }
        OptionalLong kept =
                Optional.ofNullable(tasks)
                        .map(settings -> number(settings, "retention.ms"))
                        .orElse(OptionalLong.empty());
        number(broker, "offsets.retention.minutes")
                .ifPresent(minutes -> {
                    if (kept.isPresent()
                            && Duration.ofMinutes(minutes).toMillis() < kept.getAsLong()) {
                        findings.add(
                                new BrokerFinding(
                                        BROKER,
                                        "offsets.retention.minutes",
                                        Long.toString(minutes),
                                        "no shorter than the tasks are kept (%d min)"
                                                .formatted(
                                                        Duration.ofMillis(kept.getAsLong())
                                                                .toMinutes()),
                                        "after an idle time all tasks kept come again, and are looked up on their hosts",
                                        false));
                    }
                });
    }

    private static OptionalLong number(Map<String, String> settings, String name) {
        String text = settings.get(name);
        try {
            return text == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException _) {
            return OptionalLong.empty();
        }
    }
}
