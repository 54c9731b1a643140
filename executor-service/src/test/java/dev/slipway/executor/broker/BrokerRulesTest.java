package dev.slipway.executor.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.id.PoolName;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BrokerRulesTest {
    private static final BrokerRules RULES =
            new BrokerRules(PoolName.of("edge"), Duration.ofHours(26), Duration.ofSeconds(10));
    private static final String TASKS = "slipway.tasks.edge";
    private static final Map<String, String> GOOD =
            Map.of(
                    "cleanup.policy", "delete",
                    "retention.ms", "172800000",
                    "max.message.bytes", "1048588",
                    "unclean.leader.election.enable", "false");
    private static final Map<String, String> GOOD_BROKER =
            Map.of(
                    "offset.metadata.max.bytes", "4096",
                    "group.min.session.timeout.ms", "6000",
                    "group.max.session.timeout.ms", "1800000",
                    "offsets.retention.minutes", "10080");

    static Stream<Arguments> troubles() {
        return Stream.of(
                Arguments.of(TASKS, "cleanup.policy", "compact,delete", true),
                Arguments.of("slipway.runs", "cleanup.policy", "compact", true),
                Arguments.of(TASKS, "retention.ms", "3600000", true),
                Arguments.of("slipway.runs", "retention.ms", "86400000", true),
                Arguments.of("slipway.task-results", "max.message.bytes", "65536", true),
                Arguments.of(TASKS, "unclean.leader.election.enable", "true", true),
                Arguments.of("broker", "offset.metadata.max.bytes", "256", true),
                Arguments.of("broker", "group.min.session.timeout.ms", "30000", true),
                Arguments.of("broker", "group.max.session.timeout.ms", "9000", true),
                Arguments.of("broker", "offsets.retention.minutes", "60", false));
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void namesThePlaceTheSettingAndItsValue(
            String where, String setting, String value, boolean breaks) {
        assertThat(RULES.findings(seen(where, setting, value)))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.breaks()).isEqualTo(breaks);
                    assertThat(finding.where()).isEqualTo(where);
                    assertThat(finding.toString())
                            .contains(where, value, "expected")
                            .contains(setting.substring(setting.lastIndexOf('.')));
                });
    }

    @Test
    void findsNothingWhereAllIsAsItShouldBe() {
        assertThat(RULES.findings(seen(TASKS, "retention.ms", "-1"))).isEmpty();
        assertThat(RULES.findings(seen(TASKS, "retention.ms", "172800000"))).isEmpty();
    }

    @Test
    void namesEveryTopicThatIsMissingAndChecksTheOthers() {
        var seen =
                new BrokerSettings(
                        Map.of("slipway.runs", Map.of("cleanup.policy", "compact")),
                        Optional.empty());

        assertThat(RULES.findings(seen))
                .extracting(BrokerFinding::where)
                .containsExactlyInAnyOrder(
                        TASKS, "slipway.task-results", "slipway.task-output", "slipway.runs");
    }

    private static BrokerSettings seen(String where, String setting, String value) {
        var topics = new HashMap<String, Map<String, String>>();
        for (String topic :
                List.of(TASKS, "slipway.runs", "slipway.task-results", "slipway.task-output")) {
            topics.put(topic, new HashMap<>(GOOD));
        }
        var broker = new HashMap<>(GOOD_BROKER);
        topics.getOrDefault(where, broker).put(setting, value);
        return new BrokerSettings(topics, Optional.of(broker));
    }
}
