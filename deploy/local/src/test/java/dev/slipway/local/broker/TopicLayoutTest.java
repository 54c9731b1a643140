package dev.slipway.local.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.id.PoolName;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopicLayoutTest {

    private final TopicLayout layout =
            new TopicLayout(List.of(PoolName.of("default")), TopicLayout.Partitions.DEFAULT, true);

    @Test
    void keepsEachTopicAsLongAsTheArchitectureSays() {
        assertThat(layout.topics())
                .filteredOn(topic -> !topic.name().endsWith(".dead"))
                .extracting(
                        TopicSpec::name,
                        TopicSpec::partitions,
                        topic -> topic.configuration().get("retention.ms"))
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("slipway.runs", 4, "7776000000"),
                        org.assertj.core.groups.Tuple.tuple(
                                "slipway.tasks.default", 8, "172800000"),
                        org.assertj.core.groups.Tuple.tuple(
                                "slipway.task-results", 4, "7776000000"),
                        org.assertj.core.groups.Tuple.tuple("slipway.task-output", 4, "86400000"),
                        org.assertj.core.groups.Tuple.tuple(
                                "slipway.certificates", 4, "7776000000"),
                        org.assertj.core.groups.Tuple.tuple("slipway.audit", 1, "-1"));
    }

    @Test
    void givesEachTopicATwinForTheDead() {
        List<String> names = layout.topics().stream().map(TopicSpec::name).toList();

        assertThat(names).hasSize(12).contains("slipway.runs.dead", "slipway.tasks.default.dead");
    }

    @Test
    void rollsSegmentsOftenEnoughForTheRetentionToBite() {
        assertThat(layout.topics())
                .allSatisfy(topic -> {
                    long kept =
                            Long.parseLong(topic.configuration().getOrDefault("retention.ms", "0"));
                    long segment =
                            Long.parseLong(topic.configuration().getOrDefault("segment.ms", "0"));
                    assertThat(kept == -1 || segment * 4 <= kept).as(topic.name()).isTrue();
                });
    }

    @Test
    void syncsEverythingButOutput() {
        assertThat(layout.topics())
                .filteredOn(topic -> !topic.configuration().containsKey("flush.messages"))
                .extracting(TopicSpec::name)
                .containsExactly("slipway.task-output");
    }
}
